import { getEventListeners } from "node:events";
import type { ServerResponse } from "node:http";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { create, get, transport } from "../testing/example-api.js";
import { json, localServer } from "../testing/local-server.js";
import { waitForJob } from "./jobs.js";

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;
const outcome = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

afterEach(() => vi.useRealTimers());

/** Servers that never finish, each in its own way. */
const endless: readonly [string, (response: ServerResponse) => void][] = [
  ["before an answer", () => undefined],
  ["in the middle of a body", (response) => response.writeHead(200, { "content-length": "99" }).write("{")],
  ["in a slow drip", (response) => void drip(response)],
  ["in a pause before a retry", (response) => json(response, 503, { message: "m" }, { "retry-after": "60" })],
];

async function drip(response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "application/json" });
  while (!response.destroyed) {
    response.write(" ");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("an abort leaves no timer, listener or socket", () => {
  it.each(endless)("%s", async (_when, answer) => {
    const responses: ServerResponse[] = [];
    await using server = await localServer((_, response) => {
      responses.push(response);
      answer(response);
    });
    const { send } = transport(server.url, { maxRetries: 3 });
    const before = timers();
    const controller = new AbortController();
    const calls = Array.from({ length: 10 }, () =>
      outcome(send(create, {}, {}, { signal: controller.signal })),
    );
    await vi.waitFor(() => expect(responses).toHaveLength(10));
    controller.abort("enough");
    expect(await Promise.all(calls)).toEqual(Array(10).fill("enough"));
    expect(listeners(controller.signal)).toBe(0);
    await vi.waitFor(() => expect(responses.every(({ closed }) => closed)).toBe(true));
    await vi.waitFor(() => expect(timers()).toBeLessThanOrEqual(before));
  });

  it("nor does a call that ends well, or a time-out, or a job's wait", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    await using server = await localServer((request, response) => {
      if (request.method === "GET") json(response, 200, { id: "1", state: "NEW" });
    });
    const { send } = transport(server.url);
    const before = timers();
    await send(get, { id: "1" }, undefined, { signal, totalTimeoutMs: 5_000 });
    await outcome(send(create, {}, {}, { signal, timeoutMs: 20 }));
    await outcome(send(create, {}, {}, { signal, totalTimeoutMs: 20 }));
    const job = {
      operation: get,
      startedBy: [],
      idProperty: "id",
      idParameter: "id",
      statusProperty: "state",
      succeeded: ["DONE"],
      failed: [],
      errorProperty: null,
      errorCodeProperty: null,
      pollSeconds: null,
    };
    await outcome(waitForJob(send, job, "1", { signal, timeoutMs: 30 }));
    expect(listeners(signal)).toBe(0);
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it("nor does what it left behind keep memory: aborted calls can be collected", async () => {
    const kept: WeakRef<object>[] = [];
    await using server = await localServer(() => undefined);
    const { send } = transport(server.url);
    const { signal } = new AbortController();
    for (let n = 0; n < 50; n++) {
      const own = new AbortController();
      const body = { n };
      kept.push(new WeakRef(body), new WeakRef(own));
      const call = outcome(send(create, {}, body, { signal: own.signal }));
      own.abort("enough");
      await call;
    }
    await outcome(send(create, {}, {}, { signal, timeoutMs: 20 }));
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    await vi.waitFor(
      () => {
        collect();
        expect(kept.filter((ref) => ref.deref() !== undefined).length).toBeLessThan(10);
      },
      { timeout: 5_000 },
    );
  });
});
