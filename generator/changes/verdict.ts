import type { Change, Severity } from "./change.js";
import { type Bump, bump, bumpBetween, raised, reaches } from "./semver.js";

/** Which version is due, and which was written. */
export interface VersionVerdict {
  readonly before: string | null;
  readonly after: string | null;
  readonly due: Bump;
  /** `null` where the base's version is no semantic version. */
  readonly dueVersion: string | null;
  /** `null` where one of the two is no semantic version. */
  readonly written: Bump | "lower" | null;
  /** Whether what was written is at least what is due; `null`: can't be told. */
  readonly enough: boolean | null;
}

export interface Verdict {
  /** `breaking`: errors that nobody approved; `risky`: warnings at most; `compatible`: notes at most. */
  readonly outcome: "breaking" | "risky" | "compatible" | "unchanged";
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  /** Changes that were approved; they are in none of the numbers above. */
  readonly approved: number;
  /** Of the spec, its `info.version`: what servers and callers on the wire are told. */
  readonly spec: VersionVerdict;
  /** Of the client package: as the spec, and what its users meet at compile time. */
  readonly package: VersionVerdict;
}

export interface Versions {
  readonly before: string | null;
  readonly after: string | null;
  /** Whether anything differs at all, be it words only. */
  readonly differs: boolean;
}

/** Judges the changes as a whole. An approval lets a change pass, but makes it no smaller. */
export function judge(
  changes: readonly (Change & { readonly approval?: unknown })[],
  { before, after, differs }: Versions,
): Verdict {
  const open = changes.filter(({ approval }) => !approval);
  const count = (severity: Severity): number => open.filter((change) => change.severity === severity).length;
  const [errors, warnings, notes] = [count("error"), count("warning"), count("note")];
  const outcome =
    errors > 0 ? "breaking" : warnings > 0 ? "risky" : changes.length > 0 ? "compatible" : "unchanged";
  const wire = changes.filter(({ family }) => family !== "client");
  const versionOf = (those: readonly Change[]): VersionVerdict => {
    const due = dueBump(those, differs);
    const written = before !== null && after !== null ? bumpBetween(before, after) : null;
    return {
      before,
      after,
      due,
      dueVersion: before === null ? null : bump(before, due),
      written,
      enough: written === null || before === null ? null : reaches(written, raised(before, due)),
    };
  };
  return {
    outcome,
    errors,
    warnings,
    notes,
    approved: changes.length - open.length,
    spec: versionOf(wire),
    package: versionOf(changes),
  };
}

function dueBump(changes: readonly Change[], differs: boolean): Bump {
  const has = (severity: Severity): boolean => changes.some((change) => change.severity === severity);
  if (has("error")) return "major";
  if (has("warning") || has("note")) return "minor";
  return differs ? "patch" : "none";
}
