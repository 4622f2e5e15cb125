import { sleep, systemClock, within } from "./clock.js";
import type { JobDescriptor, OperationDescriptor } from "./descriptors.js";
import { ApiError } from "./errors.js";
import { isPage, mostPages, outcomeOf, pollMsOf, propertyOf } from "./job-status.js";
import { keyed, type RequestOptions, type Send } from "./send.js";
import { checkTimeout } from "./timeout.js";

/** How to wait for a job. */
export interface WaitOptions<Job = unknown> {
  /** Ends the waiting, not the job; what is thrown then is the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** How long to wait in all, in milliseconds; without it, until the job ends. */
  readonly timeoutMs?: number | undefined;
  /** Longest pause between two looks at the job, in milliseconds; by default what the contract advises. */
  readonly pollMs?: number | undefined;
  /** Told of the job at every look. What it throws ends the waiting. */
  readonly onProgress?: ((job: Job) => void) | undefined;
}

/** For a method that creates a job and then waits for it. */
export interface CreateAndWaitOptions<Job = unknown>
  extends WaitOptions<Job>,
    Omit<RequestOptions, "signal" | "timeoutMs"> {}

/** The job ended without a result. */
export class JobFailedError<Job = unknown> extends ApiError {
  override readonly name = "JobFailedError";
  readonly id: string;
  readonly status: string;
  /** The API's own code for what went wrong, if it gave one. */
  readonly errorCode: string | null;
  readonly job: Job;

  constructor(id: string, status: string, errorCode: string | null, reason: string | null, job: Job) {
    super(
      `Job ${id} ended as ${status}${errorCode === null ? "" : ` [${errorCode}]`}${reason === null ? "." : `: ${reason}`}`,
    );
    this.id = id;
    this.status = status;
    this.errorCode = errorCode;
    this.job = job;
  }
}

/** The job had not ended in time. It goes on: wait for its `id` again. */
export class JobTimeoutError<Job = unknown> extends ApiError {
  override readonly name = "JobTimeoutError";
  readonly id: string;
  readonly timeoutMs: number;
  /** The job as last seen; `null` if it never was. */
  readonly job: Job | null;

  constructor(id: string, timeoutMs: number, job: Job | null) {
    super(`Job ${id} had not ended after ${timeoutMs} ms. It goes on; wait for it again by its id.`);
    this.id = id;
    this.timeoutMs = timeoutMs;
    this.job = job;
  }
}

const firstPauseMs = 1_000;
/** A job that has run for a while will hardly end in the next second: look again after this part of the time so far. */
const patience = 0.25;

/**
 * Waits until a job has ended, and returns it if it succeeded. Looks that fail for a passing reason (no connection,
 * a time-out, 429, 5xx) are repeated: the job does not depend on them. Ten answers in a row that are no job at all, such as
 * a page, are no passing reason.
 *
 * @throws {JobFailedError} if the job failed or was rejected
 * @throws {JobTimeoutError} if it has not ended after `timeoutMs`
 * @throws {HttpError} if the job can't be looked at, such as 404 or 401
 */
export async function waitForJob<Job>(
  send: Send,
  descriptor: JobDescriptor,
  id: string,
  options: WaitOptions<Job> = {},
): Promise<Job> {
  const job = await untilEnd<Job>(send, descriptor, id, options);
  if (outcomeOf(descriptor, job) === "succeeded") return job;
  const text = (property: string | null): string | null => {
    const value = property === null ? null : propertyOf(job, property);
    return typeof value === "string" && value !== "" ? value : null;
  };
  const { statusProperty, errorCodeProperty, errorProperty } = descriptor;
  throw new JobFailedError(id, text(statusProperty) ?? "", text(errorCodeProperty), text(errorProperty), job);
}

/**
 * Creates a job and waits for it. So that nothing paid is lost, every error of the client's own names the job's `id` or
 * its path, and shows the key it was created with; who gives up by a signal has had the job by `onProgress`.
 */
