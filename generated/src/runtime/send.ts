import { type Answer, failureOf, resultOf } from "./answer.js";
import type { Call } from "./client.js";
import type { ApiDescriptor, OperationDescriptor } from "./descriptors.js";
import { ApiError, InvalidArgumentError } from "./errors.js";
import type { CallContext } from "./fetch.js";
import type { UploadProgress } from "./upload.js";
import type { Validation } from "./validation.js";

/** What may be said of a single call, whatever its operation. */
export interface RequestOptions {
  /** Ends the call; what is thrown then is the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** How long an attempt may take, its answer's body included. */
  readonly timeoutMs?: number | undefined;
  /** How long the call may take as a whole, with its attempts and its waiting for limits. */
  readonly totalTimeoutMs?: number | undefined;
  /** How often to try again what failed for a passing reason and is safe to repeat. */
  readonly maxRetries?: number | undefined;
  /** Sent with this request, over the client's own. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Told how much of the body has been handed to the network, and again from the start with every attempt; where the
   * platform does not say, as in browsers, once, when the answer begins. What it throws ends the call.
   */
  readonly onUploadProgress?: ((progress: UploadProgress) => void) | undefined;
  /** `false`: files of other kinds than the contract names are sent, too; by default their first bytes must fit. */
  readonly checkFileKinds?: boolean | undefined;
  /**
   * Names this one intent, so that the server does it once however often it is asked; made for you unless given. Keep
   * your own, made beforehand, to ask again after a restart. For operations whose contract has such a header.
   */
  readonly idempotencyKey?: string | undefined;
}

/** Calls an operation with the values of its path and its arguments object. */
export type Send = <Result>(
  operation: OperationDescriptor,
  path: Readonly<Record<string, unknown>>,
  args: unknown,
  options: RequestOptions | undefined,
) => Promise<Result>;

interface SendParts {
  readonly api: ApiDescriptor;
  readonly call: Readonly<Record<OperationDescriptor["method"], Call>>;
  /** Loads what checks the calls, if they are to be checked. */
  readonly validation?: (() => Promise<Validation>) | undefined;
}

/** What the server did once for a key: the key is on it, but not among its JSON. */
export type Keyed<Result> = Result & { readonly idempotencyKey: string };

/** Makes {@link Send}: arguments to a request by the contract, and its answer to a result or a typed error. */
export function sending({ api, call, validation }: SendParts): Send {
  return async <Result>(
    operation: OperationDescriptor,
    path: Readonly<Record<string, unknown>>,
    args: unknown,
    { idempotencyKey, headers, ...options }: RequestOptions = {},
  ): Promise<Result> => {
    const { signal } = options;
    signal?.throwIfAborted();
    const checks = validation && (await validation());
    checks?.request(operation, path, args);
    let context: CallContext | null = null;
    try {
      const { query, header, body } = splitArguments(operation, args);
      const { data, error, response } = await call[operation.method](operation.path, {
        ...options,
        operation,
        params: { path, query, header: { ...header, ...idempotency(operation, idempotencyKey) } },
        ...(body !== undefined && { body }),
        headers,
        reads: operation.result === "blob" ? "blob" : "text",
        parseAs: operation.result === "blob" ? "blob" : "text",
        onCall: (made) => {
          context = made;
        },
      });
      const { place, redact, idempotencyKey: key } = context as unknown as CallContext;
      const answer: Answer = { place, redact, response };
      if (!response.ok) throw failureOf(answer, api, error);
      const result = resultOf<Result>(answer, operation, data);
      checks?.response(answer, operation, result);
      return keyed(result, key);
    } catch (error) {
      if (signal?.aborted) throw signal.reason; // even one that openapi-fetch takes for none, such as 0
      if (error instanceof ApiError)
        throw keyed(error, (context as CallContext | null)?.idempotencyKey ?? null);
      throw context ? error : refused(operation, error);
    }
  };
}

/** What the platform throws for a request that it won't make; what the caller's own middleware throws stays as it is. */
function refused({ id }: OperationDescriptor, error: unknown): unknown {
  const isPlatforms = error instanceof TypeError || error instanceof URIError || error instanceof RangeError;
  return isPlatforms ? new InvalidArgumentError("request", `${id} can't be sent: ${error.message}`) : error;
}

/** Shows the key on a result or an error, without making it one of the result's own JSON properties. */
export function keyed<Value>(value: Value, key: string | null): Value {
  if (key === null || typeof value !== "object" || value === null) return value;
  if (value instanceof Error || !Object.hasOwn(value, "idempotencyKey"))
    Object.defineProperty(value, "idempotencyKey", { value: key, configurable: true });
  return value;
}

function idempotency(
  { id, idempotencyHeader }: OperationDescriptor,
  key: string | undefined,
): Record<string, string> {
  if (key === undefined) return {};
  if (idempotencyHeader === null)
    throw new InvalidArgumentError("idempotencyKey", `${id} takes no idempotency key.`);
  // An empty header is as good as none: the retry would not be safe, and nobody would say so.
  if (key === "") throw new InvalidArgumentError("idempotencyKey", "The idempotency key must not be empty.");
  return { [idempotencyHeader]: key };
}

interface Split {
  readonly query: Record<string, unknown>;
  readonly header: Record<string, unknown>;
  readonly body: unknown;
}

/** Takes the arguments object apart, as the operation's `arguments` says. */
function splitArguments(operation: OperationDescriptor, args: unknown): Split {
  const { id, body: descriptor, parameters } = operation;
  const split: Split = { query: {}, header: {}, body: undefined };
  if (args === undefined || args === null || operation.arguments === "none")
    return required(operation, split);
  if (operation.arguments === "body") return { ...split, body: args };
  const rest: Record<string, unknown> = { ...(args as Record<string, unknown>) };
  for (const { name, in: place } of parameters) {
    if (place === "path" || place === "form" || !Object.hasOwn(rest, name)) continue;
    split[place][name] = rest[name];
    delete rest[name];
  }
  if (operation.arguments === "merged") {
    return required(
      operation,
      Object.keys(rest).length > 0 || descriptor?.required ? { ...split, body: rest } : split,
    );
  }
  const { [operation.bodyMember]: body, ...unknown } = rest;
  const [stray] = Object.keys(operation.arguments === "split" ? unknown : rest).filter(
    (name) => rest[name] !== undefined,
  );
  if (stray !== undefined) throw new InvalidArgumentError(stray, `${id} has no parameter ${stray}.`);
  return required(operation, operation.arguments === "split" ? { ...split, body } : split);
}

function required({ id, body: descriptor }: OperationDescriptor, split: Split): Split {
  if (descriptor?.required && split.body === undefined)
    throw new InvalidArgumentError("request", `${id} needs a request body.`);
  return split;
}
