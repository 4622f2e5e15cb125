import { InvalidArgumentError } from "../errors.js";
import type { LimitStore } from "../limit-store.js";
import { memoryLimits } from "../memory-limits.js";
import { type RedisClient, ScriptRunner } from "./redis-client.js";
import { SharedLimits } from "./shared-limits.js";
import { SteadyLimits } from "./steady-limits.js";

export { LimitStoreError } from "./limit-store-error.js";
export type { LimitStore, RedisClient };

export interface RedisLimitsOptions {
  /**
   * Names what is limited, such as an account: whoever uses the same name in the same Redis shares its limits. Every key
   * begins with `{prefix}:`, so that in a cluster all are on one node. Not the API key, since it is stored as it is.
   */
  readonly prefix: string;
  /** How long Redis may take to answer; 2,000 ms by default. */
  readonly timeoutMs?: number | undefined;
  /**
   * How long a place or slot stays taken when its process dies before the answer; longer than any request takes. 5 minutes
   * by default.
   */
  readonly leaseMs?: number | undefined;
  /** How long a job keeps its slot if nobody ever learns that it has ended; 24 hours by default. */
  readonly jobLeaseMs?: number | undefined;
  /**
   * What is done when Redis can't be used. `"refuse"`, the default: calls end with a `LimitStoreError`, so that no limit is
   * ever exceeded. `"alone"`: this process keeps to the limits by itself, and several together may exceed them.
   */
  readonly whenUnreachable?: "refuse" | "alone" | undefined;
}

/**
 * Limits that all processes and machines share which use the same Redis and prefix: the requests of all of them together
 * never exceed a rate limit in any period, nor do their jobs exceed the plan's number.
 *
 * @param redis a client of `ioredis` or `redis`; it stays yours to configure, connect and close
 * @throws {InvalidArgumentError} for a prefix that is empty or holds a brace
 */
export function redisLimits(redis: RedisClient, options: RedisLimitsOptions): LimitStore {
  const { prefix, timeoutMs = 2_000, leaseMs = 300_000, jobLeaseMs = 86_400_000 } = options;
  if (!/^[^{}]+$/.test(prefix)) {
    throw new InvalidArgumentError("prefix", "The prefix must be a name without braces.");
  }
  const shared = new SharedLimits(new ScriptRunner(redis, timeoutMs), prefix, { leaseMs, jobLeaseMs });
  return new SteadyLimits(shared, options.whenUnreachable === "alone" ? memoryLimits() : null, 5 * timeoutMs);
}
