import { createHmac } from "node:crypto";
import fc from "fast-check";
import type { ClientModule } from "../support/call.js";
import type { JsonObject } from "../support/contract.js";
import type { CasesOf, Subject } from "./case.js";
import type { ClientContract, ClientWebhook } from "./client-contract.js";
import { type Outcome, outcomeOf } from "./make-call.js";
import { hold } from "./property.js";

/** A webhook that is valid by the contract is taken for what it is, and one that was tampered with is refused. */
export const webhookCases: CasesOf = (contract) =>
  contract.webhooks.flatMap((webhook) => [
    {
      title: [`webhook ${webhook.name}`, "what is signed and valid is taken"],
      run: (subject) => holdGenuine(subject, contract, webhook),
    },
    {
      title: [`webhook ${webhook.name}`, "what was tampered with is refused"],
      run: (subject) => holdTampered(subject, contract, webhook),
    },
  ]);

const secret = "whsec_8a2f";
const nowMs = Date.UTC(2026, 2, 1, 9, 30);

interface Sent {
  readonly body: string;
  readonly seconds: number;
  readonly secret: string;
}

/** The header's value, by the contract's words alone. */
function signed(rules: JsonObject, { body, seconds, secret: by }: Sent): string {
  const [before = "", after = ""] = String(rules["signedPayload"] ?? "{timestamp}.{body}")
    .replace("{timestamp}", String(seconds))
    .split("{body}");
  const digest = createHmac("sha256", by)
    .update(before)
    .update(body)
    .update(after)
    .digest(rules["encoding"] === "base64" ? "base64" : "hex");
  return `${String(rules["timestampField"])}=${seconds},${String(rules["signatureField"])}=${digest}`;
}

type Verify = (body: unknown, headers: unknown, secret: unknown, options: object) => Promise<unknown>;

async function moduleOf({ client }: Subject): Promise<ClientModule & { readonly verify: Verify }> {
  const module = await client.entry("webhooks");
  if (!module) throw new Error("The package has no entry webhooks.");
  return module as ClientModule & { readonly verify: Verify };
}

const textOf = (value: unknown, indent: number): string => JSON.stringify(value, null, indent);

async function holdGenuine(
  subject: Subject,
  contract: ClientContract,
  { name, schema, signature }: ClientWebhook,
): Promise<void> {
  const { verify } = await moduleOf(subject);
  const { judge, arbitraries } = contract.answered;
  const header = String(signature["header"]);
  await hold(
    fc.record({
      payload: arbitraries.of(schema),
      indent: fc.constantFrom(0, 2),
      lateSeconds: fc.integer({ min: -299, max: 299 }),
      as: fc.constantFrom("text", "bytes", "buffer"),
      held: fc.constantFrom("Headers", "object", "list"),
    }),
    async ({ payload, indent, lateSeconds, as, held }) => {
      const body = textOf(payload, indent);
      const seconds = nowMs / 1000 + lateSeconds;
      const value = signed(signature, { body, seconds, secret });
      const bytes = new TextEncoder().encode(body);
      const given = { text: body, bytes, buffer: bytes.buffer }[as];
      const headers = {
        Headers: new Headers({ [header]: value }),
        object: { [header.toUpperCase()]: value },
        list: { [header.toLowerCase()]: [value] },
      }[held];
      const outcome = await outcomeOf(subject, () =>
        verify(given, headers, ["old", secret], { now: () => nowMs }),
      );
      if (!("result" in outcome))
        return [`It is refused: ${"error" in outcome ? String(outcome.error) : ""}`];
      const event = outcome.result as { type: string; payload: unknown; sentAt: Date };
      const others = contract.webhooks.filter(
        (one) => one.name !== name && judge.isValid(one.schema, payload),
      );
      const types = [name, ...(others.length > 0 ? ["unknown"] : [])];
      return [
        ...(types.includes(event.type) ? [] : [`It is taken for ${event.type}, not ${name}.`]),
        ...(textOf(event.payload, indent) === body ? [] : [`The payload is ${textOf(event.payload, 0)}.`]),
        ...(event.sentAt.getTime() === seconds * 1000
          ? []
          : [`It was sent at ${event.sentAt.toISOString()}.`]),
      ];
    },
    subject.run,
    ({ payload }) => `verify(${textOf(payload, 0)})`,
  );
}

