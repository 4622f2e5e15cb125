import { InvalidArgumentError } from "../errors.js";
import { WebhookBodyError, WebhookVerificationError } from "./webhook-errors.js";
import {
  checkSecrets,
  checkVerifyOptions,
  type RawBody,
  type Secrets,
  type Verify,
  type VerifyOptions,
  type WebhookHeaders,
} from "./webhooks.js";

export interface HandlerOptions extends VerifyOptions {
  /** Largest body that is read; 1 MiB by default. */
  readonly maxBytes?: number;
  /** How long a body may take to come; 10,000 ms by default. */
  readonly timeoutMs?: number;
  /**
   * Is told why a webhook was not accepted: a `WebhookVerificationError`, a `WebhookBodyError`, or what `onEvent` threw.
   * The sender is told no more than the reason.
   */
  readonly onError?: (error: unknown) => void;
}

/** Is given each genuine webhook; the sender has its answer when it is done. What it throws becomes a 500. */
export type OnEvent<Event> = (event: Event) => unknown;

/** How much of a body to wait for. */
export interface BodyLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** A request, as far as it has come. */
export interface Delivery {
  readonly method: string | undefined;
  readonly headers: WebhookHeaders;
  /** @throws {WebhookBodyError} */
  readonly read: (limits: BodyLimits) => Promise<RawBody>;
}

/** What to answer. */
export interface Outcome {
  readonly status: number;
  /** Headers and body of the answer; the body is empty if all went well. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For `onError`. */
  readonly error: unknown;
}

/**
 * Takes a webhook in: 200 once `onEvent` is done. 401 if the signature is missing or wrong, 400 if what was signed is
 * not JSON or was cut off, 405, 408, 413; and 500, which asks for another delivery, if `onEvent` throws.
 *
 * @throws {InvalidArgumentError} for a secret or an option that can't be right, at once and not with the first webhook
 */
export function receiving<Event>(
  verify: Verify<Event>,
  secret: Secrets,
  onEvent: OnEvent<Event>,
  options: HandlerOptions,
): (delivery: Delivery) => Promise<Outcome> {
  const { maxBytes = 1_048_576, timeoutMs = 10_000 } = options;
  const secrets = checkSecrets(secret);
  checkVerifyOptions(options);
  checkLimit("maxBytes", maxBytes, Number.MAX_SAFE_INTEGER);
  checkLimit("timeoutMs", timeoutMs, 2 ** 31 - 1); // a timer takes no more
  return async ({ method, headers, read }) => {
    if (method !== "POST") return outcome(405, "method-not-allowed", null, { allow: "POST" });
    let event: Event;
    try {
      const body = await read({ maxBytes, timeoutMs });
      if (sizeOf(body) > maxBytes) throw new WebhookBodyError("body-too-large");
      event = await verify(body, headers, secrets, options);
    } catch (error) {
      return refusal(error);
    }
    try {
      await onEvent(event);
    } catch (error) {
      return outcome(500, "not-processed", error);
    }
    return { status: 200, headers: {}, body: "", error: null };
  };
}

function refusal(error: unknown): Outcome {
  if (error instanceof WebhookVerificationError) {
    return outcome(error.reason === "malformed-payload" ? 400 : 401, error.reason, error);
  }
  if (error instanceof WebhookBodyError) {
    // What is left of the body must not pass for the next request.
    return outcome(error.status, error.reason, error, { connection: "close" });
  }
  return outcome(500, "not-processed", error);
}

function outcome(
  status: number,
  reason: string,
  error: unknown,
  headers: Readonly<Record<string, string>> = {},
): Outcome {
  const body = JSON.stringify({ reason });
  return { status, headers: { ...headers, "content-type": "application/json" }, body, error };
}

function sizeOf(body: RawBody): number {
  return typeof body === "string" ? new TextEncoder().encode(body).byteLength : body.byteLength;
}

function checkLimit(argument: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new InvalidArgumentError(argument, `\`${argument}\` must be a whole number from 1 to ${most}.`);
  }
}