export async function createJob<Job>(
  send: Send,
  descriptor: JobDescriptor,
  operation: OperationDescriptor,
  path: Readonly<Record<string, unknown>>,
  args: unknown,
  { onProgress, timeoutMs, pollMs, ...request }: CreateAndWaitOptions<Job> = {},
): Promise<Job> {
  const start = systemClock.now();
  const created = await send<Job>(operation, path, args, request);
  onProgress?.(created);
  const id = String(propertyOf(created, descriptor.idProperty));
  const left = timeoutMs === undefined ? undefined : Math.max(timeoutMs - (systemClock.now() - start), 1);
  const wait = { signal: request.signal, timeoutMs: left, pollMs, onProgress };
  const { idempotencyKey = null } = created as { readonly idempotencyKey?: string };
  try {
    return keyed(await waitForJob(send, descriptor, id, wait), idempotencyKey);
  } catch (error) {
    throw error instanceof ApiError ? keyed(error, idempotencyKey) : error;
  }
}

/**
 * Follows many jobs at once, and yields each as it ends, whether it succeeded or failed; ends after the last.
 * Leaving the loop early ends the watching, not the jobs.
 *
 * @throws {ApiError} of the first job that can't be followed to its end, once all others have been yielded
 */
export async function* watchJobs<Job>(
  send: Send,
  descriptor: JobDescriptor,
  ids: Iterable<string>,
  { signal, ...options }: WaitOptions<Job> = {},
): AsyncGenerator<Job, void, undefined> {
  const leaving = new AbortController();
  const leave = (): void => leaving.abort(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener("abort", leave);
  type End = { readonly id: string } & ({ readonly job: Job } | { readonly error: ApiError });
  const running = new Map<string, Promise<End>>();
  let failure: ApiError | null = null;
  for (const id of new Set(ids)) {
    const end = untilEnd<Job>(send, descriptor, id, { ...options, signal: leaving.signal });
    const ofJob = (error: unknown): End => {
      if (error instanceof ApiError) return { id, error };
      throw error; // of the caller's own: its signal, or what it is told of
    };
    running.set(
      id,
      end.then((job) => ({ id, job }), ofJob),
    );
  }
  for (const promise of running.values()) promise.catch(() => undefined); // the race below throws the first
  try {
    while (running.size > 0) {
      const ended = await Promise.race(running.values());
      running.delete(ended.id);
      if ("job" in ended) yield ended.job;
      else failure ??= ended.error;
    }
    if (failure) throw failure;
  } finally {
    signal?.removeEventListener("abort", leave);
    leave();
  }
}

/** Looks at a job again and again, at growing intervals, until it has ended. */
async function untilEnd<Job>(
  send: Send,
  descriptor: JobDescriptor,
  id: string,
  { signal, timeoutMs, pollMs = pollMsOf(descriptor), onProgress }: WaitOptions<Job>,
): Promise<Job> {
  const start = systemClock.now();
  const ms = timeoutMs === undefined ? null : checkTimeout(timeoutMs);
  checkTimeout(pollMs, "pollMs");
  let last: Job | null = null;
  let pages = 0;
  const late = (): unknown => new JobTimeoutError(id, ms ?? 0, last);
  return within(systemClock, { signal: signal ?? null, ms, late }, async (stop) => {
    for (;;) {
      let hintMs = 0;
      let seen: Job | null = null;
      try {
        seen = await send<Job>(descriptor.operation, { [descriptor.idParameter]: id }, undefined, {
          signal: stop,
        });
      } catch (error) {
        if (!(error instanceof ApiError && error.isRetryable)) throw error;
        pages = isPage(error) ? pages + 1 : 0;
        if (pages === mostPages) throw error;
        hintMs = error.retryAfterMs ?? 0;
      }
      if (seen !== null) {
        last = seen;
        pages = 0;
        onProgress?.(seen);
        if (outcomeOf(descriptor, seen) !== "pending") return seen;
      }
      const grownMs = Math.max(firstPauseMs, (systemClock.now() - start) * patience);
      // A tenth either way, so that many waiters don't all ask at once.
      await sleep(Math.max(Math.min(grownMs, pollMs) * (0.9 + Math.random() * 0.2), hintMs), stop);
    }
  });
}
