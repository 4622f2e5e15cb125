import { describe, expect, it } from "vitest";
import { api, create, get, virtual } from "../testing/example-api.js";
import { virtualClock } from "../testing/virtual-clock.js";
import { createTransport } from "./client.js";
import { ServiceUnavailableError } from "./errors.js";
import type { WaitEvent } from "./hooks.js";
import { memoryLimits } from "./memory-limits.js";

const limited = { ...api, rateLimits: { few: { limit: 3, periodMs: 1_000 } } };
const operation = { ...get, rateLimits: ["few"] };
const ok = (): Response => Response.json({ id: "1" });
const slow = (clock: () => ReturnType<typeof virtualClock>, ms: number) => async (): Promise<Response> => {
  await new Promise<void>((resolve) => void clock().after(ms, resolve));
  return ok();
};
const call = (send: ReturnType<typeof virtual>["send"], options = {}): Promise<unknown> =>
  send(operation, { id: "1" }, undefined, options);

describe("a rate limit of the contract", () => {
  it("lets as many through as it allows, and the others as places get free, in their order", async () => {
    const { send, sent, run } = virtual([ok], { api: limited, operation });
    const order: number[] = [];
    const calls = Array.from({ length: 8 }, (_, n) => call(send).then(() => order.push(n)));
    await run(Promise.all(calls));
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 0, 0, 1000, 1000, 1000, 2000, 2000]);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("counts from the answer, for the server may count as late as that", async () => {
    const clock: { now?: ReturnType<typeof virtualClock> } = {};
    const made = virtual([slow(() => clock.now as ReturnType<typeof virtualClock>, 400)], {
      api: limited,
      operation,
    });
    clock.now = made.clock;
    await made.run(Promise.all(Array.from({ length: 4 }, () => call(made.send))));
    expect(made.sent.map(({ atMs }) => atMs)).toEqual([0, 0, 0, 1400]);
  });

  it("holds for the openapi-fetch client's requests and for retries too", async () => {
    const { send, sent, run } = virtual([() => Response.json({ message: "m" }, { status: 500 })], {
      api: limited,
      operation,
      maxRetries: 5,
      random: () => 0,
    });
    await expect(run(call(send))).rejects.toMatchObject({ status: 500 });
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 0, 0, 1000, 1000, 1000]);
  });

  it("is one for all operations that name it, and none for others", async () => {
    const { send, sent, run } = virtual([ok], { api: limited, operation });
    await run(Promise.all(Array.from({ length: 9 }, () => send(create, {}, {}, {}))));
    expect(sent.every(({ atMs }) => atMs === 0)).toBe(true);
  });

  it("can be switched off", async () => {
    const { send, sent, run } = virtual([ok], { api: limited, operation, rateLimit: false });
    await run(Promise.all(Array.from({ length: 9 }, () => call(send))));
    expect(sent.every(({ atMs }) => atMs === 0)).toBe(true);
  });

  it("can be shared by clients", async () => {
    const clock = virtualClock();
    const rateLimit = memoryLimits(clock);
    const both = [0, 1].map(() => virtual([ok], { api: limited, operation, rateLimit, clock }));
    await clock.run(Promise.all(both.flatMap(({ send }) => [call(send), call(send), call(send)])));
    expect(both.flatMap(({ sent }) => sent.map(({ atMs }) => atMs)).sort()).toEqual([
      0, 0, 0, 1000, 1000, 1000,
    ]);
  });

  it("that the server states by Retry-After stops everyone until then", async () => {
    const refusal = (): Response =>
      Response.json({ message: "m" }, { status: 429, headers: { "retry-after": "20" } });
    const { send, sent, run } = virtual([refusal, ok], { api: limited, operation });
    const first = call(send);
    await run(Promise.race([first, new Promise((resolve) => setImmediate(resolve))]));
    await run(Promise.all([first, call(send), call(send)]));
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 20_000, 20_000, 20_000]);
  });

  it("does not stop everyone for months, whatever the server states", async () => {
    const refusal = (): Response =>
      Response.json({ message: "m" }, { status: 429, headers: { "retry-after": "9999999" } });
    const { send, sent, run } = virtual([refusal, ok], { api: limited, operation });
    await expect(run(call(send))).rejects.toMatchObject({ retryAfterMs: 9_999_999_000 });
    await run(call(send));
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 120_000]);
  });

  it("is waited for no longer than the caller wants, and nobody behind is kept", async () => {
    const { send, sent, run, clock } = virtual([ok], { api: limited, operation });
    const controller = new AbortController();
    const calls = Array.from({ length: 5 }, (_, n) =>
      call(send, n === 3 ? { signal: controller.signal } : {}).then(
        () => "ok",
        (error: Error) => error.message,
      ),
    );
    clock.after(200, () => controller.abort(new Error("no more")));
    await expect(run(Promise.all(calls))).resolves.toEqual(["ok", "ok", "ok", "no more", "ok"]);
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 0, 0, 1000]);
    expect(clock.timers()).toBe(0);
  });

  it("tells who listens what is waited for, and how long", async () => {
    const waits: WaitEvent[] = [];
    const { send, run } = virtual([ok], { api: limited, operation, onWait: (event) => waits.push(event) });
    await run(Promise.all(Array.from({ length: 4 }, () => call(send))));
    expect(waits).toEqual([
      {
        operation: "things.get",
        method: "GET",
        path: "/things/1",
        attempt: 1,
        idempotencyKey: null,
        reason: "rate-limit",
        waitMs: 1000,
      },
    ]);
  });

  it("kept by a store that fails ends the call with the store's error", async () => {
    const rateLimit = {
      ...memoryLimits(),
      take: () => Promise.reject(new Error("the store is gone")),
    };
    const { send, run } = virtual([ok], { api: limited, operation, rateLimit });
    await expect(run(call(send))).rejects.toThrow("the store is gone");
    const other = virtual([() => Response.json({ message: "m" }, { status: 503 })], {
      api: limited,
      operation,
      maxRetries: 0,
    });
    await expect(other.run(call(other.send))).rejects.toBeInstanceOf(ServiceUnavailableError);
  });
});

