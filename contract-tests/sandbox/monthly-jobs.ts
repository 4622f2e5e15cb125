import type { Key } from "./keys.js";

/**
 * How many jobs each organization has created in the month of the calendar, in UTC. What was refused, and what only
 * replays an answer, is not counted; nor does a job that fails give its place back.
 */
export class MonthlyJobs {
  readonly #counts = new Map<string, { month: number; count: number }>();

  /** How many it has created in this month. */
  of({ organization }: Key, nowMs: number): number {
    const counted = this.#counts.get(organization);
    return counted && counted.month === monthOf(nowMs) ? counted.count : 0;
  }

  add(key: Key, nowMs: number): void {
    if (key.plan.jobsPerMonth === null) return;
    this.#counts.set(key.organization, { month: monthOf(nowMs), count: this.of(key, nowMs) + 1 });
  }

  clear(): void {
    this.#counts.clear();
  }
}

/** When the next month begins, in milliseconds since 1970. */
export function nextMonthMs(nowMs: number): number {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
}

function monthOf(nowMs: number): number {
  const now = new Date(nowMs);
  return now.getUTCFullYear() * 12 + now.getUTCMonth();
}
