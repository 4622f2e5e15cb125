import { InvalidArgumentError } from "../errors.js";
import { outcomeOf, propertyOf } from "../job-status.js";
import type { BatchDescriptor } from "./batch-descriptor.js";
import type { Rows } from "./build.js";
import { fetchResults } from "./fetch-results.js";
import { type BatchResult, readResults } from "./results.js";
import { methodAt, openJournal, type SubmitOptions, type SubmittedBatch, submitting } from "./submit.js";
import { type WaitOptions, waitForBatch } from "./wait.js";

export interface RunOptions<Form = unknown, Job = unknown> extends SubmitOptions<Form>, WaitOptions<Job> {
  /** How many batches may be at work at a time, and their lines in memory; 4 by default. */
  readonly inFlight?: number | undefined;
  /** The `fetch` that was given to the client, if one was; used to fetch results. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Told of each batch when it was created, at every look, and when it has ended. */
  readonly onProgress?: ((progress: BatchProgress<Job>) => void) | undefined;
}

export interface BatchProgress<Job> {
  readonly number: number;
  readonly id: string;
  readonly step: "created" | "pending" | "ended";
  /** The batch as last seen; `null` for one that an earlier run created. */
  readonly job: Job | null;
}

/** A batch that has ended. */
export interface EndedBatch<Line, Job, Result> extends SubmittedBatch<Line, Job> {
  readonly job: Job;
  /** `failed`: the batch as a whole failed. Of one that succeeded single lines may still have failed. */
  readonly outcome: "succeeded" | "failed";
  /** Fetches the results, and yields each with its request. May be called again. */
  results(): AsyncGenerator<BatchResult<Line, Result>, void, undefined>;
}

/**
 * Sends the batches of an input, a few at a time, waits for each, and yields each as it ends. A batch counts as finished
 * when the loop asks for the next: what broke off before is yielded again by the next run with the same state, and not
 * sent again.
 *
 * @throws {BatchOutcomeUnknownError} if it is not known whether a batch was created, now or in an earlier run
 * @throws {BatchStateError} if the input is not the one of the earlier run
 * @throws {BatchTimeoutError} if a batch has not ended after `timeoutMs`
 */
export async function* runBatches<Line, Job, Result>(
  descriptor: BatchDescriptor,
  client: unknown,
  rows: Rows<unknown>,
  options: RunOptions<unknown, Job> = {},
): AsyncGenerator<EndedBatch<Line, Job, Result>, void, undefined> {
  const { inFlight = 4, onProgress } = options;
  if (!(inFlight >= 1)) throw new InvalidArgumentError("inFlight", "inFlight must be 1 or more.");
  const waiting = waitingOf<Job>(descriptor, client, options);
  const leaving = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, leaving.signal]) : leaving.signal;
  type Ended = EndedBatch<Line, Job, Result>;
  const atWork = new Set<Promise<void>>();
  const ended: Ended[] = [];

  const follow = async (batch: SubmittedBatch<Line, Job>): Promise<void> => {
    const tell = (step: BatchProgress<Job>["step"], seen: Job | null): void =>
      onProgress?.({ number: batch.number, id: batch.id, step, job: seen });
    tell("created", batch.job);
    const onLook = (seen: Job): void => {
      if (outcomeOf(descriptor.job, seen) === "pending") tell("pending", seen);
    };
    const job = await waitForBatch(descriptor, batch.id, waiting, signal, onLook);
    tell("ended", job);
    const outcome = outcomeOf(descriptor.job, job) === "failed" ? "failed" : "succeeded";
    const results = (): ReturnType<Ended["results"]> => resultsOf(descriptor, client, batch, job, options);
    ended.push({ ...batch, job, outcome, results });
  };
  const start = (batch: SubmittedBatch<Line, Job>): void => {
    const following = follow(batch).then(() => void atWork.delete(following));
    following.catch(() => undefined); // whoever races with it throws it
    atWork.add(following);
  };
  /** The API takes no more batches at a time: wait until one of ours has ended, if any is at work. */
  const makeRoom = async (): Promise<boolean> => {
    if (atWork.size === 0) return false;
    await Promise.race(atWork);
    return true;
  };

  const journal = await openJournal(descriptor, options.state);
  const submitted = submitting<Line, Job>(descriptor, client, rows, options, journal, makeRoom);
  try {
    for (let more = true; ; ) {
      while (more && atWork.size + ended.length < inFlight) {
        const { value: batch } = await submitted.next();
        if (!batch) more = false;
        else if (!batch.isFinished) start(batch);
      }
      if (ended.length === 0 && atWork.size > 0) await Promise.race(atWork);
      const next = ended.shift();
      if (!next && atWork.size === 0) return;
      if (!next) continue;
      yield next;
      await journal.finished(next.number);
    }
  } finally {
    leaving.abort();
    await submitted.return();
    await journal.close();
  }
}

function waitingOf<Job>(
  { look: names, operation }: BatchDescriptor,
  client: unknown,
  { look, inbox, pollMs, timeoutMs }: WaitOptions<Job>,
): WaitOptions<Job> {
  const own = names === null ? undefined : methodAt<NonNullable<WaitOptions<Job>["look"]>>(client, names);
  const used = look ?? own;
  if (used || inbox) return { look: used, inbox, pollMs, timeoutMs };
  const message = `The contract has no operation that looks at what ${operation.id} made: give look, inbox or both.`;
  throw new InvalidArgumentError("look", message);
}

async function* resultsOf<Line, Job, Result>(
  descriptor: BatchDescriptor,
  client: unknown,
  batch: SubmittedBatch<Line, Job>,
  job: Job,
  { fetch, signal }: RunOptions<unknown, Job>,
): AsyncGenerator<BatchResult<Line, Result>, void, undefined> {
  const { resultProperty } = descriptor.job;
  const address = resultProperty === null ? "" : propertyOf(job, resultProperty);
  const source = await fetchResults(client, typeof address === "string" ? address : "", { fetch, signal });
  yield* readResults<Line, Result>(descriptor, source, { requests: batch, signal });
}
