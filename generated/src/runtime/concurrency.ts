import { isTooManyJobs, jsonOf } from "./answer.js";
import { type Clock, within } from "./clock.js";
import type { ApiDescriptor, JobDescriptor } from "./descriptors.js";
import { NotFoundError } from "./errors.js";
import type { CallContext, Fetch } from "./fetch.js";
import { outcomeOf, pollMsOf, propertyOf } from "./job-status.js";
import type { LimitStore } from "./limit-store.js";
import { retryAfterMs } from "./passing.js";
import { queueing } from "./queue.js";

interface ConcurrencyParts {
  readonly api: ApiDescriptor;
  readonly jobs: readonly JobDescriptor[];
  readonly store: LimitStore;
  /** Jobs in flight at once: created, and not yet ended. */
  readonly limit: number;
  /** Looks at a job, through all the layers: this one sees it pass. */
  readonly look: (job: JobDescriptor, id: string, signal: AbortSignal | null) => Promise<unknown>;
  readonly clock: Clock;
}

/**
 * Keeps at most so many jobs in flight: a request that would start one more waits for an end of another, first come,
 * first served. Ends are seen in the answers that pass; while someone waits, the running jobs are looked at. Where
 * the server still refuses (others share the account), that is waited out too.
 */
export function withConcurrency(
  fetch: Fetch,
  { api, jobs, store, limit, look, clock }: ConcurrencyParts,
): Fetch {
  const queue = queueing(clock);
  let wake: () => void = () => undefined;

  const pause = (ms: number, call: CallContext): Promise<void> => {
    call.tell?.("onWait", call, { reason: "concurrency", waitMs: ms });
    return within(
      clock,
      { signal: call.signal, ms: null, late: () => undefined },
      (stop) =>
        new Promise((resolve) => {
          const cancel = clock.after(ms, resolve);
          stop.addEventListener("abort", cancel);
          wake = () => {
            cancel();
            resolve();
          };
        }),
    );
  };
  const takeSlot = (job: JobDescriptor, call: CallContext): Promise<string> =>
    queue(call.signal, async () => {
      for (;;) {
        const slot = (await store.takeSlot(limit)) ?? (await lookAround(job, call));
        if (slot !== null) return slot;
        await pause(pollMsOf(job), call);
      }
    });
  const lookAround = async (job: JobDescriptor, { signal }: CallContext): Promise<string | null> => {
    for (const id of await store.runningJobs()) {
      await look(job, id, signal).catch((error: unknown) => {
        if (signal?.aborted) throw error;
        return error instanceof NotFoundError ? store.freeSlot(id) : undefined;
      });
    }
    return store.takeSlot(limit);
  };
  const isOver = (value: unknown): boolean => jobs.some((job) => outcomeOf(job, value) !== "pending");
  const watch = async (value: unknown): Promise<void> => {
    for (const item of [value].flat()) {
      if (!isOver(item)) continue;
      for (const { idProperty } of jobs) await store.freeSlot(String(propertyOf(item, idProperty)));
      wake();
    }
  };

  return async (request) => {
    const { call } = request;
    const job = jobs.find(({ startedBy }) => startedBy.includes(call.operation?.id ?? ""));
    if (!job) {
      const response = await fetch(request);
      if (response.ok) await watch(await jsonOf(response, call));
      return response;
    }
    let slot: string | null = await takeSlot(job, call);
    try {
      for (;;) {
        const response = await fetch(request);
        if (response.ok) {
          const created = await jsonOf(response, call);
          const id = propertyOf(created, job.idProperty);
          if (typeof id === "string" && !isOver(created)) {
            await store.assignSlot(slot, id);
            slot = null;
          }
          return response;
        }
        if (!(await isTooManyJobs(response, call, api))) return response;
        await pause(retryAfterMs(response.headers) || pollMsOf(job), call);
      }
    } finally {
      if (slot !== null) {
        await store.freeSlot(slot);
        wake();
      }
    }
  };
}
