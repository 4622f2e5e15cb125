import type { RateLimit } from "./verified-contract.js";

/** Time, so that a test can make its own. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const realClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((done) => {
      const timer = setTimeout(done, ms);
      signal.addEventListener(
        "abort",
        () => {
          clearTimeout(timer);
          done();
        },
        { once: true },
      );
    }),
};

/**
 * Keeps requests within the contract's rate limits, each key by itself, and lets a key rest as long as `Retry-After`
 * asked for it.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #keepsLimits: boolean;
  readonly #sent = new Map<string, number[]>();
  readonly #restsUntil = new Map<number, number>();
  readonly #keys: number;
  #turn = 0;

  /** `keys`: how many there are to share the work; `keepsLimits`: whether to wait before a limit is reached. */
  constructor(clock: Clock, keys: number, keepsLimits: boolean) {
    this.#clock = clock;
    this.#keys = Math.max(1, keys);
    this.#keepsLimits = keepsLimits;
  }

  /** Waits until a request may be sent, and says with which key. */
  async admit(limits: readonly RateLimit[], signal: AbortSignal): Promise<number> {
    for (;;) {
      const waits = Array.from({ length: this.#keys }, (_, index) => {
        const key = (this.#turn + index) % this.#keys;
        return { key, ms: this.#waitOf(key, limits) };
      });
      const soonest = waits.reduce((best, one) => (one.ms < best.ms ? one : best));
      if (soonest.ms <= 0 || signal.aborted) {
        this.#turn = (soonest.key + 1) % this.#keys;
        for (const { name } of limits) this.#timesOf(soonest.key, name).push(this.#clock.now());
        return soonest.key;
      }
      await this.#clock.sleep(soonest.ms, signal);
    }
  }

  rest(key: number, ms: number): void {
    const until = this.#clock.now() + ms;
    this.#restsUntil.set(key, Math.max(until, this.#restsUntil.get(key) ?? 0));
  }

  #waitOf(key: number, limits: readonly RateLimit[]): number {
    const now = this.#clock.now();
    const rest = (this.#restsUntil.get(key) ?? 0) - now;
    if (!this.#keepsLimits) return rest;
    const waits = limits.map(({ name, limit, periodSeconds }) => {
      const times = this.#timesOf(key, name);
      while (times[0] !== undefined && times[0] <= now - periodSeconds * 1000) times.shift();
      const first = times[times.length - limit];
      return first === undefined ? 0 : first + periodSeconds * 1000 - now;
    });
    return Math.max(rest, ...waits);
  }

  #timesOf(key: number, policy: string): number[] {
    const id = `${key} ${policy}`;
    const times = this.#sent.get(id) ?? [];
    this.#sent.set(id, times);
    return times;
  }
}

/** Milliseconds that `Retry-After` asks for: seconds or a date; `null` where it is neither. */
export function retryAfterMs(text: string | null, nowEpochMs = Date.now()): number | null {
  if (text === null) return null;
  if (/^\d+$/.test(text.trim())) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - nowEpochMs);
}
