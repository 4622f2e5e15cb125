import { isPassing, retryAfterMs } from "./passing.js";

/**
 * Base of what a call throws. An abort by the caller's own signal keeps the signal's reason, and what the caller's own
 * middleware throws stays what it is.
 */
export class ApiError extends Error {
  override readonly name: string = "ApiError";
  /** Whether the same call may succeed later: the reason is passing. The client's own retries have been made by now. */
  readonly isRetryable: boolean = false;
  /** How long the server asks to wait before the next try; `null` if it does not say. */
  readonly retryAfterMs: number | null = null;
  /** What to name when asking the API's support. */
  readonly requestId: string | null = null;
  /**
   * What all attempts of this call were sent with; give it again, and the server does the work once. `null` if the
   * operation takes no such key, or nothing was sent.
   */
  readonly idempotencyKey: string | null = null;
}

/** No API key was given, and the environment has none. Thrown before any request. */
export class MissingApiKeyError extends ApiError {
  override readonly name = "MissingApiKeyError";
}

/** An argument can't be sent as the contract wants it. Thrown before any request. */
export class InvalidArgumentError extends ApiError {
  override readonly name: "InvalidArgumentError" | "InvalidRequestError" = "InvalidArgumentError";
  /** Name of the parameter or part. */
  readonly argument: string;

  constructor(argument: string, message: string) {
    super(message);
    this.argument = argument;
  }
}

/** A file breaks a limit of the contract. Thrown before any byte is sent. */
export class LimitError extends ApiError {
  override readonly name = "LimitError";
  /** Name of the part that holds the file. */
  readonly argument: string;
  readonly limit: "maxBytes" | "minItems" | "maxItems" | "uniqueBy";
  /** What the contract allows: bytes, lines, or the property that must be unique. */
  readonly allowed: number | string;
  readonly actual: number | string;

  constructor(
    argument: string,
    limit: LimitError["limit"],
    allowed: number | string,
    actual: number | string,
    message: string,
  ) {
    super(message);
    this.argument = argument;
    this.limit = limit;
    this.allowed = allowed;
    this.actual = actual;
  }
}

/** Where a request went, without its query and without any header. */
export interface RequestPlace {
  readonly method: string;
  readonly path: string;
}

/** The request could not be sent, or the connection broke before an answer came. */
export class ConnectionError extends ApiError implements RequestPlace {
  override readonly name = "ConnectionError";
  override readonly isRetryable = true;
  readonly method: string;
  readonly path: string;

  constructor({ method, path }: RequestPlace, cause: unknown) {
    super(`${method} ${path}: no answer came (${reasonOf(cause)}).`, { cause });
    this.method = method;
    this.path = path;
  }
}

/** No complete answer came in time; the time-out covers the answer's body too. */
export class TimeoutError extends ApiError implements RequestPlace {
  override readonly name = "TimeoutError";
  override readonly isRetryable = true;
  readonly method: string;
  readonly path: string;
  readonly timeoutMs: number;
  /** Status of the answer whose body stalled; `null` if none had begun. */
  readonly status: number | null;

  constructor({ method, path }: RequestPlace, timeoutMs: number, status: number | null) {
    const what = status === null ? "no answer" : `an answer (status ${status}) began, but did not end`;
    super(`${method} ${path}: ${what} within ${timeoutMs} ms.`);
    this.method = method;
    this.path = path;
    this.timeoutMs = timeoutMs;
    this.status = status;
  }
}

/**
 * Types of the contract that errors speak of. The generated package fills them in (`errorBody`, `errorCode`, `plan`), so that
 * an error caught by `instanceof` is as well typed as a result.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be augmented
export interface ContractTypes {}
type Filled<Name extends string, Otherwise> =
  ContractTypes extends Readonly<Record<Name, infer Type>> ? Type : Otherwise;
export type ErrorBodyOfContract = Filled<"errorBody", unknown>;
export type ErrorCodeOfContract = Filled<"errorCode", string>;
export type PlanOfContract = Filled<"plan", string>;

/** What every error that an answer gives rise to knows. */
export interface HttpErrorInit extends RequestPlace {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  readonly messages: readonly string[];
  readonly errorCode: string | null;
  readonly requestId: string | null;
}

/** The server answered, and the answer is not a success. */
export class HttpError extends ApiError implements RequestPlace {
  override readonly name:
    | RefusalName
    | "HttpError"
    | "RedirectError"
    | "UnexpectedResponseError"
    | "InvalidResponseError" = "HttpError";
  override readonly isRetryable: boolean;
  override readonly retryAfterMs: number | null;
  override readonly requestId: string | null;
  readonly status: number;
  /** The API's own code for what went wrong; branch on it, not on the message. */
  readonly errorCode: ErrorCodeOfContract | null;
  /** One or, for a list of mistakes, several sentences of the server. */
  readonly messages: readonly string[];
  readonly method: string;
  /** Path of the request, without its query. */
  readonly path: string;
  /** Headers of the answer. */
  readonly headers: Headers;
  /** The contract's error schema; `undefined` if the answer was something else. */
  readonly body: ErrorBodyOfContract | undefined;

