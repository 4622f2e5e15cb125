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
  readonly remaining: number;
  /** Until the oldest counted request is forgotten. */
  readonly resetMs: number;
}

/**
 * The times of the requests last allowed, in a ring as long as the limit: the one that falls out is the only one that
 * decides. So no window of the period, wherever it begins, holds more than the limit.
 */
export class RateWindow {
  readonly policy: RatePolicy;
  readonly #timesMs: Float64Array;
  /** Where the oldest time stands, and the next one goes. */
  #at = 0;
  #count = 0;

  constructor(policy: RatePolicy) {
    this.policy = policy;
    this.#timesMs = new Float64Array(policy.limit);
  }

  hasRoom(nowMs: number): boolean {
    const { limit, periodSeconds } = this.policy;
    const periodMs = periodSeconds * 1000;
    while (this.#count > 0 && (this.#timesMs[this.#at] as number) + periodMs <= nowMs) {
      this.#at = (this.#at + 1) % limit;
      this.#count -= 1;
    }
    return this.#count < limit;
  }

  /** Counts a request; there must be room for it. */
  take(nowMs: number): void {
    this.#timesMs[(this.#at + this.#count) % this.policy.limit] = nowMs;
    this.#count += 1;
  }

  /** How it stands, without counting a request. */
  look(nowMs: number): RateVerdict {
    const { policy } = this;
    this.hasRoom(nowMs); // which forgets what is too old
    const resetMs =
      this.#count === 0 ? 0 : (this.#timesMs[this.#at] as number) + policy.periodSeconds * 1000 - nowMs;
    return { policy, remaining: policy.limit - this.#count, resetMs };
  }
}

/** All windows of one key. */
export class RateLimits {
  readonly #windows = new Map<string, RateWindow>();
  readonly #lists = new Map<readonly RatePolicy[], readonly RateWindow[]>();

  /** @param policies of one operation */
  windowsOf(policies: readonly RatePolicy[]): readonly RateWindow[] {
    let windows = this.#lists.get(policies);
    if (!windows) {
      windows = policies.map((policy) => this.#windowOf(policy));
      this.#lists.set(policies, windows);
    }
    return windows;
  }

  #windowOf(policy: RatePolicy): RateWindow {
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
