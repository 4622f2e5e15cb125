/** A policy as the contract declares it. */
export interface RatePolicy {
  readonly name: string;
  readonly limit: number;
  readonly periodSeconds: number;
  readonly errorCode: string | null;
}

/** What a policy says to one request. */
export interface RateVerdict {
  readonly policy: RatePolicy;
  readonly allowed: boolean;
  readonly remaining: number;
  /** Until the next request is allowed, if this was the last; else until the oldest counted one is forgotten. */
  readonly resetMs: number;
}

/**
 * The times of the requests last allowed, in a ring as long as the limit: the one that falls out is the only one that
 * decides. So no window of the period, wherever it begins, holds more than the limit.
 */
export class RateWindow {
  readonly #policy: RatePolicy;
  readonly #timesMs: Float64Array;
  /** Where the oldest time stands, and the next one goes. */
  #at = 0;
  #count = 0;

  constructor(policy: RatePolicy) {
    this.#policy = policy;
    this.#timesMs = new Float64Array(policy.limit);
  }

  /** Counts the request if it is allowed. */
  take(nowMs: number): RateVerdict {
    const verdict = this.look(nowMs);
    if (!verdict.allowed) return verdict;
    const { limit } = this.#policy;
    this.#timesMs[(this.#at + this.#count) % limit] = nowMs;
    this.#count += 1;
    return { ...this.look(nowMs), allowed: true };
  }

  /** What a request would be told, without counting one. */
  look(nowMs: number): RateVerdict {
    const { limit, periodSeconds } = this.#policy;
    const periodMs = periodSeconds * 1000;
    while (this.#count > 0 && (this.#timesMs[this.#at] as number) + periodMs <= nowMs) {
      this.#at = (this.#at + 1) % limit;
      this.#count -= 1;
    }
    const remaining = limit - this.#count;
    const resetMs = this.#count === 0 ? 0 : (this.#timesMs[this.#at] as number) + periodMs - nowMs;
    return { policy: this.#policy, allowed: remaining > 0, remaining, resetMs };
  }
}

/** All windows of one key. */
export class RateLimits {
  readonly #windows = new Map<string, RateWindow>();

  windowOf(policy: RatePolicy): RateWindow {
    let window = this.#windows.get(policy.name);
    if (!window) {
      window = new RateWindow(policy);
      this.#windows.set(policy.name, window);
    }
    return window;
  }

  /** The policies used so far, with what each has left. */
  gauges(nowMs: number): RateVerdict[] {
    return [...this.#windows.values()].map((window) => window.look(nowMs));
  }
}
