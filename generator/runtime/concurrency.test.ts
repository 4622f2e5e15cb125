import { describe, expect, it } from "vitest";
import { api, create, get, list, virtual } from "../testing/example-api.js";
import { ConcurrencyLimitError } from "./errors.js";
import type { WaitEvent } from "./hooks.js";
import { memoryLimits } from "./memory-limits.js";

const jobs = {
  thing: {
    operation: get,
    startedBy: ["things.create"],
    idProperty: "id",
    idParameter: "id",
    statusProperty: "state",
    succeeded: ["DONE"],
    failed: ["BROKEN"],
    errorProperty: null,
    errorCodeProperty: null,
    pollSeconds: 10,
  },
};

/** A server whose jobs end after so long; it counts how many there are at once. */
function server(
  endsAfterMs: number,
  options: Partial<Parameters<typeof virtual>[1]> & object = {},
  capacity = 99,
) {
  const startedAt: number[] = [];
  let most = 0;
  const now = (): number => made.clock.now();
  const running = (): number => startedAt.filter((at) => now() < at + endsAfterMs).length;
  const job = (n: number): object => ({
    id: String(n),
    state: now() < (startedAt[n] ?? 0) + endsAfterMs ? "NEW" : "DONE",
  });
  const made = virtual(
    [
      (request) => {
        const { pathname } = new URL(request.url);
        if (request.method === "GET")
          return Response.json(
            pathname === "/things"
              ? startedAt.map((_, n) => job(n))
              : job(Number(pathname.split("/").at(-1))),
          );
        if (running() >= capacity)
          return Response.json(
            { message: "m", code: "too_many_jobs" },
            { status: 429, headers: { "retry-after": "5" } },
          );
        startedAt.push(now());
        most = Math.max(most, running());
        return Response.json(job(startedAt.length - 1), { status: 201 });
      },
    ],
    { jobs, ...options },
  );
  return { ...made, startedAt, most: () => most };
}

const start = ({ send }: ReturnType<typeof server>, options = {}): Promise<{ id: string }> =>
  send<{ id: string }>(create, {}, {}, options);

describe("a plan", () => {
  it("lets as many jobs run as it allows; others start as these end, in their order", async () => {
    const made = server(25_000, { plan: "large" });
    const ids = await made.run(Promise.all(Array.from({ length: 7 }, () => start(made))));
    expect(made.most()).toBe(3);
    expect(ids.map(({ id }) => id)).toEqual(["0", "1", "2", "3", "4", "5", "6"]);
    expect(made.startedAt).toEqual([0, 0, 0, 30_000, 30_000, 30_000, 60_000]);
  });

  it("sees ends in whatever answers pass, and lets the next start at once", async () => {
    const made = server(3_000, { plan: "small" });
    const { send, clock, run, startedAt } = made;
    const both = Promise.all([start(made), start(made)]);
    clock.after(4_000, () => void send(list, {}, {}, {}));
    await run(both);
    expect(startedAt).toEqual([0, 4_000]);
  });

  it("without a number, and no plan at all, limit nothing; a number of one's own does", async () => {
    for (const [options, most] of [
      [{ plan: "custom" }, 5],
      [{}, 5],
      [{ concurrency: 2 }, 2],
      [{ plan: "custom", concurrency: 4 }, 4],
    ] as const) {
      const made = server(1_000, options);
      await made.run(Promise.all(Array.from({ length: 5 }, () => start(made))));
      expect(made.most()).toBe(most);
    }
  });

  it("that is unknown, or no number, is refused", () => {
    expect(() => server(1, { plan: "huge" })).toThrow(/small, large, custom/);
    expect(() => server(1, { plan: "constructor" })).toThrow(TypeError);
    expect(() => server(1, { concurrency: 0 })).toThrow(RangeError);
  });

  it("waits out what the server refuses, for others may use the account too", async () => {
    const made = server(60_000, { plan: "large", maxRetries: 0 }, 1);
    await made.run(Promise.all([start(made), start(made)]));
    expect(made.startedAt).toEqual([0, 60_000]);
    const without = server(60_000, { maxRetries: 0 }, 1);
    await expect(without.run(Promise.all([start(without), start(without)]))).rejects.toBeInstanceOf(
      ConcurrencyLimitError,
    );
  });

  it("frees the place of a job that was not created, that is gone, or that ended at once", async () => {
    const made = virtual(
      [
        () => Response.json({ message: "m" }, { status: 422 }),
        () => Response.json({ id: "a", state: "BROKEN" }),
        () => Response.json({ id: "b", state: "NEW" }),
        () => Response.json({ message: "gone" }, { status: 404 }),
        () => Response.json({ id: "c", state: "NEW" }),
      ],
      { jobs, plan: "small" },
    );
    const one = () => made.send<{ id: string }>(create, {}, {}, {});
    await expect(made.run(one())).rejects.toMatchObject({ status: 422 });
    for (const id of ["a", "b", "c"]) await expect(made.run(one())).resolves.toMatchObject({ id });
    expect(made.sent.map(({ method }) => method)).toEqual(["POST", "POST", "POST", "GET", "POST"]);
    expect(made.clock.now()).toBe(0);
  });

  it("is waited for no longer than the caller wants, and nobody behind is kept", async () => {
    const waits: WaitEvent[] = [];
    const made = server(5_000, { plan: "small", onWait: (event) => waits.push(event) });
    const controller = new AbortController();
    made.clock.after(1_000, () => controller.abort(new Error("no more")));
    const calls = [start(made), start(made, { signal: controller.signal }), start(made)];
    const ends = await made.run(Promise.allSettled(calls));
    expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(made.most()).toBe(1);
    expect(made.clock.timers()).toBe(0);
    expect(waits[0]).toMatchObject({ reason: "concurrency", waitMs: 10_000, operation: "things.create" });
  });

  it("is shared by clients that share a store", async () => {
    const rateLimit = memoryLimits();
    const one = server(1e9, { plan: "large", rateLimit });
    await one.run(Promise.all([start(one), start(one), start(one)]));
    await expect(Promise.resolve(rateLimit.runningJobs())).resolves.toEqual(["0", "1", "2"]);
    expect(rateLimit.takeSlot(3)).toBeNull();
  });

  it("knows what is too many jobs only where the contract has a code for it", async () => {
    const made = server(
      60_000,
      { plan: "large", maxRetries: 0, api: { ...api, error: { ...api.error, concurrencyCodes: [] } } },
      1,
    );
    await expect(made.run(Promise.all([start(made), start(made)]))).rejects.toMatchObject({ status: 429 });
  });
});

