import type { HttpRequest } from "../verify/case.js";
import type { Credential } from "../verify/credentials.js";

/** What is known of a breaking change, as plain data: `specwright diff` tells it of each. */
export interface EvidenceFinding {
  readonly fingerprint: string;
  /** Id of the rule that found it. */
  readonly id: string;
  readonly direction: "request" | "response" | "none";
  /** JSON pointers of the two bundled documents. */
  readonly pointers: { readonly base: string | null; readonly revision: string | null };
  /** Such as `POST /things` or `webhook done`; empty where it concerns none, or all. */
  readonly operations: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
}

/** One objection to a request or an answer. */
export interface Refusal {
  /** What objects. */
  readonly in:
    | "server"
    | "operation"
    | "security"
    | "path"
    | "query"
    | "header"
    | "cookie"
    | "body"
    | "status";
  /** Of the parameter or header; else `null`. */
  readonly name: string | null;
  /** JSON pointer of what is wrong inside the value; empty: the value itself. */
  readonly pointer: string;
  /** JSON Schema's keyword, or OpenAPI's word. */
  readonly keyword: string;
  readonly message: string;
}

/** A request that was valid by the base and is not by the revision. */
export interface RequestEvidence {
  readonly kind: "request";
  readonly operation: string;
  /** Without the credentials, which are in none of it. */
  readonly request: HttpRequest;
  readonly credentials: readonly Credential[];
  /** Its address; `null`: no side names one. */
  readonly server: string | null;
  /** The same for a POSIX shell; keys are variables of the environment. */
  readonly curl: string;
  /** What it takes beside this one request; `null`: nothing. */
  readonly condition: string | null;
  readonly refusals: readonly Refusal[];
}

/** An answer that the revision allows, and of which the base, by which old clients go, says that there is none. */
export interface ResponseEvidence {
  readonly kind: "response";
  readonly operation: string;
  /** `null`: it is what a webhook or a callback sends. */
  readonly status: string | null;
  readonly mediaType: string | null;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** `undefined`: none. */
  readonly body: unknown;
  readonly refusals: readonly Refusal[];
}

/** Why nothing is shown. */
export interface NoEvidence {
  readonly kind: "none";
  readonly reason: string;
}

export type Evidence = RequestEvidence | ResponseEvidence | NoEvidence;

export const none = (reason: string): NoEvidence => ({ kind: "none", reason });
