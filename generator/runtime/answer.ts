import type { ApiDescriptor, OperationDescriptor } from "./descriptors.js";
import {
  type ApiError,
  type HttpErrorInit,
  httpErrorOf,
  type RequestPlace,
  UnexpectedResponseError,
} from "./errors.js";
import type { CallContext } from "./fetch.js";
import { type Redact, sampleOf } from "./redact.js";

/** An answer, with what its errors may say of the request that got it. */
export interface Answer {
  readonly response: Response;
  readonly place: RequestPlace;
  readonly redact: Redact;
}

/**
 * What a successful answer holds, as the operation's contract wants it.
 *
 * @param data the body: text for a JSON or text result, else a `Blob`
 * @throws {UnexpectedResponseError} if it holds something else
 */
export function resultOf<T>(
  answer: Answer,
  { result, resultShape, emptyStatuses = [] }: OperationDescriptor,
  data: unknown,
): T {
  if (result === "none") return undefined as T;
  if (result !== "json") return (data ?? (result === "text" ? "" : new Blob([]))) as T;
  const text = typeof data === "string" ? data : "";
  const type = answer.response.headers.get("content-type");
  if (text === "" && mayBeEmpty(answer.response, emptyStatuses)) return undefined as T;
  if (text === "") throw unexpected(answer, "the answer is empty, not JSON");
  if (type !== null && !isJson(type)) throw unexpected(answer, `the answer is ${type}, not JSON`, text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unexpected(answer, "the answer is not well-formed JSON", text);
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (resultShape === "object" ? !isObject : resultShape === "array" && !Array.isArray(value)) {
    throw unexpected(answer, `the answer is JSON, but no ${resultShape}`, text);
  }
  return value as T;
}

/**
 * The error that an answer which is no success stands for.
 *
 * @param error the body: parsed if it was JSON, else its text
 */
export function failureOf(answer: Answer, api: Pick<ApiDescriptor, "error">, error: unknown): ApiError {
  const type = answer.response.headers.get("content-type");
  const isObject = typeof error === "object" && error !== null && !Array.isArray(error);
  if (!isObject || (type !== null && !isJson(type))) {
    const text = typeof error === "string" ? error : error === undefined ? "" : JSON.stringify(error);
    return unexpected(answer, `the answer is ${text === "" ? "empty, " : ""}not the API's error`, text);
  }
  const body = answer.redact.json(error) as Record<string, unknown>;
  const { message, code, requestId, concurrencyCodes } = api.error;
  const text = (property: string | null): string | null => {
    const value = property === null ? null : body[property];
    return typeof value === "string" ? value : null;
  };
  const messages = (message === null ? [] : [body[message]].flat()).filter(
    (item) => typeof item === "string",
  );
  const init = { ...errorInit(answer, messages), body, errorCode: text(code), requestId: text(requestId) };
  return httpErrorOf(init, concurrencyCodes);
}

/** An answer that is not what the contract says; `text` is what was read of its body. */
export function unexpected(answer: Answer, what: string, text = "", cause?: Error): UnexpectedResponseError {
  const sample = sampleOf(answer.redact.text(text));
  const message = sampleOf(answer.redact.text(what)) + (sample === "" ? "" : `: ${sample}`);
  return new UnexpectedResponseError(errorInit(answer, [message]), sample, cause);
}

function errorInit({ response, place, redact }: Answer, messages: readonly string[]): HttpErrorInit {
  const { method, path } = place;
  const headers = redact.headers(response.headers);
  return {
    method,
    path,
    status: response.status,
    headers,
    body: undefined,
    messages,
    errorCode: null,
    requestId: null,
  };
}

/** The JSON of an answer that others will read too; `undefined` if it holds none. */
export async function jsonOf(response: Response, { reads }: CallContext): Promise<unknown> {
  if (reads === "stream" || !isJson(response.headers.get("content-type") ?? "")) return undefined;
  const text = await (reads === "response" ? response.clone() : response).text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether an answer refuses one job too many, and not one request too many. */
export async function isTooManyJobs(
  response: Response,
  call: CallContext,
  { error: { code, concurrencyCodes } }: Pick<ApiDescriptor, "error">,
): Promise<boolean> {
  if (response.status !== 429 || code === null || concurrencyCodes.length === 0) return false;
  const body = (await jsonOf(response, call)) as Record<string, unknown> | null | undefined;
  return concurrencyCodes.includes(body?.[code] as string);
}

function mayBeEmpty({ status }: Response, statuses: readonly string[]): boolean {
  return [String(status), `${Math.floor(status / 100)}XX`, "default"].some((name) => statuses.includes(name));
}

function isJson(contentType: string): boolean {
  return /^[^;]*[/+]json\s*(;|$)/i.test(contentType);
}