describe("one job too many", () => {
  const busy = (headers: Record<string, string> = {}) =>
    Response.json({ message: "m", code: "too_many_jobs" }, { status: 429, headers });
  const made = (script: Parameters<typeof virtual>[0]) =>
    virtual(script, { jobs, plan: "small", maxRetries: 0 });
  const create1 = ({ send }: ReturnType<typeof made>) => send<{ id?: unknown }>(create, {}, {}, {});

  it("is tried again when the server says, or as often as a job is looked at", async () => {
    const first = made([
      () => busy({ "retry-after": "5" }),
      () => busy(),
      () => busy({ "retry-after": "0" }),
      () => Response.json({ id: "a", state: "DONE" }),
    ]);
    await first.run(create1(first));
    expect(first.sent.map(({ atMs }) => atMs)).toEqual([0, 5_000, 15_000, 25_000]);
  });

  it("takes no place if what was created has no id", async () => {
    const { send, run, sent } = made([() => Response.json({ id: 5, state: "NEW" })]);
    for (let count = 0; count < 3; count++) await run(send(create, {}, {}, {}));
    expect(sent.map(({ method, atMs }) => `${method} ${atMs}`)).toEqual(["POST 0", "POST 0", "POST 0"]);
  });

  it("of several kinds of jobs is seen to have ended by any of them", async () => {
    const other = { ...jobs.thing, startedBy: ["other"], statusProperty: "status", succeeded: ["OK"] };
    const client = virtual(
      [
        () => Response.json({ id: "a", state: "NEW" }),
        () => Response.json([{ id: "a", state: "DONE" }]),
        () => Response.json({ id: "b", state: "NEW" }),
      ],
      { jobs: { thing: jobs.thing, other }, plan: "small" },
    );
    await client.run(client.send(create, {}, {}, {}));
    await client.run(client.send(list, {}, {}, {}));
    await client.run(client.send(create, {}, {}, {}));
    expect(client.sent.map(({ method }) => method)).toEqual(["POST", "GET", "POST"]);
  });

  it("has not ended for what a refusal says of it", async () => {
    const client = made([
      () => Response.json({ id: "a", state: "NEW" }),
      () => Response.json({ id: "a", state: "DONE", message: "m" }, { status: 404 }),
      () => Response.json({ id: "a", state: "DONE" }),
      () => Response.json({ id: "b", state: "NEW" }),
    ]);
    await client.run(create1(client));
    await client.run(client.send(list, {}, {}, {}).catch(() => undefined));
    await client.run(create1(client));
    expect(client.sent.map(({ method }) => method)).toEqual(["POST", "GET", "GET", "POST"]);
  });
});
