/** A rate limit of the contract: at most `limit` requests in any `periodMs`. */
export interface RatePolicy {
  readonly name: string;
  readonly limit: number;
  readonly periodMs: number;
}

type Later<T> = T | Promise<T>;

/**
 * Where it is kept who has taken what of the limits. A client keeps its own in memory; one that is shared by several
 * clients, processes or machines makes them share the limits. Every method is atomic. What it rejects with ends the
 * call that asked.
 */
export interface LimitStore {
  /**
   * Takes a place under a rate limit, if one is free.
   *
   * @returns the place, or in how many milliseconds it is worth asking again
   */
  take(policy: RatePolicy): Later<{ readonly place: string } | { readonly waitMs: number }>;
  /**
   * The request of a place was answered, or never sent. The place is taken until `periodMs` after this: only then did
   * the server, which counts between sending and answering, certainly forget the request.
   */
  settle(policy: RatePolicy, place: string): Later<void>;
  /** The server refused: no place is free for so long. */
  pause(policy: RatePolicy, forMs: number): Later<void>;

  /** Takes a slot for a job that is about to be created, if fewer than `limit` are taken; `null` otherwise. */
  takeSlot(limit: number): Later<string | null>;
  /** The job of a slot was created: the slot is taken until the job has ended. */
  assignSlot(slot: string, jobId: string): Later<void>;
  /** Frees the slot of a job that has ended, or one whose job was not created. Unknown ones are ignored. */
  freeSlot(slotOrJobId: string): Later<void>;
  /** Ids of the jobs that have a slot, those of other processes too. */
  runningJobs(): Later<readonly string[]>;
}