interface Tampering {
  readonly reason: string;
  readonly change: (
    sent: Sent,
    rules: JsonObject,
  ) => { readonly body: string; readonly header: string | null };
}

const tamperings: readonly Tampering[] = [
  { reason: "missing-signature", change: ({ body }) => ({ body, header: null }) },
  { reason: "missing-signature", change: ({ body }) => ({ body, header: " " }) },
  { reason: "malformed-signature", change: ({ body }) => ({ body, header: "t=1" }) },
  { reason: "malformed-signature", change: ({ body }) => ({ body, header: "\u00ff=,,==;" }) },
  {
    reason: "malformed-signature",
    change: (sent, rules) => ({ body: sent.body, header: signed(rules, sent).slice(0, -3) }),
  },
  {
    reason: "malformed-signature",
    change: (sent, rules) => ({
      body: sent.body,
      header: `${String(rules["timestampField"])}=1,${signed(rules, sent)}`,
    }),
  },
  {
    reason: "signature-mismatch",
    change: (sent, rules) => ({ body: `${sent.body} `, header: signed(rules, sent) }),
  },
  {
    reason: "signature-mismatch",
    change: (sent, rules) => ({ body: sent.body, header: signed(rules, { ...sent, secret: "guess" }) }),
  },
  {
    reason: "signature-mismatch",
    change: (sent, rules) => ({
      body: sent.body,
      header: signed(rules, sent).replace(String(sent.seconds), String(sent.seconds + 1)),
    }),
  },
  {
    reason: "timestamp-out-of-tolerance",
    change: (sent, rules) => ({
      body: sent.body,
      header: signed(rules, { ...sent, seconds: sent.seconds - 1_000 }),
    }),
  },
  {
    reason: "timestamp-out-of-tolerance",
    change: (sent, rules) => ({
      body: sent.body,
      header: signed(rules, { ...sent, seconds: sent.seconds + 1_000 }),
    }),
  },
  {
    reason: "malformed-payload",
    change: (sent, rules) => ({
      body: sent.body.slice(0, -1),
      header: signed(rules, { ...sent, body: sent.body.slice(0, -1) }),
    }),
  },
  {
    reason: "malformed-payload",
    change: (sent, rules) => ({ body: "", header: signed(rules, { ...sent, body: "" }) }),
  },
];

async function holdTampered(
  subject: Subject,
  contract: ClientContract,
  { schema, signature }: ClientWebhook,
): Promise<void> {
  const module = await moduleOf(subject);
  const header = String(signature["header"]);
  await hold(
    fc.record({
      payload: contract.answered.arbitraries.of(schema),
      tampering: fc.constantFrom(...tamperings),
    }),
    async ({ payload, tampering }) => {
      const sent = { body: textOf(payload, 0), seconds: nowMs / 1000, secret };
      const { body, header: value } = tampering.change(sent, signature);
      const headers = value === null ? {} : { [header]: value };
      const outcome = await outcomeOf(subject, () =>
        module.verify(body, headers, secret, { now: () => nowMs }),
      );
      return faultsOfRefusal(module, outcome, tampering.reason);
    },
    { ...subject.run, runs: Math.max(subject.run.runs, 2 * tamperings.length) },
    ({ payload, tampering }) =>
      `verify(${textOf(payload, 0)}), ${tampering.reason}: ${String(tampering.change)}`,
  );
}

function faultsOfRefusal(module: ClientModule, outcome: Outcome, reason: string): string[] {
  if (!("error" in outcome)) return ["It is not refused."];
  const error = outcome.error as Error & { readonly reason?: string };
  if (error.constructor !== module["WebhookVerificationError"]) return [`It throws ${String(error)}.`];
  return [
    ...(error.reason === reason ? [] : [`The reason is ${error.reason}, not ${reason}.`]),
    ...(`${error.message}${error.stack}`.includes(secret) ? ["The secret stands in the error."] : []),
  ];
}
