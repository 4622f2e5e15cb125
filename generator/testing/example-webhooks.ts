import { createHmac } from "node:crypto";
import type { SignatureScheme, SignedWebhooks } from "../runtime/webhooks/webhook-descriptors.js";
import { type Received, verifying } from "../runtime/webhooks/webhooks.js";

export const scheme: SignatureScheme = {
  header: "Parcel-Signature",
  algorithm: "HMAC-SHA256",
  encoding: "hex",
  timestampField: "t",
  signatureField: "v1",
  signedPayload: "{timestamp}.{body}",
};

export const signedWebhooks: readonly SignedWebhooks[] = [
  {
    signature: scheme,
    webhooks: [
      { name: "parcelSent", shapes: [{ kind: "object", required: ["id", "weight"], tags: [] }] },
      { name: "parcelLost", shapes: [{ kind: "object", required: ["id", "lostAt"], tags: [] }] },
    ],
  },
];

export type ParcelEvent =
  | Received<"parcelSent", { id: string; weight: number }>
  | Received<"parcelLost", { id: string; lostAt: string }>
  | Received<"unknown", unknown>;

export const verify = verifying<ParcelEvent>(signedWebhooks);

export const secret = "whsec_0123456789";
export const body = '{"id":"p-1","weight":2}';

/** The signature by another implementation than the one that is tested. */
export function signatureOf(
  signed: string | Buffer,
  key = secret,
  encoding: SignatureScheme["encoding"] = "hex",
): string {
  return createHmac("sha256", key).update(signed).digest(encoding);
}

/** The header of a body that was signed now. */
export function headerOf(text = body, timestamp: string | number = Math.floor(Date.now() / 1000)): string {
  return `t=${timestamp},v1=${signatureOf(`${timestamp}.${text}`)}`;
}
