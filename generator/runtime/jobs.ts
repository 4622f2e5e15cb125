import type { JobDescriptor, OperationDescriptor } from "./descriptors.js";
import {
  ApiError,
  ConnectionError,
  HttpError,
  RedirectError,
  TimeoutError,
  UnexpectedResponseError,
} from "./errors.js";
import type { RequestOptions, Send } from "./send.js";

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
const defaultPollMs = 10_000;
/** A job that has run for a while will hardly end in the next second: look again after this part of the time so far. */
const patience = 0.25;

/**
 * Waits until a job has ended, and returns it if it succeeded. Looks that fail for a passing reason (no connection,
 * a time-out, 429, 5xx) are repeated: the job does not depend on them.
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
  for await (const { job, outcome } of follow<Job>(send, descriptor, id, options)) {
    options.onProgress?.(job);
    if (outcome === "succeeded") return job;
    if (outcome === "failed") throw failureOf(descriptor, id, job);
  }
  throw new Error("A job's following ended before the job."); // it only ends by throwing
}

/**
 * Creates a job and waits for it. Whatever is thrown after the job was created names its `id`, so that nothing paid is lost.
 */
export async function createJob<Job>(
  send: Send,
  descriptor: JobDescriptor,
  operation: OperationDescriptor,
  path: Readonly<Record<string, unknown>>,
  args: unknown,
  { onProgress, timeoutMs, pollMs, ...request }: CreateAndWaitOptions<Job> = {},
): Promise<Job> {
  const start = Date.now();
  const created = await send<Job>(operation, path, args, request);
  onProgress?.(created);
  const id = String(propertyOf(created, descriptor.idProperty));
  const left = timeoutMs === undefined ? undefined : Math.max(timeoutMs - (Date.now() - start), 1);
  return waitForJob(send, descriptor, id, { signal: request.signal, timeoutMs: left, pollMs, onProgress });
}

/**
 * Follows many jobs at once, and yields each as it ends, whether it succeeded or failed; ends after the last.
 * Leaving the loop early ends the watching, not the jobs.
 */
export async function* watchJobs<Job>(
  send: Send,
  descriptor: JobDescriptor,
  ids: Iterable<string>,
  { signal, ...options }: WaitOptions<Job> = {},
): AsyncGenerator<Job, void, undefined> {
  const leaving = new AbortController();
  const stop = signal ? AbortSignal.any([signal, leaving.signal]) : leaving.signal;
  const running = new Map<string, Promise<{ id: string; job: Job }>>();
  for (const id of new Set(ids)) running.set(id, untilEnd(id));
  for (const promise of running.values()) promise.catch(() => undefined); // the race below throws the first
  try {
    while (running.size > 0) {
      const { id, job } = await Promise.race(running.values());
      running.delete(id);
      yield job;
    }
  } finally {
    leaving.abort();
  }

  async function untilEnd(id: string): Promise<{ id: string; job: Job }> {
    for await (const { job, outcome } of follow<Job>(send, descriptor, id, { ...options, signal: stop })) {
      options.onProgress?.(job);
      if (outcome !== "pending") return { id, job };
    }
    throw new Error("A job's following ended before the job.");
  }
}

interface Look<Job> {
  readonly job: Job;
  readonly outcome: "pending" | "succeeded" | "failed";
}

/** Looks at a job again and again, at growing intervals, until the reader has seen enough or the time is up. */
async function* follow<Job>(
  send: Send,
  descriptor: JobDescriptor,
  id: string,
  { signal, timeoutMs, pollMs }: WaitOptions<Job>,
): AsyncGenerator<Look<Job>, never> {
  const longestMs =
    pollMs ?? (descriptor.pollSeconds === null ? defaultPollMs : descriptor.pollSeconds * 1_000);
  const start = Date.now();
  const deadline = new AbortController();
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => deadline.abort(), timeoutMs);
  const stop = signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal;
  let last: Job | null = null;
  try {
    for (;;) {
      let hintMs = 0;
      let seen: Job | null = null;
      try {
        seen = await send<Job>(descriptor.operation, { [descriptor.idParameter]: id }, undefined, {
          signal: stop,
        });
      } catch (error) {
        if (stop.aborted || !isPassing(error)) throw error;
        hintMs = error instanceof HttpError ? retryAfterMs(error.headers) : 0;
      }
      if (seen !== null) {
        last = seen;
        yield { job: seen, outcome: outcomeOf(descriptor, seen) };
      }
      const grownMs = Math.max(firstPauseMs, (Date.now() - start) * patience);
      // A tenth either way, so that many waiters don't all ask at once.
      await sleep(Math.max(Math.min(grownMs, longestMs) * (0.9 + Math.random() * 0.2), hintMs), stop);
    }
  } catch (error) {
    throw deadline.signal.aborted && !signal?.aborted ? new JobTimeoutError(id, timeoutMs ?? 0, last) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** A failure that says nothing about the job, and may be gone at the next look. */
function isPassing(error: unknown): boolean {
  if (error instanceof RedirectError) return false;
  if (error instanceof HttpError)
    return (
      error.status === 408 ||
      error.status === 429 ||
      error.status >= 500 ||
      error instanceof UnexpectedResponseError
    );
  return error instanceof ConnectionError || error instanceof TimeoutError;
}

function retryAfterMs(headers: Headers): number {
  const text = headers.get("retry-after");
  if (text === null) return 0;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(ms, 0) : 0;
}

/** A status that the contract does not know is not yet an end. */
function outcomeOf(
  { statusProperty, succeeded, failed }: JobDescriptor,
  job: unknown,
): Look<unknown>["outcome"] {
  const status = propertyOf(job, statusProperty);
  if (typeof status !== "string") return "pending";
  if (succeeded.includes(status)) return "succeeded";
  return failed.includes(status) ? "failed" : "pending";
}

function failureOf<Job>(descriptor: JobDescriptor, id: string, job: Job): JobFailedError<Job> {
  const text = (property: string | null): string | null => {
    const value = property === null ? null : propertyOf(job, property);
    return typeof value === "string" && value !== "" ? value : null;
  };
  return new JobFailedError(
    id,
    text(descriptor.statusProperty) ?? "",
    text(descriptor.errorCodeProperty),
    text(descriptor.errorProperty),
    job,
  );
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
