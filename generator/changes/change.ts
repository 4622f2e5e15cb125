/** How much a change matters: an error breaks who kept to the base, a warning may, a note does not. */
export type Severity = "error" | "warning" | "note";

export const severities: readonly Severity[] = ["note", "warning", "error"];

/** Who is affected: by what they send, by what they are sent, or by neither. */
export type Direction = "request" | "response" | "none";

/** Where a part of a spec was written: the file relative to the spec's folder, one-based line and column. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly pointer: string;
}

/** Where a change is met: by the compiler, on the wire although all compiles, or both. */
export type MetBy = "compiler" | "wire" | "both";

/** One thing that users of the old client wrote, and that no longer compiles. */
export interface CompileFinding {
  /** JSON pointers in the base: of the part it was made from, then of what that refers to. */
  readonly pointers: readonly string[];
  /** The line that compiled, such as `client.things.create({ "name": "text" })`. */
  readonly code: string;
  /** What TypeScript says of it. */
  readonly error: string;
}

/** One difference between two contracts, judged. */
export interface Change {
  /** Id of the rule that found it; see `docs/rules.md`. */
  readonly id: string;
  readonly severity: Severity;
  readonly direction: Direction;
  /** Family of the rule. */
  readonly family: string;
  /** JSON pointers of the two bundled documents; `null` where there is nothing on that side. */
  readonly pointers: { readonly base: string | null; readonly revision: string | null };
  readonly message: string;
  readonly remedy: string;
  /** Operations it reaches, such as `POST /things`; empty where it concerns none, or all. */
  readonly operations: readonly string[];
  /** The values that differ, where they are plain: `null` where there is none. */
  readonly before: unknown;
  readonly after: unknown;
  /** The same for the same change of the same place, from run to run: what an approval names. */
  readonly fingerprint: string;
  /** `null` where the compiler was not asked or could not say, and for what breaks nobody. */
  readonly metBy: MetBy | null;
  /** What no longer compiles because of it. */
  readonly compile: readonly CompileFinding[];
}
