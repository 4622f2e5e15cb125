import { isTooManyJobs } from "./answer.js";
import { type Clock, sleep } from "./clock.js";
import type { ApiDescriptor } from "./descriptors.js";
import type { CallContext, Fetch } from "./fetch.js";
import type { LimitStore, RatePolicy } from "./limit-store.js";
import { longestRetryAfterMs, retryAfterMs } from "./passing.js";
import { type Queue, queueing } from "./queue.js";

/**
 * Sends a request only when the contract's rate limits allow it, first come, first served. When the server refuses all
 * the same (others share the key), nobody asks again before it said they may.
 */
export function withRateLimits(fetch: Fetch, api: ApiDescriptor, store: LimitStore, clock: Clock): Fetch {
  const queues = new Map<string, Queue>();
  const enter = (policy: RatePolicy, call: CallContext): Promise<string> => {
    const queue = queues.get(policy.name) ?? queueing(clock);
    queues.set(policy.name, queue);
    return queue(call.signal, async () => {
      for (;;) {
        const taken = await store.take(policy);
        if ("place" in taken) return taken.place;
        call.tell?.("onWait", call, { reason: "rate-limit", waitMs: taken.waitMs });
        await sleep(taken.waitMs, call.signal, clock);
      }
    });
  };
  return async (request) => {
    const { call } = request;
    const held: [RatePolicy, string][] = [];
    try {
      for (const name of call.operation?.rateLimits ?? []) {
        const policy = api.rateLimits[name];
        if (policy) held.push([{ name, ...policy }, await enter({ name, ...policy }, call)]);
      }
      const response = await fetch(request);
      if (response.status === 429 && !(await isTooManyJobs(response, call, api))) {
        const pauseMs = retryAfterMs(response.headers);
        if (pauseMs === null) return response;
        for (const [policy] of held) await store.pause(policy, Math.min(pauseMs, longestRetryAfterMs));
      }
      return response;
    } finally {
      for (const [policy, place] of held) await store.settle(policy, place);
    }
  };
}
