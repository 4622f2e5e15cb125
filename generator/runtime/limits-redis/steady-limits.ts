import type { LimitStore, RatePolicy } from "../limit-store.js";
import { LimitStoreError } from "./limit-store-error.js";
import type { SharedLimits } from "./shared-limits.js";

type News = () => Promise<void>;

const unreachable = Symbol("unreachable");
const mostOwed = 1_000;

/**
 * Shared limits that bear the loss of Redis. What is about to be sent is refused, or left to this process's own limits if
 * there are such. What was sent is never failed for it: an answer, above all the id of a new job, is worth more than the
 * note that it came. Redis is told later, and what it is never told ends with its lease.
 */
export class SteadyLimits implements LimitStore {
  readonly #shared: SharedLimits;
  /** Knows what this process has taken, of the shared limits too, so that it can take over at any moment. */
  readonly #own: LimitStore | null;
  /** How long Redis is left alone after a failure, where it is not needed: asking may cost a time-out each time. */
  readonly #restMs: number;
  #restUntil = 0;
  /** Place or slot → the same in the own limits. */
  readonly #ownPlaces = new Map<string, string>();
  /** What Redis could not be told, in order. */
  #owed: News[] = [];

  constructor(shared: SharedLimits, own: LimitStore | null, restMs: number) {
    this.#shared = shared;
    this.#own = own;
    this.#restMs = restMs;
  }

  async take(policy: RatePolicy): Promise<{ place: string } | { waitMs: number }> {
    const shared = await this.#ask(() => this.#shared.take(policy));
    if (shared !== unreachable && "waitMs" in shared) return shared;
    const own = await this.#own?.take(policy);
    if (!own || "waitMs" in own) return shared === unreachable ? (own as { waitMs: number }) : shared;
    const place = shared === unreachable ? crypto.randomUUID() : shared.place;
    this.#ownPlaces.set(place, own.place);
    return { place };
  }

  async settle(policy: RatePolicy, place: string): Promise<void> {
    const own = this.#forget(place);
    if (own !== undefined) await this.#own?.settle(policy, own);
    await this.#tell(() => this.#shared.settle(policy, place));
  }

  async pause(policy: RatePolicy, forMs: number): Promise<void> {
    await this.#own?.pause(policy, forMs);
    await this.#tell(() => this.#shared.pause(policy, forMs));
  }

  async takeSlot(limit: number): Promise<string | null> {
    const shared = await this.#ask(() => this.#shared.takeSlot(limit));
    if (shared === null) return null;
    const own = (await this.#own?.takeSlot(limit)) ?? null;
    if (own === null) return shared === unreachable ? null : shared;
    const slot = shared === unreachable ? crypto.randomUUID() : shared;
    this.#ownPlaces.set(slot, own);
    return slot;
  }

  async assignSlot(slot: string, jobId: string): Promise<void> {
    const own = this.#forget(slot);
    if (own !== undefined) await this.#own?.assignSlot(own, jobId);
    await this.#tell(() => this.#shared.assignSlot(slot, jobId));
  }

  async freeSlot(slotOrJobId: string): Promise<void> {
    await this.#own?.freeSlot(this.#forget(slotOrJobId) ?? slotOrJobId);
    await this.#tell(() => this.#shared.freeSlot(slotOrJobId));
  }

  async runningJobs(): Promise<readonly string[]> {
    const shared = await this.#ask(() => this.#shared.runningJobs());
    const own = (await this.#own?.runningJobs()) ?? [];
    return shared === unreachable ? own : [...new Set([...shared, ...own])];
  }

  #forget(place: string): string | undefined {
    const own = this.#ownPlaces.get(place);
    this.#ownPlaces.delete(place);
    return own;
  }

  /** @throws {LimitStoreError} if Redis can't be used and there are no own limits */
  async #ask<Answer>(question: () => Promise<Answer>): Promise<Answer | typeof unreachable> {
    if (this.#own && this.#resting) return unreachable;
    void this.#payOwed(); // on its way before the question is
    try {
      const answer = await question();
      this.#restUntil = 0;
      return answer;
    } catch (error) {
      if (!(error instanceof LimitStoreError)) throw error;
      this.#rest();
      if (!this.#own) throw error;
      return unreachable;
    }
  }

  async #tell(news: News): Promise<void> {
    this.#owed.push(news);
    await this.#payOwed();
  }

  /** Never rejects. All is sent at once; a connection keeps the order, and each script may run twice. */
  async #payOwed(): Promise<void> {
    if (this.#resting) return;
    const owed = this.#owed;
    this.#owed = [];
    const told = await Promise.allSettled(owed.map((news) => news()));
    const untold = owed.filter((_, index) => told[index]?.status === "rejected");
    if (untold.length === 0) return;
    this.#owed = [...untold, ...this.#owed].slice(-mostOwed);
    this.#rest();
  }

  get #resting(): boolean {
    return performance.now() < this.#restUntil;
  }

  #rest(): void {
    this.#restUntil = performance.now() + this.#restMs;
  }
}
