import { sleep } from "../clock.js";
import { ApiError } from "../errors.js";
import { isPage, mostPages, outcomeOf, propertyOf } from "../job-status.js";
import type { BatchDescriptor } from "./batch-descriptor.js";

/** How it is learnt that a batch has ended: by looking, by being told, or both. */
export interface WaitOptions<Job> {
  /** Looks at a batch by its id; by default the contract's own operation, where it has one. */
  readonly look?: ((id: string, options: { signal: AbortSignal }) => Promise<Job>) | undefined;
  /** Is told of ended batches, by a webhook. */
  readonly inbox?: Pick<BatchInbox<Job>, "wait"> | undefined;
  /** Longest pause between two looks, in milliseconds; by default what the contract advises. */
  readonly pollMs?: number | undefined;
  /** How long to wait for a batch, in milliseconds; without it, until it ends. */
  readonly timeoutMs?: number | undefined;
}

/** A batch had not ended in time. It goes on; a later run with the same state waits for it again. */
export class BatchTimeoutError extends ApiError {
  override readonly name = "BatchTimeoutError";
  readonly id: string;
  readonly timeoutMs: number;

  constructor(id: string, timeoutMs: number) {
    super(`Batch ${id} had not ended after ${timeoutMs} ms. It goes on.`);
    this.id = id;
    this.timeoutMs = timeoutMs;
  }
}

/** Hands what a webhook tells of ended batches to the run that waits for them, whichever comes first. */
export class BatchInbox<Job> {
  readonly #descriptor: BatchDescriptor;
  readonly #arrived = new Map<string, Job>();
  readonly #waiting = new Map<string, (job: Job) => void>();

  constructor(descriptor: BatchDescriptor) {
    this.#descriptor = descriptor;
  }

  /**
   * Takes the verified body of a notification. What was not waited for yet is kept until it is.
   *
   * @returns whether it tells of a batch that has ended; anything else is ignored
   */
  deliver(job: Job): boolean {
    const id = propertyOf(job, this.#descriptor.job.idProperty);
    if (typeof id !== "string" || outcomeOf(this.#descriptor.job, job) === "pending") return false;
    const tell = this.#waiting.get(id);
    if (tell) tell(job);
    else this.#arrived.set(id, job);
    return true;
  }

  /** Waits for the notification of a batch. */
  async wait(id: string, signal: AbortSignal): Promise<Job> {
    const arrived = this.#arrived.get(id);
    this.#arrived.delete(id);
    if (arrived !== undefined) return arrived;
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(id);
        signal.removeEventListener("abort", onAbort);
      };
      const onAbort = (): void => {
        leave();
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.set(id, (job) => {
        leave();
        resolve(job);
      });
    });
  }
}

/** The longest time a timer can be set to: about 24 days. */
const longestTimerMs = 2 ** 31 - 1;
const firstPauseMs = 1_000;
const defaultPollMs = 60_000;
/** A batch that has run for a while will hardly end in the next second: look again after this part of the time so far. */
const patience = 0.25;

/**
 * Waits until a batch has ended, well or not, and returns it.
 *
 * @throws {BatchTimeoutError} if it has not ended after `timeoutMs`
 * @throws {HttpError} if it can't be looked at, such as 404 or 401
 */
export async function waitForBatch<Job>(
  descriptor: BatchDescriptor,
  id: string,
  { look, inbox, pollMs, timeoutMs }: WaitOptions<Job>,
  signal: AbortSignal,
  onLook: (job: Job) => void,
): Promise<Job> {
  const leaving = new AbortController();
  const stop = AbortSignal.any([signal, leaving.signal]);
  const timeUp = timeoutMs === undefined ? null : new BatchTimeoutError(id, timeoutMs);
  const timer = timeUp && setTimeout(() => leaving.abort(timeUp), Math.min(timeoutMs ?? 0, longestTimerMs));
  const longestMs = pollMs ?? (descriptor.job.pollSeconds ?? defaultPollMs / 1_000) * 1_000;
  try {
    return await Promise.race([
      ...(look ? [lookUntilEnd(descriptor, id, look, longestMs, stop, onLook)] : []),
      ...(inbox ? [inbox.wait(id, stop)] : []),
    ]);
  } finally {
    if (timer) clearTimeout(timer);
    leaving.abort();
  }
}

async function lookUntilEnd<Job>(
  descriptor: BatchDescriptor,
  id: string,
  look: NonNullable<WaitOptions<Job>["look"]>,
  longestMs: number,
  signal: AbortSignal,
  onLook: (job: Job) => void,
): Promise<Job> {
  const start = Date.now();
  let pages = 0;
  for (;;) {
    signal.throwIfAborted();
    try {
      const job = await look(id, { signal });
      pages = 0;
      onLook(job);
      if (outcomeOf(descriptor.job, job) !== "pending") return job;
    } catch (error) {
      signal.throwIfAborted();
      // A failure that says nothing about the batch may be gone at the next look.
      if (!(error instanceof ApiError && error.isRetryable)) throw error;
      pages = isPage(error) ? pages + 1 : 0;
      if (pages === mostPages) throw error;
    }
    const grownMs = Math.max(firstPauseMs, (Date.now() - start) * patience);
    // A tenth either way, so that many waiters don't all ask at once.
    await sleep(Math.min(grownMs, longestMs) * (0.9 + Math.random() * 0.2), signal);
  }
}
