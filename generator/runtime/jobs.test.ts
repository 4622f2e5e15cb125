import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { create, get } from "../testing/example-api.js";
import type { JobDescriptor } from "./descriptors.js";
import {
  AuthenticationError,
  ConnectionError,
  type HttpErrorInit,
  InternalServerError,
  NotFoundError,
  RateLimitError,
  TimeoutError,
  UnexpectedResponseError,
} from "./errors.js";
import { createJob, JobFailedError, JobTimeoutError, waitForJob, watchJobs } from "./jobs.js";
import { keyed, type RequestOptions, type Send } from "./send.js";
import { InvalidResponseError } from "./validation-errors.js";

const descriptor: JobDescriptor = {
  operation: get,
  startedBy: ["things.create"],
  idProperty: "id",
  idParameter: "id",
  statusProperty: "state",
  succeeded: ["DONE"],
  failed: ["BROKEN", "REFUSED"],
  errorProperty: "why",
  errorCodeProperty: "code",
  pollSeconds: 10,
};

interface Job {
  readonly id: string;
  readonly state: string;
  readonly why?: string;
  readonly code?: string;
}

/** A server that answers a job's looks one after the other; the last answer stays. */
function server(script: Record<string, (string | Job | Error)[]>): {
  send: Send;
  looks: { id: string; atMs: number }[];
} {
  const start = Date.now();
  const looks: { id: string; atMs: number }[] = [];
  const send = (async (
    _operation: unknown,
    path: { id: string },
    _args: unknown,
    options: RequestOptions,
  ) => {
    options.signal?.throwIfAborted();
    const answers = script[path.id] ?? [];
    looks.push({ id: path.id, atMs: Date.now() - start });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    return typeof answer === "string" ? { id: path.id, state: answer } : answer;
  }) as unknown as Send;
  return { send, looks };
}

const place = { method: "GET", path: "/things/1" };
const http = (status: number, headers: Record<string, string> = {}): HttpErrorInit => ({
  ...place,
  status,
  headers: new Headers(headers),
  body: null,
  messages: [],
  errorCode: null,
  requestId: null,
});

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** The outcome of a promise, while time runs as fast as it is asked to. */
async function inTime<T>(promise: Promise<T>): Promise<T | Error> {
  const settled = promise.catch((error: Error) => error);
  await vi.runAllTimersAsync();
  return settled;
}

