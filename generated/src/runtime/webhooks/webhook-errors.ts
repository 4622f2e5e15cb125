import { ApiError } from "../errors.js";

export type WebhookVerificationReason =
  | "missing-signature"
  | "malformed-signature"
  | "signature-mismatch"
  | "timestamp-out-of-tolerance"
  | "malformed-payload";

const messages: Readonly<Record<WebhookVerificationReason, string>> = {
  "missing-signature": "The webhook has no signature.",
  "malformed-signature": "The webhook's signature header is not in the form that the contract says.",
  "signature-mismatch":
    "The webhook's signature is not that of its body: another secret, or the body is not as it was received.",
  "timestamp-out-of-tolerance":
    "The webhook's signature is right, but its time is too far from now: it was replayed, or a clock is wrong.",
  "malformed-payload": "The webhook's signature is right, but its body is not JSON.",
};

/** A webhook is not to be trusted, or not to be read. The error never holds the secret or the signature that would fit. */
export class WebhookVerificationError extends ApiError {
  override readonly name = "WebhookVerificationError";
  readonly reason: WebhookVerificationReason;

  constructor(reason: WebhookVerificationReason) {
    super(messages[reason]);
    this.reason = reason;
  }
}

export type WebhookBodyReason = "body-too-large" | "body-too-slow" | "body-cut-off" | "body-already-read";

const bodies: Readonly<Record<WebhookBodyReason, { readonly status: number; readonly message: string }>> = {
  "body-too-large": { status: 413, message: "The webhook's body is larger than `maxBytes`." },
  "body-too-slow": { status: 408, message: "The webhook's body did not come within `timeoutMs`." },
  "body-cut-off": { status: 400, message: "The connection broke before the webhook's body had come." },
  "body-already-read": {
    status: 500,
    message:
      "The webhook's body was read, and perhaps parsed, before this handler saw it, and the bytes that were signed are gone. " +
      "Let no body parser run before it; in Express mount it before `express.json()`, or behind `express.raw({ type: () => true })`.",
  },
};

/** A handler could not read a webhook's body. */
export class WebhookBodyError extends ApiError {
  override readonly name = "WebhookBodyError";
  readonly reason: WebhookBodyReason;
  /** Status that the handler answers with. */
  readonly status: number;

  constructor(reason: WebhookBodyReason, cause?: unknown) {
    super(bodies[reason].message, cause === undefined ? undefined : { cause });
    this.reason = reason;
    this.status = bodies[reason].status;
  }
}
