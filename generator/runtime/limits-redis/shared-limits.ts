import type { LimitStore, RatePolicy } from "../limit-store.js";
import type { ScriptRunner } from "./redis-client.js";
import * as scripts from "./scripts.js";

/** In ms. */
export interface Leases {
  /** How long a place or slot outlives a process that died before it settled or assigned it. */
  readonly leaseMs: number;
  /** How long a job is believed to run, if nobody says that it has ended. */
  readonly jobLeaseMs: number;
}

/** Waits are stretched by up to this, so that a process near to Redis does not always come before one far away. */
const maxJitterMs = 250;

/** The limits as Redis holds them. Every method rejects with a `LimitStoreError` when Redis can't be reached. */
export class SharedLimits implements LimitStore {
  readonly #redis: ScriptRunner;
  readonly #root: string;
  readonly #leases: Leases;

  constructor(redis: ScriptRunner, prefix: string, leases: Leases) {
    this.#redis = redis;
    this.#root = `{${prefix}}`; // a hash tag: in a cluster all its keys are on one node
    this.#leases = leases;
  }

  async take(policy: RatePolicy): Promise<{ place: string } | { waitMs: number }> {
    const { limit, periodMs } = policy;
    // The name comes from here, so that a command that a client sends twice takes one place.
    const place = crypto.randomUUID();
    const keys = [this.#places(policy), this.#pauseOf(policy)];
    const waitMs = await this.#takeOrUndo(keys[0] as string, place, () =>
      this.#redis.run(scripts.takePlace, keys, [place, limit, periodMs, this.#leases.leaseMs]),
    );
    if (Number(waitMs) === 0) return { place };
    return { waitMs: Number(waitMs) + Math.random() * Math.min(periodMs / limit, maxJitterMs) };
  }

  async settle(policy: RatePolicy, place: string): Promise<void> {
    await this.#redis.run(scripts.settlePlace, [this.#places(policy)], [place, policy.periodMs]);
  }

  async pause(policy: RatePolicy, forMs: number): Promise<void> {
    const wholeMs = Math.ceil(Math.min(forMs, 2 ** 31));
    if (wholeMs > 0) await this.#redis.run(scripts.pausePlaces, [this.#pauseOf(policy)], [wholeMs]);
  }

  async takeSlot(limit: number): Promise<string | null> {
    const slot = crypto.randomUUID();
    const taken = await this.#takeOrUndo(this.#slots, slotMember(slot), () =>
      this.#redis.run(scripts.takeSlot, [this.#slots], [slotMember(slot), limit, this.#leases.leaseMs]),
    );
    return Number(taken) === 1 ? slot : null;
  }

  async assignSlot(slot: string, jobId: string): Promise<void> {
    const values = [slotMember(slot), jobMember(jobId), this.#leases.jobLeaseMs];
    await this.#redis.run(scripts.assignSlot, [this.#slots], values);
  }

  async freeSlot(slotOrJobId: string): Promise<void> {
    const members = [slotMember(slotOrJobId), jobMember(slotOrJobId)];
    await this.#redis.run(scripts.remove, [this.#slots], members);
  }

  async runningJobs(): Promise<string[]> {
    const members = (await this.#redis.run(scripts.listSlots, [this.#slots], [])) as readonly unknown[];
    return members
      .map(String)
      .filter((member) => member.startsWith(jobMember("")))
      .map((member) => member.slice(jobMember("").length));
  }

  /** What nobody will use must not stay taken: a command that came too late for us may still reach Redis, this one after it. */
  async #takeOrUndo(key: string, member: string, take: () => Promise<unknown>): Promise<unknown> {
    try {
      return await take();
    } catch (error) {
      this.#redis.run(scripts.remove, [key], [member]).catch(() => undefined); // its lease ends it otherwise
      throw error;
    }
  }

  #places({ name }: RatePolicy): string {
    return `${this.#root}:rate:${name}`;
  }

  #pauseOf({ name }: RatePolicy): string {
    return `${this.#root}:pause:${name}`;
  }

  get #slots(): string {
    return `${this.#root}:slots`;
  }
}

const slotMember = (slot: string): string => `slot:${slot}`;
const jobMember = (jobId: string): string => `job:${jobId}`;
