import type { VerifiedOperation } from "./verified-contract.js";

/** What a caller gives an operation, before it is written as HTTP; parameters and forms as JSON values. */
export interface Arguments {
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly header: Readonly<Record<string, unknown>>;
  readonly cookie: Readonly<Record<string, unknown>>;
  /** `undefined`: no body. */
  readonly body: unknown;
}

export interface HttpRequest {
  readonly method: string;
  /** Path and query, as on the request line, below the server's address. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | null;
}

export interface HttpResponse {
  /** 0: there was no answer, or not a whole one. */
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** What is wrong with a request on purpose. */
export interface Wrong {
  /** `body`, `query status`, `path id` … */
  readonly where: string;
  readonly keyword: string;
  readonly pointer: string;
  readonly variant: string;
}

/** One request to be sent, and what it is to show. */
export interface VerifyCase {
  readonly operation: VerifiedOperation;
  /** `positive`: valid as a whole. `negative`: one thing is wrong. `probe`: only one check knows what to expect. */
  readonly intent: "positive" | "negative" | "probe";
  /** Where it comes from: `example quick`, `limits`, `faults`, `generated`, or the check that asked for it. */
  readonly source: string;
  readonly what: string;
  readonly wrong: Wrong | null;
  /** `null`: the request can't be told in a caller's words. */
  readonly args: Arguments | null;
  readonly request: HttpRequest;
}

/** A request, and what came of it. Times in milliseconds since the run began. */
export interface Exchange {
  readonly case: VerifyCase;
  readonly response: HttpResponse;
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
  /** Which of the keys was sent; `null`: none. */
  readonly keyIndex: number | null;
  /** Why there is no answer; `null`: there is one. */
  readonly failure: NoAnswer | null;
}

/** What a server did in place of answering. */
export interface NoAnswer {
  readonly why: "too late" | "cut off" | "not HTTP";
  /** In a sentence. */
  readonly text: string;
}

export function headerOf(
  headers: readonly (readonly [name: string, value: string])[],
  name: string,
): string | null {
  const wanted = name.toLowerCase();
  return headers.find(([one]) => one.toLowerCase() === wanted)?.[1] ?? null;
}

const parsed = new WeakMap<Buffer, { readonly value: unknown }>();

/** The body as JSON; `undefined` where it is none. Parsed once, however many checks ask. */
export function jsonOf({ body }: Pick<HttpResponse, "body">): unknown {
  const known = parsed.get(body) ?? { value: jsonIn(body) };
  parsed.set(body, known);
  return known.value;
}

function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}
