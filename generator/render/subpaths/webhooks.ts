import { createHmac } from "node:crypto";
import type { Webhook, WebhookSignature } from "../../contract/contract.js";
import { firstSentence } from "../doc-comment.js";
import { layOut } from "../lay-out.js";
import { payloadShapes } from "../payload-shapes.js";
import { SourceText } from "../source-text.js";
import type { ViewInput } from "../views.js";
import type { RenderSubpath } from "./subpath.js";

/** `…/webhooks`: verifies the webhooks that the contract says how to verify. */
export const webhooks: RenderSubpath = (input) => {
  const groups = signedAlike(input.contract.webhooks);
  const [first] = groups;
  if (!first) return null;
  return {
    name: "webhooks",
    entry: "src/webhooks.ts",
    files: new Map([["src/webhooks.ts", moduleText(input, groups)]]),
    runtime: ["webhooks"],
    peers: {},
    readme: SourceText.ours(readme(input, groups, first.signature)),
  };
};

interface SignedAlike {
  readonly signature: WebhookSignature;
  readonly webhooks: readonly Webhook[];
}

function signedAlike(all: readonly Webhook[]): SignedAlike[] {
  const groups = new Map<string, SignedAlike>();
  for (const webhook of all) {
    const { signature } = webhook;
    if (!signature) continue;
    const { header, algorithm, encoding, timestampField, signatureField, signedPayload } = signature;
    const key = JSON.stringify([
      header.toLowerCase(),
      algorithm,
      encoding,
      timestampField,
      signatureField,
      signedPayload,
    ]);
    groups.set(key, { signature, webhooks: [...(groups.get(key)?.webhooks ?? []), webhook] });
  }
  return [...groups.values()];
}

function moduleText({ contract, names, typeOf }: ViewInput, groups: readonly SignedAlike[]): string {
  const signed = groups.map(({ signature, webhooks: alike }) => {
    const shapes = payloadShapes(contract, alike);
    return {
      signature,
      webhooks: alike.map(({ name }, index) => ({ name, shapes: shapes[index] ?? [] })),
    };
  });
  const events = groups
    .flatMap(({ webhooks: alike }) => alike)
    .map(({ name, pointer }) => {
      const planned = names.webhooks.get(pointer);
      const type = planned === undefined ? undefined : (typeOf.get(planned) ?? planned);
      return {
        name: SourceText.literal(name),
        payload: SourceText.ours(type === undefined ? "unknown" : `types.${type}`),
        typed: type !== undefined,
      };
    });
  return layOut("webhooks", {
    signed: SourceText.literal(signed),
    events,
    hasTypes: events.some(({ typed }) => typed),
  });
}

/** The secret, time and body of the README's example. */
const example = { secret: "whsec_example", timestamp: "1772357400", body: '{"id":"1","name":"Grüße"}' };

function readme(
  { contract }: ViewInput,
  groups: readonly SignedAlike[],
  signature: WebhookSignature,
): string {
  const events = groups.flatMap(({ webhooks: alike }) => alike);
  return layOut("webhooks-readme", {
    module: SourceText.literal(`${contract.client.packageName}/webhooks`),
    headerLine: SourceText.code(`${signature.header}: ${exampleHeader(signature)}`),
    secret: SourceText.code(example.secret),
    body: SourceText.code(example.body),
    timestamp: SourceText.code(example.timestamp),
    signedText: SourceText.code(signature.signedPayload),
    encoding: SourceText.ours(signature.encoding),
    events: events.map(({ name, summary, description }) => ({
      name: SourceText.code(name),
      summary: SourceText.markdown(summary || firstSentence(description)),
    })),
  });
}

function exampleHeader({
  encoding,
  timestampField,
  signatureField,
  signedPayload,
}: WebhookSignature): string {
  const signed = signedPayload
    .split("{body}")
    .map((text) => text.replace("{timestamp}", example.timestamp))
    .join(example.body);
  const signature = createHmac("sha256", example.secret).update(signed).digest(encoding);
  return `${timestampField}=${example.timestamp},${signatureField}=${signature}`;
}
