import type { Policy } from "../schema/schema-rule.js";

interface Lifecycle {
  readonly deprecated: boolean;
  readonly sunset: unknown;
  readonly stability: unknown;
}

interface LifecycleFact {
  readonly code: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

const levels = ["draft", "alpha", "beta", "stable"];

/** How settled something is; what says nothing is stable. `null`: no level there is. */
export function stabilityRank(level: unknown): number | null {
  if (level === undefined) return levels.indexOf("stable");
  const rank = levels.indexOf(String(level));
  return rank < 0 ? null : rank;
}

/** What is not settled yet may change without notice. */
export const isUnsettled = (level: unknown): boolean => level === "draft" || level === "alpha";

/** A day as RFC 3339 writes it, also at the start of a time; `null`: it is none. */
export function dayOf(value: unknown): string | null {
  const text = value instanceof Date ? value.toISOString() : String(value ?? "");
  const day = /^(\d{4}-\d{2}-\d{2})(?:$|[Tt ])/.exec(text)?.[1];
  return day !== undefined && !Number.isNaN(Date.parse(`${day}T00:00:00Z`)) ? day : null;
}

const dayMs = 24 * 60 * 60 * 1000;

export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs);

/** Days that must lie before the end of something of this stability. */
export const agreedDays = (level: unknown, { deprecationDays }: Policy): number =>
  isUnsettled(level) ? 0 : level === "beta" ? deprecationDays.beta : deprecationDays.stable;

/** What is to be said of something that was deprecated, or no longer is. */
export function* judgeDeprecation(
  before: Lifecycle,
  after: Lifecycle,
  policy: Policy,
  invalid: string,
): Iterable<LifecycleFact> {
  if (before.deprecated && !after.deprecated) yield { code: "reactivated" };
  if (before.deprecated || !after.deprecated) return;
  const agreed = agreedDays(after.stability, policy);
  if (after.sunset === undefined) {
    if (agreed > 0) yield { code: "deprecated-sunset-missing" };
    else yield { code: "deprecated" };
    return;
  }
  const day = dayOf(after.sunset);
  if (day === null) {
    yield { code: invalid, after: after.sunset };
    return;
  }
  if (daysBetween(policy.today, day) < agreed) yield { code: "sunset-date-too-small", after: day };
  else yield { code: "deprecated-with-sunset", after: day };
}

export function* judgeStability(before: unknown, after: unknown): Iterable<LifecycleFact> {
  const [from, to] = [stabilityRank(before), stabilityRank(after)];
  if (from === null || to === null || from === to) return;
  const words = { before: before ?? "stable", after: after ?? "stable" };
  yield { code: to < from ? "stability-decreased" : "stability-increased", ...words };
}
