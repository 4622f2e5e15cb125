import { type Answer, failureOf, resultOf, unexpected } from "./answer.js";
import type { Call } from "./client.js";
import type { ApiDescriptor, OperationDescriptor } from "./descriptors.js";
import { ApiError, ConnectionError, InvalidArgumentError } from "./errors.js";
import { placeOf } from "./fetch.js";

/** What may be said of a single call, whatever its operation. */
export interface RequestOptions {
  /** Ends the call; what is thrown then is the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** How long this request may take, its answer's body included. */
  readonly timeoutMs?: number | undefined;
  /** Sent with this request, over the client's own. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Names this one intent, so that the server does it once however often it is asked. For operations whose contract
   * has such a header.
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
}

/** How far a call came before it failed. */
interface Progress {
  sent: Omit<Answer, "response"> | null;
  response: Response | null;
}

/** Makes {@link Send}: arguments to a request by the contract, and its answer to a result or a typed error. */
export function sending({ api, call }: SendParts): Send {
  return async <Result>(
    operation: OperationDescriptor,
    path: Readonly<Record<string, unknown>>,
    args: unknown,
    options?: RequestOptions,
  ): Promise<Result> => {
    const { signal, timeoutMs, headers } = options ?? {};
    signal?.throwIfAborted();
    const progress: Progress = { sent: null, response: null };
    try {
      const { query, header, body } = splitArguments(operation, args);
      const { data, error, response } = await call[operation.method](operation.path, {
        params: { path, query, header: { ...header, ...idempotency(operation, options?.idempotencyKey) } },
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
        headers,
        timeoutMs,
        parseAs: operation.result === "blob" ? "blob" : "text",
        onRequest: (request, redact) => {
          progress.sent = { place: placeOf(request), redact };
        },
        onAnswer: (seen) => {
          progress.response = seen;
        },
      });
      if (!progress.sent) throw new Error("A call was answered that never entered the client's layers.");
      const answer: Answer = { ...progress.sent, response };
      if (response.ok) return resultOf<Result>(answer, operation, data);
      throw failureOf(answer, api, error);
    } catch (error) {
      if (signal?.aborted) throw signal.reason; // even one that openapi-fetch takes for none, such as 0
      throw typedError(operation, progress, error);
    }
  };
}

/** What the platform throws, by how far the call had come; what is thrown by the caller's own middleware stays as it is. */
function typedError({ id }: OperationDescriptor, { sent, response }: Progress, error: unknown): unknown {
  const isPlatforms = error instanceof TypeError || error instanceof URIError || error instanceof RangeError;
  if (error instanceof ApiError || !isPlatforms) return error;
  if (!sent) return new InvalidArgumentError("request", `${id} can't be sent: ${error.message}`);
  const cause = sent.redact.cause(error);
  if (!response) return new ConnectionError(sent.place, cause);
  return unexpected({ ...sent, response }, `the answer broke off (${error.message})`, "", cause);
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
    if (place === "path" || !Object.hasOwn(rest, name)) continue;
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
