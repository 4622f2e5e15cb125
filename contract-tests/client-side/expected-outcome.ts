import { array, object, type Schema } from "../support/contract.js";
import { errorClassOf } from "../support/error-classes.js";
import { type ClientContract, type ClientOperation, type Direction, resolved } from "./client-contract.js";
import { isJson } from "./declared-answers.js";
import { key } from "./make-call.js";
import type { HttpAnswer } from "./wire-server.js";

/** What an answer must become. */
export type Expected =
  | { readonly kind: "result"; readonly value: unknown }
  | { readonly kind: "bytes"; readonly bytes: Buffer }
  | {
      readonly kind: "error";
      /** Class of the package; of several the error is one. */
      readonly classes: readonly string[];
      readonly fields: Readonly<Record<string, unknown>>;
    };

export const anError = (classes: string | readonly string[], fields: object = {}): Expected => ({
  kind: "error",
  classes: [classes].flat(),
  fields: fields as Readonly<Record<string, unknown>>,
});

/** What the package's README says of an answer that came whole. */
export function expectedOf(
  contract: ClientContract,
  operation: ClientOperation,
  answer: HttpAnswer,
): Expected {
  const { status, body } = answer;
  const type = headerOf(answer, "content-type");
  const text = new TextDecoder().decode(body ?? new Uint8Array());
  const redirects = [301, 302, 303, 307, 308].includes(status);
  // Where the platform must not follow it tells nothing of a redirect, not even that it leads nowhere.
  if (redirects) return anError(["UnexpectedResponseError", "RedirectError"], place(operation));
  const unexpected = anError("UnexpectedResponseError", { ...place(operation), status, body: undefined });
  if (status < 200 || status > 299) {
    const value = parsed(text.replaceAll(key, "[redacted]"));
    const isError = typeof value === "object" && value !== null && !Array.isArray(value);
    return isError && (type === null || isJson(bare(type)))
      ? refusal(contract, operation, answer, object(value))
      : unexpected;
  }
  const kind = resultKind(operation);
  if (kind === "none") return { kind: "result", value: undefined };
  if (kind === "bytes") return { kind: "bytes", bytes: body ?? Buffer.alloc(0) };
  if (kind === "text") return { kind: "result", value: text };
  if (text === "")
    return isEmptyDeclared(operation, status) ? { kind: "result", value: undefined } : unexpected;
  const value = parsed(text);
  if (value === undefined || (type !== null && !isJson(bare(type)))) return unexpected;
  const shape = resultShape(contract.answered, operation);
  const isFitting = shape === null || (shape === "array" ? Array.isArray(value) : isMap(value));
  return isFitting ? { kind: "result", value } : unexpected;
}

const isMap = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const place = ({ method }: ClientOperation) => ({ method });
const bare = (type: string): string => (type.split(";")[0] ?? "").trim().toLowerCase();

export function headerOf({ headers }: HttpAnswer, name: string): string | null {
  const found = headers.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value.trim());
  return found.length === 0 ? null : found.join(", ");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A client gives JSON where the contract has any, else text or bytes, as the first that is declared says. */
export function resultKind({ answers }: ClientOperation): "json" | "text" | "bytes" | "none" {
  const types = successesOf(answers).flatMap(({ content }) => content.map(({ mediaType }) => mediaType));
  if (types.some(isJson)) return "json";
  const [first] = types;
  return first === undefined ? "none" : first.startsWith("text/") ? "text" : "bytes";
}

function successesOf(answers: ClientOperation["answers"]): ClientOperation["answers"] {
  const declared = answers.filter(({ status }) => status.startsWith("2"));
  return declared.length > 0 ? declared : answers.filter(({ status }) => status === "default");
}

function isEmptyDeclared({ answers }: ClientOperation, status: number): boolean {
  const names = [String(status), `${Math.floor(status / 100)}XX`, "default"];
  return successesOf(answers).some((one) => names.includes(one.status) && one.content.length === 0);
}

/** What every success is at least, for its type to hold. */
function resultShape(answered: Direction, { answers }: ClientOperation): "object" | "array" | null {
  const schemas = successesOf(answers).flatMap(({ content }) =>
    content.filter(({ mediaType }) => isJson(mediaType)).map(({ schema }) => schema),
  );
  return common(schemas.map((schema) => shapeOf(answered, schema, 0)));
}

function shapeOf(answered: Direction, schema: Schema, depth: number): "object" | "array" | null {
  const { type, properties, oneOf, anyOf } = resolved(answered.judge, schema);
  const choices = [...array(oneOf), ...array(anyOf)] as Schema[];
  if (choices.length > 0 && depth < 8) return common(choices.map((one) => shapeOf(answered, one, depth + 1)));
  if (type === "array") return "array";
  return type === "object" || (type === undefined && properties !== undefined) ? "object" : null;
}

function common<T>(all: readonly (T | null)[]): T | null {
  const [first = null, ...others] = new Set(all);
  return others.length === 0 ? first : null;
}

function refusal(
  { error, concurrencyCodes }: ClientContract,
  operation: ClientOperation,
  answer: HttpAnswer,
  body: Readonly<Record<string, unknown>>,
): Expected {
  const { status } = answer;
  const text = (property: string | null): string | null => {
    const value = property === null ? null : body[property];
    return typeof value === "string" ? value : null;
  };
  const errorCode = text(error.code);
  const usual = errorClassOf(String(status));
  const isConcurrency = status === 429 && errorCode !== null && concurrencyCodes.includes(errorCode);
  return anError(isConcurrency ? "ConcurrencyLimitError" : usual, {
    ...place(operation),
    status,
    body,
    errorCode,
    requestId: text(error.requestId),
    messages:
      error.message === null ? [] : [body[error.message]].flat().filter((one) => typeof one === "string"),
  });
}

/**
 * What `Retry-After` asks for, in ms (RFC 9110, 10.2.3: whole seconds, or a date); `null` where it says nothing that can be
 * understood, `undefined` where that depends on the clock.
 */
export function retryAfterOf(answer: HttpAnswer): number | null | undefined {
  const text = headerOf(answer, "retry-after");
  if (text === null) return null;
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  return /\d\d:\d\d/.test(text) || /^\d+\.\d+$/.test(text) ? undefined : null;
}