  constructor(init: HttpErrorInit, cause?: Error) {
    const code = init.errorCode === null ? "" : ` [${init.errorCode}]`;
    const message =
      `${init.method} ${init.path}: ${init.status}${code} ${init.messages.join("; ")}`.trimEnd();
    super(message, cause && { cause });
    this.status = init.status;
    this.errorCode = init.errorCode as ErrorCodeOfContract | null;
    this.messages = init.messages;
    this.method = init.method;
    this.path = init.path;
    this.headers = init.headers;
    this.body = init.body as ErrorBodyOfContract | undefined;
    this.requestId = init.requestId;
    this.isRetryable = isPassing(init);
    this.retryAfterMs = retryAfterMs(init.headers);
  }
}

/** Names of the API's own refusals: `switch` on an error's `name` to tell all of them apart. */
export type RefusalName =
  | "RefusalError"
  | "BadRequestError"
  | "AuthenticationError"
  | "PaymentRequiredError"
  | "PermissionDeniedError"
  | "NotFoundError"
  | "ConflictError"
  | "PayloadTooLargeError"
  | "UnsupportedMediaTypeError"
  | "UnprocessableContentError"
  | "RateLimitError"
  | "ConcurrencyLimitError"
  | "InternalServerError"
  | "ServiceUnavailableError";

/** The API's own refusal, in the contract's error schema. */
export class RefusalError extends HttpError {
  override readonly name: RefusalName = "RefusalError";
  declare readonly body: ErrorBodyOfContract;
}

/** 400: the request is not what the contract says. */
export class BadRequestError extends RefusalError {
  override readonly name = "BadRequestError";
}

/** 401: the key is missing, unknown or revoked. */
export class AuthenticationError extends RefusalError {
  override readonly name = "AuthenticationError";
}

/** 402: the account must pay, or change its plan, first. */
export class PaymentRequiredError extends RefusalError {
  override readonly name = "PaymentRequiredError";
}

/** 403: the key may not do this. */
export class PermissionDeniedError extends RefusalError {
  override readonly name = "PermissionDeniedError";
}

/** 404: there is no such thing. */
export class NotFoundError extends RefusalError {
  override readonly name = "NotFoundError";
}

/** 409: the request contradicts what is already there. */
export class ConflictError extends RefusalError {
  override readonly name = "ConflictError";
}

/** 413: the body, or a file in it, is too large. */
export class PayloadTooLargeError extends RefusalError {
  override readonly name = "PayloadTooLargeError";
}

/** 415: the server does not take this content type. */
export class UnsupportedMediaTypeError extends RefusalError {
  override readonly name = "UnsupportedMediaTypeError";
}

/** 422: well-formed, but refused for what it says. */
export class UnprocessableContentError extends RefusalError {
  override readonly name = "UnprocessableContentError";
}

/** 429: too many requests in a period. */
export class RateLimitError extends RefusalError {
  override readonly name = "RateLimitError";
}

/** 429: too many jobs at once for the plan. */
export class ConcurrencyLimitError extends RefusalError {
  override readonly name = "ConcurrencyLimitError";
}

/** 500, or another 5xx without a class of its own: the server failed. */
export class InternalServerError extends RefusalError {
  override readonly name = "InternalServerError";
}

/** 503: the server can't answer now. */
export class ServiceUnavailableError extends RefusalError {
  override readonly name = "ServiceUnavailableError";
}

/** The answer redirects where the request must not follow: to another origin, or with a body that would be sent twice. */
export class RedirectError extends HttpError {
  declare readonly body: undefined;
  override readonly name = "RedirectError";
  /** Origin and path it points to; `null` where the platform hides it. */
  readonly location: string | null;

  constructor(init: HttpErrorInit, location: string | null) {
    super(init);
    this.location = location;
  }
}

/** The answer is not what the contract says: not JSON, cut off, empty, or of another content type. */
export class UnexpectedResponseError extends HttpError {
  declare readonly body: undefined;
  override readonly name: "UnexpectedResponseError" | "InvalidResponseError" = "UnexpectedResponseError";
  /** A refusal by its status: asking again won't help. Anything else, half a success too, may be whole the next time. */
  override readonly isRetryable: boolean;
  /** The beginning of the body, as text, with the key struck out. */
  readonly sample: string;

  constructor(init: HttpErrorInit, sample: string, cause?: Error) {
    super(init, cause);
    this.isRetryable = init.status < 400 || isPassing(init);
    this.sample = sample;
  }
}

type HttpErrorClass = new (init: HttpErrorInit) => HttpError;

const byStatus: Readonly<Record<number, HttpErrorClass>> = {
  400: BadRequestError,
  401: AuthenticationError,
  402: PaymentRequiredError,
  403: PermissionDeniedError,
  404: NotFoundError,
  409: ConflictError,
  413: PayloadTooLargeError,
  415: UnsupportedMediaTypeError,
  422: UnprocessableContentError,
  429: RateLimitError,
  503: ServiceUnavailableError,
};

/** The error of the class that fits a status and, for a 429, its code. */
export function httpErrorOf(init: HttpErrorInit, concurrencyCodes: readonly string[]): HttpError {
  if (init.status === 429 && init.errorCode !== null && concurrencyCodes.includes(init.errorCode)) {
    return new ConcurrencyLimitError(init);
  }
  const Fitting = byStatus[init.status] ?? (init.status >= 500 ? InternalServerError : RefusalError);
  return new Fitting(init);
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown reason";
  // Node's fetch says only "fetch failed"; what failed is in its cause.
  return cause.cause instanceof Error ? cause.cause.message || cause.message : cause.message;
}
