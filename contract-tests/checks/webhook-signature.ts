import { createHmac, timingSafeEqual } from "node:crypto";
import type { JsonObject } from "../support/contract.js";

/** What is wrong with the signature of a notification, by the contract's `x-webhook-signature`; `null`: nothing. */
export function faultOfSignature(
  rules: JsonObject,
  header: string | null,
  body: Buffer,
  secret: string,
): string | null {
  const name = String(rules["header"]);
  if (header === null) return `The header ${name} is missing.`;
  const fields = new Map(
    header.split(",").map((field): [string, string] => {
      const [key = "", ...value] = field.split("=");
      return [key.trim(), value.join("=")];
    }),
  );
  const signatureField = rules["signatureField"];
  const signature =
    signatureField === undefined || signatureField === null ? header : fields.get(String(signatureField));
  if (signature === undefined) return `${name} has no field ${String(signatureField)}: "${header}".`;
  const timestampField = rules["timestampField"];
  const timestamp = timestampField ? fields.get(String(timestampField)) : "";
  if (timestamp === undefined) return `${name} has no field ${String(timestampField)}: "${header}".`;
  const [before = "", after = ""] = String(rules["signedPayload"] ?? "{timestamp}.{body}")
    .replace("{timestamp}", timestamp)
    .split("{body}");
  const algorithm = String(rules["algorithm"])
    .replace(/^HMAC-/i, "")
    .toLowerCase();
  const expected = createHmac(algorithm, secret).update(before).update(body).update(after).digest();
  const given = Buffer.from(signature, String(rules["encoding"] ?? "hex") as BufferEncoding);
  return given.length === expected.length && timingSafeEqual(given, expected)
    ? null
    : `The signature in ${name} is not that of the body as it came.`;
}
