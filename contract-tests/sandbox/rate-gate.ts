import type { Key } from "./keys.js";
import type { RatePolicy, RateVerdict } from "./rate-limits.js";

/** What the policies say to a request. */
export interface Passage {
  /** What every answer tells of them. */
  readonly headers: Readonly<Record<string, string>>;
  /** `null`: it may pass. */
  readonly stopped: {
    readonly policy: RatePolicy;
    readonly retryAfterSeconds: number;
    /** Whether it came back before it was told to. */
    readonly early: boolean;
  } | null;
}

export interface RateGateOptions {
  /** Whether a client that does not wait as long as it was told has to wait anew. */
  readonly enforceRetryAfter: boolean;
  readonly onLimit: (key: Key, verdict: RateVerdict) => void;
  readonly onEarlyRetry: (leftMs: number) => void;
}

/** The policies of one operation. */
export class RateGate {
  readonly #policies: readonly RatePolicy[];
  readonly #options: RateGateOptions;
  readonly #names: readonly string[];
  readonly #policyHeader: string;

  constructor(policies: readonly RatePolicy[], options: RateGateOptions) {
    this.#policies = policies;
    this.#options = options;
    this.#names = policies.map(({ name }) => JSON.stringify(name));
    this.#policyHeader = policies
      .map(({ name, limit, periodSeconds }) => `${JSON.stringify(name)};q=${limit};w=${periodSeconds}`)
      .join(", ");
  }

  /** Counts the request for every policy, or for none if one of them has no room. */
  pass(key: Key, nowMs: number): Passage {
    const { enforceRetryAfter, onLimit, onEarlyRetry } = this.#options;
    const windows = key.rates.windowsOf(this.#policies);
    let full: RateVerdict | null = null;
    for (const window of windows) if (!window.hasRoom(nowMs)) full ??= window.look(nowMs);
    let early = false;
    if (enforceRetryAfter) {
      const waiting = windows.find(({ policy }) => (key.waitUntilMs.get(policy.name) ?? 0) > nowMs);
      if (waiting) {
        early = true;
        const leftMs = (key.waitUntilMs.get(waiting.policy.name) ?? 0) - nowMs;
        const verdict = waiting.look(nowMs);
        full = { ...verdict, resetMs: Math.max(verdict.resetMs, leftMs) };
        onEarlyRetry(leftMs);
      }
    }
    let told = "";
    for (const [index, window] of windows.entries()) {
      if (!full) window.take(nowMs);
      const verdict = window.look(nowMs);
      onLimit(key, verdict);
      const { remaining, resetMs } = verdict;
      told += `${index === 0 ? "" : ", "}${this.#names[index]};r=${remaining};t=${Math.ceil(resetMs / 1000)}`;
    }
    const headers = { RateLimit: told, "RateLimit-Policy": this.#policyHeader };
    if (!full) return { headers, stopped: null };
    const { policy, resetMs } = full;
    const retryAfterSeconds = Math.max(1, Math.ceil(resetMs / 1000));
    key.waitUntilMs.set(policy.name, nowMs + retryAfterSeconds * 1000);
    return { headers, stopped: { policy, retryAfterSeconds, early } };
  }
}
