import type { Call } from "./client.js";
import type { ApiDescriptor, OperationDescriptor } from "./descriptors.js";
import {
  ApiError,
  type HttpErrorInit,
  httpErrorOf,
  InvalidArgumentError,
  UnexpectedResponseError,
} from "./errors.js";
import { placeOf } from "./fetch.js";
import { checkLines } from "./limits.js";
import { type Redact, sampleOf } from "./redact.js";

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
  readonly redact: Redact;
  readonly call: Readonly<Record<OperationDescriptor["method"], Call>>;
}

/** Makes {@link Send}: arguments to a request by the contract, and its answer to a result or a typed error. */
export function sending({ api, redact, call }: SendParts): Send {
  return async <Result>(
    operation: OperationDescriptor,
    path: Readonly<Record<string, unknown>>,
    args: unknown,
    options: RequestOptions = {},
  ): Promise<Result> => {
    const { query, header, body } = splitArguments(operation, args);
    if (options.idempotencyKey !== undefined) {
      if (operation.idempotencyHeader === null) {
        throw new InvalidArgumentError("idempotencyKey", `${operation.id} takes no idempotency key.`);
      }
      // An empty header is as good as none: the retry would not be safe, and nobody would say so.
      if (options.idempotencyKey === "")
        throw new InvalidArgumentError("idempotencyKey", "The idempotency key must not be empty.");
      header[operation.idempotencyHeader] = options.idempotencyKey;
    }
    await checkLines(operation.body, body);

    let answer: Response | null = null;
    let place = { method: operation.method as string, path: operation.path };
    try {
      const { data, error, response } = await call[operation.method](operation.path, {
        params: { path, query, header },
        ...(body !== undefined && { body }),
        ...(options.signal && { signal: options.signal }),
        headers: options.headers,
        timeoutMs: options.timeoutMs,
        parseAs: operation.result === "blob" ? "blob" : "text",
        onAnswer: (seen, request) => {
          answer = seen;
          place = placeOf(request);
        },
      });
      if (response.ok) return resultOf<Result>(operation, response, data);
      throw failureOf(response, error);
    } catch (error) {
      if (error instanceof ApiError || answer === null || options.signal?.aborted) throw error;
      throw unexpected(answer, "the answer broke off", error instanceof Error ? error.message : "");
    }

    function init(response: Response, messages: readonly string[], body: unknown): HttpErrorInit {
      return {
        ...place,
        status: response.status,
        headers: redact.headers(response.headers),
        body,
        messages,
        errorCode: null,
        requestId: null,
      };
    }

    function unexpected(response: Response, what: string, text: string): UnexpectedResponseError {
      const sample = redact.text(sampleOf(text));
      return new UnexpectedResponseError(
        init(response, [`${what}${sample === "" ? "" : `: ${sample}`}`], undefined),
        sample,
      );
    }

    function resultOf<T>({ result }: OperationDescriptor, response: Response, data: unknown): T {
      if (result === "none") return undefined as T;
      if (result !== "json") return (data ?? (result === "text" ? "" : new Blob([]))) as T;
      const text = typeof data === "string" ? data : "";
      const type = response.headers.get("content-type");
      if (text === "") throw unexpected(response, "the answer is empty, not JSON", "");
      if (type !== null && !isJson(type))
        throw unexpected(response, `the answer is ${sampleOf(type, 60)}, not JSON`, text);
      try {
        return JSON.parse(text) as T;
      } catch {
        throw unexpected(response, "the answer is not well-formed JSON", text);
      }
    }

    function failureOf(response: Response, error: unknown): ApiError {
      const type = response.headers.get("content-type");
      if (
        typeof error !== "object" ||
        error === null ||
        Array.isArray(error) ||
        (type !== null && !isJson(type))
      ) {
        const text = typeof error === "string" ? error : error === undefined ? "" : JSON.stringify(error);
        return unexpected(
          response,
          text === "" ? "the answer is empty, not the API's error" : "the answer is not the API's error",
          text,
        );
      }
      const shown = redact.json(error) as Record<string, unknown>;
      const text = (property: string | null): string | null =>
        property !== null && typeof shown[property] === "string" ? shown[property] : null;
      const messages = (api.error.message === null ? [] : [shown[api.error.message]].flat()).filter(
        (message): message is string => typeof message === "string",
      );
      return httpErrorOf(
        {
          ...init(response, messages, shown),
          errorCode: text(api.error.code),
          requestId: text(api.error.requestId),
        },
        api.error.concurrencyCodes,
      );
    }
  };
}

interface Split {
  readonly query: Record<string, unknown>;
  readonly header: Record<string, unknown>;
  readonly body: unknown;
}

/** Takes the arguments object apart, as the operation's `arguments` says. */
function splitArguments(operation: OperationDescriptor, args: unknown): Split {
  const split: Split = { query: {}, header: {}, body: undefined };
  if (args === undefined || operation.arguments === "none") return split;
  if (operation.arguments === "body") return { ...split, body: args };
  const rest: Record<string, unknown> = { ...(args as Record<string, unknown>) };
  for (const { name, in: place } of operation.parameters) {
    if (place === "path" || !Object.hasOwn(rest, name)) continue;
    split[place][name] = rest[name];
    delete rest[name];
  }
  if (operation.arguments === "split") return { ...split, body: rest["body"] };
  const isBody = operation.arguments === "merged" && Object.keys(rest).length > 0;
  return isBody ? { ...split, body: rest } : split;
}

function isJson(contentType: string): boolean {
  return /^[^;]*[/+]json\s*(;|$)/i.test(contentType);
}
