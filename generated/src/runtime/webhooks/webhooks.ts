import { InvalidArgumentError } from "../errors.js";
import { payloadType } from "./payload-type.js";
import { isSigned, parseSignature, toMs, writeSignature } from "./signature.js";
import type { SignatureScheme, SignedWebhooks } from "./webhook-descriptors.js";
import { WebhookVerificationError, type WebhookVerificationReason } from "./webhook-errors.js";

/** A body as it was received, to the byte: not parsed, not formatted anew. */
export type RawBody = string | Uint8Array | ArrayBuffer;

/** Headers of a request, their names in any case. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A webhook that was verified. */
export interface Received<Type extends string, Payload> {
  /** Name of the webhook in the contract; `unknown` if its payload is that of none. */
  readonly type: Type;
  readonly payload: Payload;
  /** The time that was signed with it. */
  readonly sentAt: Date;
}

export interface VerifyOptions {
  /** How far the signed time may be from now, either way; 300 by default. `Infinity` switches the check off. */
  readonly toleranceSeconds?: number;
  /** Now, in ms since 1970; `Date.now` by default. */
  readonly now?: () => number;
}

export interface SignOptions<Type extends string> {
  /** The time to sign, in seconds or milliseconds since 1970; now, in seconds, by default. */
  readonly timestamp?: number;
  /** Webhook to sign for, where the contract signs them in more than one way; the contract's first by default. */
  readonly type?: Type;
}

/** A secret, or all that are valid while they are changed. */
export type Secrets = string | readonly string[];

export type Verify<Event> = (
  rawBody: RawBody,
  headers: WebhookHeaders,
  secret: Secrets,
  options?: VerifyOptions,
) => Promise<Event>;

export type Sign<Type extends string> = (
  rawBody: RawBody,
  secret: string,
  options?: SignOptions<Type>,
) => Promise<string>;

/** `verify` for the webhooks of a contract. */
export function verifying<Event extends Received<string, unknown>>(
  signed: readonly SignedWebhooks[],
): Verify<Event> {
  return async (rawBody, headers, secret, options = {}) => {
    const body = bytesOf(rawBody);
    const secrets = checkSecrets(secret);
    checkVerifyOptions(options);
    let refusal: WebhookVerificationReason = "missing-signature";
    for (const { signature, webhooks } of signed) {
      const value = headerOf(headers, signature.header);
      if (value === "") continue;
      const checked = await check(body, value, secrets, signature, options);
      if (typeof checked === "string") {
        refusal = checked;
        continue;
      }
      const payload = parse(body);
      return { type: payloadType(payload, webhooks), payload, sentAt: checked } as Event;
    }
    throw new WebhookVerificationError(refusal);
  };
}

/** `sign` for the webhooks of a contract. */
export function signing<Type extends string>(signed: readonly SignedWebhooks[]): Sign<Type> {
  return async (rawBody, secret, { timestamp = Math.floor(Date.now() / 1000), type } = {}) => {
    const body = bytesOf(rawBody);
    checkSecrets(secret);
    if (!Number.isSafeInteger(timestamp) || timestamp < 0 || timestamp >= 1e15) {
      throw new InvalidArgumentError(
        "timestamp",
        "The timestamp must be a whole number of seconds or milliseconds.",
      );
    }
    const found = signed.find(
      ({ webhooks }) => type === undefined || webhooks.some(({ name }) => name === type),
    );
    if (!found) throw new InvalidArgumentError("type", "No signed webhook has this name.");
    return writeSignature(body, secret, String(timestamp), found.signature);
  };
}

/** @throws {InvalidArgumentError} if a secret is missing; an empty one would let anyone sign */
export function checkSecrets(secret: Secrets): readonly string[] {
  const secrets: readonly unknown[] = Array.isArray(secret) ? secret : [secret];
  const sound = secrets.filter((one): one is string => typeof one === "string" && one.trim() !== "");
  if (sound.length === 0 || sound.length < secrets.length) {
    throw new InvalidArgumentError(
      "secret",
      "The webhook's secret is missing or empty. Is its environment variable set?",
    );
  }
  return sound;
}

/** @throws {InvalidArgumentError} */
export function checkVerifyOptions({ toleranceSeconds = 300 }: VerifyOptions): void {
  if (!(typeof toleranceSeconds === "number" && toleranceSeconds > 0)) {
    throw new InvalidArgumentError(
      "toleranceSeconds",
      "`toleranceSeconds` must be a positive number; `Infinity` switches the check off.",
    );
  }
}

/** The time of a genuine signature, or why it is refused. */
async function check(
  body: Uint8Array,
  value: string,
  secrets: readonly string[],
  scheme: SignatureScheme,
  { toleranceSeconds = 300, now = Date.now }: VerifyOptions,
): Promise<Date | WebhookVerificationReason> {
  const header = parseSignature(value, scheme);
  if (!header) return "malformed-signature";
  if (!(await isSigned(body, secrets, header, scheme))) return "signature-mismatch";
  // After the signature, so that this reason is never a forger's doing.
  const sentAtMs = toMs(header.timestamp);
  return Math.abs(now() - sentAtMs) <= toleranceSeconds * 1000
    ? new Date(sentAtMs)
    : "timestamp-out-of-tolerance";
}

/** All values of a header, separated by commas; empty if there is none. */
function headerOf(headers: WebhookHeaders, name: string): string {
  const { get } = headers;
  if (typeof get === "function") return get.call(headers as Headers, name)?.trim() ?? "";
  return Object.entries(headers)
    .filter(([key]) => key.toLowerCase() === name.toLowerCase())
    .flatMap(([, value]) => value)
    .filter((value) => typeof value === "string" && value.trim() !== "")
    .join(",");
}

function bytesOf(rawBody: RawBody): Uint8Array {
  if (typeof rawBody === "string") return new TextEncoder().encode(rawBody);
  if (ArrayBuffer.isView(rawBody))
    return new Uint8Array(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength);
  // By its tag and not its class, which is another one in the realm of a test runner.
  if (Object.prototype.toString.call(rawBody) === "[object ArrayBuffer]") return new Uint8Array(rawBody);
  throw new InvalidArgumentError(
    "rawBody",
    "The webhook's body must be as it was received, a string or bytes; what was given has been parsed. " +
      "Take `await request.text()`, or in Express `request.body` behind `express.raw({ type: () => true })`.",
  );
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    // The cause would quote the body, which is the sender's business.
    throw new WebhookVerificationError("malformed-payload");
  }
}