describe("waiting for a job", () => {
  it("returns it when it has succeeded, and tells of each look", async () => {
    const { send } = server({ a: ["NEW", "BUSY", "DONE"] });
    const seen: string[] = [];
    const job = await inTime(
      waitForJob<Job>(send, descriptor, "a", { onProgress: ({ state }) => seen.push(state) }),
    );
    expect(job).toEqual({ id: "a", state: "DONE" });
    expect(seen).toEqual(["NEW", "BUSY", "DONE"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    [
      { id: "a", state: "BROKEN", why: "no face", code: "no_face" },
      { status: "BROKEN", errorCode: "no_face", message: "Job a ended as BROKEN [no_face]: no face" },
    ],
    [
      { id: "a", state: "REFUSED" },
      { status: "REFUSED", errorCode: null, message: "Job a ended as REFUSED." },
    ],
  ])("throws what went wrong: %j", async (job, want) => {
    const error = await inTime(waitForJob<Job>(server({ a: ["BUSY", job] }).send, descriptor, "a"));
    expect(error).toBeInstanceOf(JobFailedError);
    expect(error).toMatchObject({ id: "a", job, ...want });
  });

  it("does not take a status it doesn't know for an end", async () => {
    expect(
      await inTime(waitForJob<Job>(server({ a: ["PAUSED", "DONE"] }).send, descriptor, "a")),
    ).toMatchObject({ state: "DONE" });
  });

  it("does not wait behind a page that is no job, but lets some pass", async () => {
    const page = new UnexpectedResponseError(http(200), "<h1>Log in</h1>");
    const some = server({ a: [...Array.from({ length: 9 }, () => page), "RUNNING", page, "DONE"] });
    expect(await inTime(waitForJob(some.send, descriptor, "a"))).toMatchObject({ state: "DONE" });
    const endless = server({ a: [page] });
    expect(await inTime(waitForJob(endless.send, descriptor, "a"))).toBe(page);
    expect(endless.looks).toHaveLength(10);
    const cut = new UnexpectedResponseError(http(200), "", new Error("terminated"));
    const flaky = server({ a: [...Array.from({ length: 30 }, () => cut), "DONE"] });
    expect(await inTime(waitForJob(flaky.send, descriptor, "a"))).toMatchObject({ state: "DONE" });
  });

  it("looks often at first, then less, and never less than the contract advises", async () => {
    const { send, looks } = server({ a: [...Array<string>(30).fill("BUSY"), "DONE"] });
    await inTime(waitForJob<Job>(send, descriptor, "a"));
    const pauses = looks.slice(1).map(({ atMs }, index) => atMs - (looks[index]?.atMs ?? 0));
    expect(pauses[0]).toBeLessThanOrEqual(1_100);
    expect(Math.max(...pauses)).toBeGreaterThan(8_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(11_000);
  });

  it("keeps the id when time is up, and the job as last seen", async () => {
    const error = await inTime(
      waitForJob<Job>(server({ a: ["BUSY"] }).send, descriptor, "a", { timeoutMs: 60_000 }),
    );
    expect(error).toBeInstanceOf(JobTimeoutError);
    expect(error).toMatchObject({ id: "a", timeoutMs: 60_000, job: { state: "BUSY" } });
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    new ConnectionError(place, new Error("reset")),
    new TimeoutError(place, 1, null),
    new InternalServerError(http(500)),
    new RateLimitError(http(429, { "retry-after": "30" })),
    new UnexpectedResponseError(http(502), "<html>"),
  ])("outlives $name", async (error) => {
    const { send, looks } = server({ a: [error, "DONE"] });
    expect(await inTime(waitForJob<Job>(send, descriptor, "a"))).toMatchObject({ state: "DONE" });
    if (error instanceof RateLimitError) expect(looks[1]?.atMs).toBeGreaterThanOrEqual(30_000);
  });

  it.each([
    new NotFoundError(http(404)),
    new AuthenticationError(http(401)),
    new UnexpectedResponseError(http(403), "<html>"), // a firewall's page
    new InvalidResponseError(new UnexpectedResponseError(http(200), ""), []),
  ])("ends with $name", async (error) => {
    expect(await inTime(waitForJob<Job>(server({ a: [error] }).send, descriptor, "a"))).toBe(error);
  });

  it.each([0, -5, Number.NaN])("does not look again and again without a pause: %d", async (pollMs) => {
    const { send, looks } = server({ a: ["BUSY"] });
    const error = await inTime(waitForJob<Job>(send, descriptor, "a", { pollMs, timeoutMs: 1_000 }));
    expect(error).toMatchObject({ name: "InvalidArgumentError", argument: "pollMs" });
    expect(looks).toEqual([]);
  });

  it("ends with the reason of the caller's signal, and leaves no timer", async () => {
    const controller = new AbortController();
    const waiting = waitForJob<Job>(server({ a: ["BUSY"] }).send, descriptor, "a", {
      signal: controller.signal,
    });
    const settled = waiting.catch((error: Error) => error);
    await vi.advanceTimersByTimeAsync(5_000);
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await settled).toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("what is said of a job", () => {
  it("that failed", async () => {
    for (const [job, message] of [
      [{ id: "a", state: "BROKEN", why: "", code: "" }, "Job a ended as BROKEN."],
      [{ id: "a", state: "BROKEN", null: "x" } as Job, "Job a ended as BROKEN."],
    ] as const) {
      for (const more of [{}, { errorProperty: null, errorCodeProperty: null }]) {
        const waiting = waitForJob<Job>(server({ a: [job] }).send, { ...descriptor, ...more }, "a");
        expect(await inTime(waiting)).toMatchObject({ name: "JobFailedError", message, errorCode: null });
      }
    }
  });

  it("that has not ended, or was never seen", async () => {
    for (const [look, job] of [
      ["BUSY", { id: "a", state: "BUSY" }],
      [new InternalServerError(http(500)), null],
    ] as const) {
      const waiting = waitForJob<Job>(server({ a: [look] }).send, descriptor, "a", { timeoutMs: 5_000 });
      expect(await inTime(waiting)).toMatchObject({
        name: "JobTimeoutError",
        message: "Job a had not ended after 5000 ms. It goes on; wait for it again by its id.",
        job,
      });
    }
  });
});

describe("pauses between looks", () => {
  const looksOf = async (options: object, random: number): Promise<number[]> => {
    vi.spyOn(Math, "random").mockReturnValue(random);
    const { send, looks } = server({ a: [...Array<string>(7).fill("BUSY"), "DONE"] });
    await inTime(waitForJob<Job>(send, descriptor, "a", options));
    vi.restoreAllMocks();
    return looks.map(({ atMs }) => Math.round(atMs));
  };

  it("grow with the time so far, a tenth either way", async () => {
    expect(await looksOf({}, 0.5)).toEqual([0, 1000, 2000, 3000, 4000, 5000, 6250, 7812]);
    expect(await looksOf({ pollMs: 500 }, 0.5)).toEqual([0, 500, 1000, 1500, 2000, 2500, 3000, 3500]);
    expect((await looksOf({ pollMs: 500 }, 0)).slice(0, 3)).toEqual([0, 450, 900]);
    expect((await looksOf({ pollMs: 500 }, 1)).slice(0, 3)).toEqual([0, 550, 1100]);
  });

  it("end with the signal of who asked", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const send = (async (_o: unknown, _p: unknown, _a: unknown, { signal }: RequestOptions) => {
      signals.push(signal);
      return { id: "a", state: "DONE" };
    }) as unknown as Send;
    await inTime(waitForJob<Job>(send, descriptor, "a"));
    expect(signals).toEqual([expect.any(AbortSignal)]);
  });
});

describe("creating a job and waiting for it", () => {
  it("takes no longer in all than it may", async () => {
    const { send: look } = server({ a: ["BUSY"] });
    const send = (async (operation, path, args, options) => {
      if (operation !== create) return look(operation, path, args, options);
      await new Promise((done) => setTimeout(done, 400));
      return { id: "a", state: "NEW" };
    }) as Send;
    const made = (timeoutMs?: number) =>
      inTime(createJob<Job>(send, descriptor, create, {}, {}, { ...(timeoutMs && { timeoutMs }) }));
    expect(await made(1_000)).toMatchObject({ name: "JobTimeoutError", timeoutMs: 600 });
    expect(await made(300)).toMatchObject({ name: "JobTimeoutError", timeoutMs: 1 });
  });

  it("tells of the job at once, and waits for as long as it takes", async () => {
    const seen: string[] = [];
    const { send: look } = server({ a: [...Array<string>(60).fill("BUSY"), "DONE"] });
    const send = (async (operation, path, args, options) =>
      operation === create ? { id: "a", state: "NEW" } : look(operation, path, args, options)) as Send;
    const onProgress = ({ state }: Job) => void seen.push(state);
    expect(await inTime(createJob<Job>(send, descriptor, create, {}, {}, { onProgress }))).toMatchObject({
      state: "DONE",
    });
    expect([seen[0], seen[1], seen.length]).toEqual(["NEW", "BUSY", 62]);
  });

  it("passes the call's options to the creation, and the rest to the waiting", async () => {
    const given: unknown[] = [];
    const { send: look } = server({ a: ["DONE"] });
    const send = ((operation, path, args, options) => {
      if (operation !== create) return look(operation, path, args, options);
      given.push([path, args, options]);
      return Promise.resolve({ id: "a", state: "NEW" });
    }) as Send;
    const options = { idempotencyKey: "k", headers: { "x-a": "b" }, timeoutMs: 60_000 };
    const job = await inTime(createJob<Job>(send, descriptor, create, {}, { name: "n" }, options));
    expect(job).toMatchObject({ state: "DONE" });
    expect(given).toEqual([[{}, { name: "n" }, { idempotencyKey: "k", headers: { "x-a": "b" } }]]);
  });

  it("shows the key on the job that ended, and on every error after the creation", async () => {
    const ends = ["DONE", "BROKEN", "BUSY", new NotFoundError(http(404))].map(async (end) => {
      const { send: look } = server({ a: [end] });
      const send = ((operation, path, args, options) =>
        operation === create
          ? Promise.resolve(keyed({ id: "a", state: "NEW" }, "k"))
          : look(operation, path, args, options)) as Send;
      const made = createJob<Job>(send, descriptor, create, {}, {}, { timeoutMs: 30_000 });
      return made.catch((error: unknown) => error);
    });
    const found = await inTime(Promise.all(ends));
    expect([found].flat().map((end) => (end as { idempotencyKey: unknown }).idempotencyKey)).toEqual([
      "k",
      "k",
      "k",
      "k",
    ]);
  });

  it("does not look at a job that was never made", async () => {
    const error = new RateLimitError(http(429));
    const { send, looks } = server({ undefined: [error] });
    expect(await inTime(createJob<Job>(send, descriptor, create, {}, {}))).toBe(error);
    expect(looks).toHaveLength(1);
  });
});

describe("watching jobs", () => {
  it("yields each as it ends, failed or not, each once", async () => {
    const { send } = server({ a: ["BUSY", "BUSY", "DONE"], b: ["BROKEN"], c: ["BUSY", "DONE"] });
    const ended: string[] = [];
    const watching = (async () => {
      for await (const { id, state } of watchJobs<Job>(send, descriptor, ["a", "b", "c", "a"]))
        ended.push(`${id} ${state}`);
    })();
    await inTime(watching);
    expect(ended).toEqual(["b BROKEN", "c DONE", "a DONE"]);
  });

  it("yields all that end before it throws for one that can't be looked at", async () => {
    const gone = new NotFoundError(http(404));
    const { send } = server({ a: ["RUNNING", "DONE"], b: [gone], c: ["RUNNING", "RUNNING", "BROKEN"] });
    const states: string[] = [];
    const watching = (async () => {
      for await (const { id, state } of watchJobs<Job>(send, descriptor, ["a", "b", "c"]))
        states.push(`${id} ${state}`);
    })();
    expect(await inTime(watching)).toBe(gone);
    expect(states).toEqual(["a DONE", "c BROKEN"]);
  });

  it("ends with the reason of the caller's signal, and lets go of it", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const [added, removed] = [vi.spyOn(signal, "addEventListener"), vi.spyOn(signal, "removeEventListener")];
    const { send } = server({ a: ["BUSY"] });
    const watching = (async () => {
      for await (const _ of watchJobs<Job>(send, descriptor, ["a"], { signal })) expect.unreachable();
    })().catch((reason: unknown) => reason);
    await vi.advanceTimersByTimeAsync(2_000);
    controller.abort("enough");
    expect(await watching).toBe("enough");
    expect(removed.mock.calls).toEqual(added.mock.calls);
    expect(added.mock.calls[0]?.[0]).toBe("abort");
    expect(vi.getTimerCount()).toBe(0);
    await expect(watchJobs<Job>(send, descriptor, ["a"], { signal }).next()).rejects.toBe("enough");
  });

  it("stops looking when the loop is left", async () => {
    const { send, looks } = server({ a: ["DONE"], b: ["BUSY"] });
    const watching = (async () => {
      for await (const _ of watchJobs<Job>(send, descriptor, ["a", "b"])) break;
    })();
    await inTime(watching);
    const before = looks.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(looks.length).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
  });
});
