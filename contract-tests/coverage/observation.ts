import { createHash } from "node:crypto";
import { parseMultipart } from "../support/multipart.js";

/** One request with its answer, as it went over the wire while a test ran; without keys, and without what is long. */
export interface Observation {
  /** The file, the titles above a test and its own. */
  readonly test: string;
  /** What the test calls the request, if it sends many; else empty. */
  readonly case: string;
  /** Which server, so that its answers can be counted. */
  readonly server: string;
  /** Name of the plan that the key is on; `null`: not known. */
  readonly plan: string | null;
  /** Stands for the key; `null`: none was sent. */
  readonly key: string | null;
  /** Whether the server had been told what to answer, other than by the request itself. */
  readonly driven: boolean;
  /** Whether the server sent the request: a webhook. */
  readonly isWebhook: boolean;
  readonly method: string;
  /** Path and query, unparsed. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: ObservedBody | null;
  readonly status: number;
  readonly answerHeaders: Headers;
  /** `null`: there was none, or it was too long to keep. */
  readonly answer: string | null;
}

type Headers = readonly (readonly [name: string, value: string])[];

export type ObservedBody =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "form"; readonly parts: readonly ObservedPart[] }
  /** Nothing that could be read, or too long to keep. */
  | { readonly kind: "unread"; readonly length: number };

export interface ObservedPart {
  readonly name: string;
  readonly fileName: string | null;
  readonly contentType: string | null;
  /** In bytes. */
  readonly length: number;
  /** `null`: too long to keep. */
  readonly text: string | null;
}

/** What a test or a run of `verify` has at hand. */
export interface Seen {
  readonly method: string;
  readonly target: string;
  readonly headers: Iterable<readonly [name: string, value: string]>;
  readonly body: string | Buffer | readonly ObservedPart[] | null;
  readonly status: number;
  readonly answerHeaders: Iterable<readonly [name: string, value: string]>;
  readonly answer: string | Buffer;
}

const longestText = 512 * 1024;

export function observationOf(
  seen: Seen,
  from: Pick<Observation, "test" | "server"> &
    Partial<Pick<Observation, "case" | "plan" | "driven" | "isWebhook">>,
): Observation {
  const headers = [...seen.headers];
  const [, key = null] = headers.find(([name]) => holdsKey(name)) ?? [];
  return {
    case: "",
    plan: null,
    driven: false,
    isWebhook: false,
    ...from,
    key: key === null ? null : digest(key),
    method: seen.method,
    target: seen.target,
    headers: headers.map(([name, value]) => [name, holdsKey(name) ? "…" : value] as const),
    body: bodyOf(seen.body, headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? ""),
    status: seen.status,
    answerHeaders: [...seen.answerHeaders],
    answer: seen.answer.length === 0 || seen.answer.length > longestText ? null : seen.answer.toString(),
  };
}

function bodyOf(body: Seen["body"], contentType: string): ObservedBody | null {
  if (body === null) return null;
  if (typeof body !== "string" && !Buffer.isBuffer(body)) return { kind: "form", parts: body };
  if (body.length === 0) return null;
  if (/^multipart\/form-data/i.test(contentType)) {
    try {
      const bytes = typeof body === "string" ? Buffer.from(body) : body;
      const parts = parseMultipart(contentType, bytes).map(({ bytes: content, ...part }) => ({
        ...part,
        length: content.length,
        text: content.length > longestText ? null : content.toString(),
      }));
      return { kind: "form", parts };
    } catch {
      return { kind: "unread", length: body.length };
    }
  }
  return body.length > longestText
    ? { kind: "unread", length: body.length }
    : { kind: "text", text: body.toString() };
}

/** The parts of a form before it is written as bytes. */
export function formParts(form: FormData): Promise<ObservedPart[]> {
  const parts = [...form].map(async ([name, value]): Promise<ObservedPart> => {
    if (typeof value === "string")
      return { name, fileName: null, contentType: null, length: Buffer.byteLength(value), text: value };
    const text = value.size > longestText ? null : await value.text();
    return { name, fileName: value.name, contentType: value.type, length: value.size, text };
  });
  return Promise.all(parts);
}

function holdsKey(name: string): boolean {
  return /^(authorization|cookie|.*api[-_]?key.*|.*token.*)$/i.test(name);
}

function digest(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 12);
}

/** By what name an exchange is told as evidence. */
export function nameOf({ test, case: title }: Observation): string {
  return title === "" ? test : `${test} › ${title}`;
}
