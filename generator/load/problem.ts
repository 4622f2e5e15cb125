/** One thing that is wrong with a spec, said so that its author can mend it. */
export interface Problem {
  /** Stable id of the check that found it, kebab-case. */
  readonly rule: string;
  readonly severity: "error" | "warning";
  /** Path of the file, relative to the spec's folder; `null` when no file could be named. */
  readonly file: string | null;
  /** One-based; `null` when the place is not known. */
  readonly line: number | null;
  readonly column: number | null;
  /** JSON pointer inside that file, `#/…`; `null` when the place is not known. */
  readonly pointer: string | null;
  readonly message: string;
  /** What the author can do about it. */
  readonly remedy: string;
}

/** Thrown when a spec can't be used; holds every problem found, never only the first. */
export class SpecError extends Error {
  override readonly name = "SpecError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join("\n"));
    this.problems = problems;
  }
}
