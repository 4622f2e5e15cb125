import type { Jobs } from "../jobs.js";
import type { Key, Keys } from "../keys.js";
import { type MonthlyJobs, nextMonthMs } from "../monthly-jobs.js";
import type { SandboxContract } from "../sandbox-contract.js";
import { maskedKey } from "./views.js";

/** How much of a limit a key has used. */
export interface ShownLimit {
  /** Its number among the keys, and its end. */
  readonly key: string;
  readonly plan: string;
  /** Name of a rate policy; `jobs at a time`, `batches at a time` or `jobs this month`. */
  readonly name: string;
  readonly used: number;
  /** `null`: no limit. */
  readonly limit: number | null;
  /** Until a place is free; `null` where that is not for the rate to say. */
  readonly resetMs: number | null;
}

/** The most gauges that are shown; keys in use come first. */
const maxLimits = 60;

/** All gauges of keys that were used, in the order of the keys. */
export function limitViews(
  contract: SandboxContract,
  keys: Keys,
  jobs: Jobs,
  monthlyJobs: MonthlyJobs,
  nowMs: number,
): readonly ShownLimit[] {
  const shown: ShownLimit[] = [];
  const idle: ShownLimit[] = [];
  const all = [...keys.all(), keys.anonymous];
  for (const [index, key] of all.entries()) {
    const rates = rateViews(key, index, nowMs);
    const wasUsed = rates.length > 0;
    const ofKey = [
      ...rates,
      ...jobViews(contract, key, index, jobs, wasUsed),
      ...(wasUsed ? monthViews(key, index, monthlyJobs, nowMs) : []),
    ];
    (ofKey.some(({ used }) => used > 0) ? shown : idle).push(...ofKey);
    if (shown.length >= maxLimits) break;
  }
  return [...shown, ...idle].slice(0, maxLimits);
}

function rateViews(key: Key, index: number, nowMs: number): ShownLimit[] {
  return key.rates.gauges(nowMs).map(({ policy, remaining, resetMs }) => ({
    key: labelOf(key, index),
    plan: key.plan.title,
    name: `${policy.name}: ${policy.limit} in ${policy.periodSeconds} s`,
    used: policy.limit - remaining,
    limit: policy.limit,
    resetMs,
  }));
}

/** Jobs under way, batches apart, of a key that has any; none of a key that has some use tells something too. */
function jobViews(
  { operations }: SandboxContract,
  key: Key,
  index: number,
  jobs: Jobs,
  wasUsed: boolean,
): ShownLimit[] {
  const creating = operations.filter(({ job, method }) => job && method === "POST");
  const kinds = new Map(creating.map(({ job, batch }) => [job?.pointer, { job, batch: batch !== null }]));
  return [...kinds.values()].flatMap(({ job, batch }) => {
    const used = job ? jobs.activeOf(key, job).length : 0;
    if (used === 0 && (batch || !wasUsed)) return [];
    const limit = batch ? key.batchConcurrency : key.concurrency;
    const name = batch ? "batches at a time" : "jobs at a time";
    return [{ key: labelOf(key, index), plan: key.plan.title, name, used, limit, resetMs: null }];
  });
}

function monthViews(key: Key, index: number, monthlyJobs: MonthlyJobs, nowMs: number): ShownLimit[] {
  const { title, jobsPerMonth } = key.plan;
  if (jobsPerMonth === null) return [];
  return [
    {
      key: labelOf(key, index),
      plan: title,
      name: "jobs this month",
      used: monthlyJobs.of(key, nowMs),
      limit: jobsPerMonth,
      resetMs: nextMonthMs(nowMs) - nowMs,
    },
  ];
}

const labelOf = ({ key }: Key, index: number): string =>
  key === "" ? "none" : `${index + 1} (${maskedKey(key)})`;