describe("a limit that the server tells of", () => {
  const refusal =
    (body: object, headers: Record<string, string> = {}, status = 429) =>
    () =>
      Response.json({ message: "m", ...body }, { status, headers });
  const times = async (first: () => Response, more: object = {}): Promise<number[]> => {
    const { send, sent, run } = virtual([first, ok], { api: limited, operation, maxRetries: 0, ...more });
    await run(call(send).catch(() => undefined));
    await run(call(send));
    return sent.map(({ atMs }) => atMs);
  };
  const later = { "retry-after": "7" };

  it.each([
    ["for too many requests", refusal({}, later), [0, 7_000]],
    ["for ten minutes", refusal({}, { "retry-after": "600" }), [0, 120_000]],
    ["without a time", refusal({}), [0, 0]],
    ["for too many jobs", refusal({ code: "too_many_jobs" }, later), [0, 0]],
    ["for another reason", refusal({}, later, 503), [0, 0]],
  ])("%s holds back the next request, or not", async (_, first, want) => {
    expect(await times(first)).toEqual(want);
  });

  it("that the contract does not know is none", async () => {
    const other = { ...operation, rateLimits: ["none", "few"] };
    expect(await times(refusal({}, later), { operation: other })).toEqual([0, 7_000]);
  });

  it("is of no matter to what the contract does not know", async () => {
    const { http } = createTransport(
      limited,
      {},
      { apiKey: "k", maxRetries: 0, fetch: async () => refusal({}, later)() },
    );
    const raw = http as unknown as { GET(path: string): Promise<{ response: Response }> };
    expect((await raw.GET("/other")).response.status).toBe(429);
  });
});
