/** One objection to a request or an answer, in the words of a JSON Schema validator where one was asked. */
export interface Objection {
  /** `body`, `query`, `header`, `operation`, `security`, … */
  readonly in: string;
  /** Of a parameter, a header or a part of a form; else `null`. */
  readonly name: string | null;
  /** JSON pointer of what is wrong inside the value; empty: the value itself. */
  readonly pointer: string;
  readonly keyword: string;
  readonly message: string;
}

/** A request that the base takes and the revision refuses. */
export interface RequestEvidence {
  readonly kind: "request";
  readonly operation: string;
  readonly request: {
    readonly method: string;
    /** Path and query. */
    readonly target: string;
    /** Without credentials. */
    readonly headers: readonly (readonly [name: string, value: string])[];
    /** `null`: none, or one that is too long or no text; then `bodyBytes` tells how long it is. */
    readonly body: string | null;
    readonly bodyBytes: number;
  };
  /** The request as a line for a shell; a key is a variable of the environment. */
  readonly curl: string;
  /** What it takes beside this one request, as a sentence; `null`: nothing. */
  readonly condition: string | null;
  readonly refusals: readonly Objection[];
}

/** An answer, or what a webhook sends, that the revision allows and the base does not tell of. */
export interface ResponseEvidence {
  readonly kind: "response";
  readonly operation: string;
  readonly response: {
    /** `null`: it is what a webhook or a callback sends. */
    readonly status: string | null;
    readonly mediaType: string | null;
    readonly headers: readonly (readonly [name: string, value: string])[];
    /** As JSON; `null`: none. */
    readonly body: string | null;
  };
  readonly refusals: readonly Objection[];
}

/** What shows that a change breaks something, or why nothing does. */
export type Evidence =
  | RequestEvidence
  | ResponseEvidence
  | { readonly kind: "none"; readonly reason: string };
