import type { JsonObject } from "../load/document-walk.js";
import type { Direction, Severity } from "./change.js";

/** Two documents, by which a rule shows what it finds, and what it leaves alone. */
export interface Fixture {
  readonly base: JsonObject;
  readonly revision: JsonObject;
}

/** What one kind of change means. */
export interface Rule {
  /** oasdiff's where it has one. */
  readonly id: string;
  readonly family: string;
  readonly severity: Severity;
  readonly direction: Direction;
  /** What is said of a change; `{subject}`, `{name}`, `{before}` and `{after}` are filled in. */
  readonly sentence: string;
  readonly remedy: string;
  /** The rule must fire on the first pair, and must not on the second. */
  readonly found: Fixture;
  readonly absent: Fixture;
}

/** What a rule says of one place of the documents. */
export interface Finding {
  readonly id: string;
  readonly base: string | null;
  readonly revision: string | null;
  /** What it is about, as the start of a sentence, such as "The query parameter `limit`". */
  readonly subject: string;
  readonly name?: string | undefined;
  readonly before?: unknown;
  readonly after?: unknown;
  /** `POST /things`; `null` where it concerns no single operation. */
  readonly operation: string | null;
}
