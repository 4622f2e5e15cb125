import { describe, expect, it } from "vitest";
import { create, get, key, transport, virtual } from "../testing/example-api.js";
import { json, localServer } from "../testing/local-server.js";
import { underStryker } from "../testing/under-stryker.js";
import { virtualClock } from "../testing/virtual-clock.js";
import {
  ConflictError,
  ConnectionError,
  InternalServerError,
  RateLimitError,
  TimeoutError,
  UnexpectedResponseError,
} from "./errors.js";
import type { CallContext, Outgoing } from "./fetch.js";
import { wasNeverSent, withRetries } from "./retry.js";

const plain = { ...create, idempotencyHeader: null };
const refused = Object.assign(new TypeError("fetch failed"), {
  cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }),
});
const reset = Object.assign(new TypeError("fetch failed"), {
  cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }),
});
/** Of a connection that was made: the request may have been there. */
const unreachable = new TypeError("fetch failed", {
  cause: Object.assign(new Error("read EHOSTUNREACH"), { code: "EHOSTUNREACH" }),
});
const answer = (status: number, headers: Record<string, string> = {}, body: unknown = { message: "m" }) =>
  Response.json(body, { status, headers });
const ok = (): Response => answer(200, {}, { id: "1" });

describe("a read", () => {
  it.each([408, 429, 500, 502, 503, 504])("that %i answered is tried again", async (status) => {
    const { send, sent, run } = virtual([() => answer(status), () => answer(status), ok]);
    await expect(run(send(get, { id: "1" }, undefined, {}))).resolves.toEqual({ id: "1" });
    expect(sent).toHaveLength(3);
  });

  it.each([400, 401, 404, 409, 422])("that %i answered is not", async (status) => {
    const { send, sent, run } = virtual([() => answer(status), ok]);
    await expect(run(send(get, { id: "1" }, undefined, {}))).rejects.toMatchObject({
      status,
      isRetryable: false,
    });
    expect(sent).toHaveLength(1);
  });

  it("that no connection, a reset or half a body ended is tried again", async () => {
    const half = (): Response =>
      new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new TextEncoder().encode('{"id":')),
          pull: (controller) => controller.error(new TypeError("terminated")),
        }),
        { headers: { "content-type": "application/json" } },
      );
    const { send, sent, run } = virtual(
      [() => Promise.reject(refused), () => Promise.reject(reset), half, ok],
      { maxRetries: 3 },
    );
    await expect(run(send(get, { id: "1" }, undefined, {}))).resolves.toEqual({ id: "1" });
    expect(sent).toHaveLength(4);
  });

  it("gives up after maxRetries, with the last failure", async () => {
    const { send, sent, run } = virtual([() => answer(500)]);
    const error = await run(send(get, { id: "1" }, undefined, { maxRetries: 4 }).catch((e: unknown) => e));
    expect(error).toBeInstanceOf(InternalServerError);
    expect(error).toMatchObject({ isRetryable: true, retryAfterMs: null });
    expect(sent).toHaveLength(5);
  });
});

describe("pauses", () => {
  it("grow, with full jitter, up to 8 s", async () => {
    const { send, sent, run } = virtual([() => answer(503)], { random: () => 1 });
    await run(send(get, { id: "1" }, undefined, { maxRetries: 7 }).catch((e: unknown) => e));
    const pauses = sent.slice(1).map(({ atMs }, index) => atMs - (sent[index]?.atMs ?? 0));
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
    const none = virtual([() => answer(503)], { random: () => 0 });
    await none.run(none.send(get, { id: "1" }, undefined, {}).catch((e: unknown) => e));
    expect(none.sent.map(({ atMs }) => atMs)).toEqual([0, 0, 0]);
  });

  it("last as long as Retry-After says, in seconds or as a date", async () => {
    const { send, sent, run } = virtual([
      () => answer(429, { "retry-after": "7" }),
      () => answer(503, { "retry-after": new Date(Date.now() + 30_000).toUTCString() }),
      ok,
    ]);
    await run(send(get, { id: "1" }, undefined, {}));
    expect(sent[1]?.atMs).toBe(7_000);
    expect((sent[2]?.atMs ?? 0) - 7_000).toBeGreaterThan(27_000);
    expect((sent[2]?.atMs ?? 0) - 7_000).toBeLessThanOrEqual(30_000);
  });

  it.each(["-5", "soon", "soon 5", "5 apples", "9".repeat(400), "-1.5"])(
    "grow where Retry-After says nothing: %s",
    async (text) => {
      const { send, sent, run } = virtual([() => answer(503, { "retry-after": text }), ok], {
        random: () => 0.5,
      });
      await run(send(get, { id: "1" }, undefined, {}));
      expect(sent[1]?.atMs).toBe(250);
    },
  );

  it("may be asked for in parts of a second", async () => {
    const { send, sent, run } = virtual([() => answer(429, { "retry-after": "1.5" }), ok]);
    await run(send(get, { id: "1" }, undefined, {}));
    expect(sent[1]?.atMs).toBe(1_500);
  });

  it("are not made for a server that asks for ten minutes: the error says how long", async () => {
    const { send, sent, run } = virtual([() => answer(429, { "retry-after": "600" }), ok]);
    await expect(run(send(get, { id: "1" }, undefined, {}))).rejects.toMatchObject({
      name: "RateLimitError",
      retryAfterMs: 600_000,
      isRetryable: true,
    });
    expect(sent).toHaveLength(1);
  });

  it("end with the caller's signal, and leave no timer", async () => {
    const { send, run, clock } = virtual([() => answer(503, { "retry-after": "60" })]);
    const controller = new AbortController();
    clock.after(5_000, () => controller.abort(new Error("enough")));
    await expect(run(send(get, { id: "1" }, undefined, { signal: controller.signal }))).rejects.toThrow(
      "enough",
    );
    expect(clock.timers()).toBe(0);
  });

  it("end with the total time-out, with an error that can be told", async () => {
    const { send, run, clock } = virtual([() => answer(503, { "retry-after": "60" })]);
    const error = await run(
      send(get, { id: "1" }, undefined, { totalTimeoutMs: 5_000 }).catch((e: unknown) => e),
    );
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ timeoutMs: 5_000 });
    expect(clock.timers()).toBe(0);
  });
});

describe("what creates", () => {
  it("without a key is only repeated if the server certainly did not accept it", async () => {
    for (const [first, times] of [
      [() => answer(429), 2],
      [() => Promise.reject(refused), 2],
      [() => Promise.reject(reset), 1],
      [() => Promise.reject(unreachable), 1],
      [() => answer(500), 1],
      [() => answer(503, { "retry-after": "1" }), 1],
    ] as const) {
      const { send, sent, run } = virtual([first, ok], { operation: plain });
      await run(send(plain, {}, {}, {}).catch(() => undefined));
      expect(sent).toHaveLength(times);
      expect(sent[0]?.headers.has("idempotency-key")).toBe(false);
    }
  });

  it("with a key is repeated, the same key on every attempt and on the result", async () => {
    const { send, sent, run } = virtual([() => Promise.reject(reset), () => answer(500), ok]);
    const result = await run(send<{ idempotencyKey: string }>(create, {}, { a: 1 }, {}));
    const keys = sent.map(({ headers }) => headers.get("idempotency-key"));
    expect(keys).toHaveLength(3);
    expect(new Set(keys)).toEqual(new Set([result.idempotencyKey]));
    expect(result.idempotencyKey).toMatch(/^[\w-]{16,128}$/);
    expect(JSON.stringify(result)).toBe('{"id":"1"}');
    expect(await Promise.all(sent.map((request) => request.text()))).toEqual(Array(3).fill('{"a":1}'));
  });

  it("has another key each time, or the caller's", async () => {
    const { send, sent, run } = virtual([ok]);
    for (const options of [{}, {}, { idempotencyKey: "mine" }, { headers: { "Idempotency-Key": "own" } }])
      await run(send(create, {}, {}, options));
    const keys = sent.map(({ headers }) => headers.get("idempotency-key"));
    expect(new Set(keys).size).toBe(4);
    expect(keys.slice(2)).toEqual(["mine", "own"]);
  });

  it.each([
    ["a refusal", () => answer(422)],
    ["a failure", () => answer(500)],
    ["no connection", () => Promise.reject(reset)],
    ["HTML", () => new Response("<p>", { headers: { "content-type": "text/html" } })],
  ] as const)("shows the key on the error of %s", async (_, given) => {
    const { send, sent, run } = virtual([given]);
    const error = await run(send(create, {}, {}, {}).catch((e: unknown) => e));
    expect(error).toMatchObject({ idempotencyKey: sent[0]?.headers.get("idempotency-key") });
  });

  it("waits for its own attempt that is still at work, but takes a first conflict for one", async () => {
    const late = virtual([() => Promise.reject(reset), () => answer(409, { "retry-after": "1" }), ok]);
    await expect(late.run(late.send(create, {}, {}, {}))).resolves.toMatchObject({ id: "1" });
    const first = virtual([() => answer(409), ok]);
    await expect(first.run(first.send(create, {}, {}, {}))).rejects.toBeInstanceOf(ConflictError);
  });

  it("waits for an attempt that an earlier process made with this key, where the server says how long", async () => {
    const busy = (): Response => answer(409, { "retry-after": "2" });
    const { send, sent, run } = virtual([busy, ok]);
    await expect(run(send(create, {}, {}, { idempotencyKey: "kept" }))).resolves.toMatchObject({ id: "1" });
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 2_000]);
    const always = virtual([busy]);
    await expect(always.run(always.send(create, {}, {}, { idempotencyKey: "kept" }))).rejects.toMatchObject({
      status: 409,
      isRetryable: true,
      retryAfterMs: 2_000,
    });
  });

  it("from a stream is sent once, and the error is the real one", async () => {
    const raw = {
      ...create,
      body: { mediaType: "video/mp4", encoding: "raw", required: true, parts: [] },
    } as const;
    const { send, sent, run } = virtual([() => answer(429), ok], { operation: raw });
    const stream = new Blob(["bytes"]).stream();
    await expect(run(send(raw, {}, stream, {}))).rejects.toBeInstanceOf(RateLimitError);
    expect(sent).toHaveLength(1);
  });
});

it("the budget keeps many failing calls from tripling the load, and fills up again", async () => {
  const { send, sent, run, clock } = virtual([() => answer(500)], { random: () => 0 });
  const calls = Array.from({ length: 50 }, () =>
    send(get, { id: "1" }, undefined, {}).catch(() => undefined),
  );
  await run(Promise.all(calls));
  expect(sent).toHaveLength(50 + 20);
  await run(new Promise<void>((resolve) => void clock.after(10_000, resolve)));
  await run(send(get, { id: "1" }, undefined, { maxRetries: 9 }).catch(() => undefined));
  expect(sent).toHaveLength(70 + 10);
});

describe("the layer by itself", () => {
  const through = async (
    outcomes: readonly (Response | Error)[],
    {
      call = {},
      method = "GET",
      random = 0,
    }: { call?: Partial<CallContext>; method?: string; random?: number } = {},
  ) => {
    const clock = virtualClock(() => random);
    let attempt = 0;
    const layer = withRetries(async () => {
      const outcome = outcomes[Math.min(attempt++, outcomes.length - 1)];
      if (outcome instanceof Error) throw outcome;
      return outcome as Response;
    }, clock);
    const context = { maxRetries: 2, idempotencyKey: null, signal: null, attempt: 0, tell: null, ...call };
    const request = { method, body: null, call: context } as unknown as Outgoing;
    const end = await clock.run(layer(request)).catch((error: unknown) => error);
    return { end, attempts: attempt, counted: context.attempt, atMs: clock.now() };
  };
  const place = { method: "GET", path: "/a" };
  const lost = new ConnectionError(place, new Error("reset"));

  it.each([
    ["an error that passes", lost, 3],
    [
      "one that does not",
      new ConflictError({
        ...place,
        status: 409,
        headers: new Headers(),
        body: {},
        messages: [],
        errorCode: null,
        requestId: null,
      }),
      1,
    ],
    ["none of ours", Object.assign(new Error("own"), { isRetryable: true }), 1],
  ])("tries again after %s", async (_, error, attempts) => {
    expect(await through([error])).toEqual({ end: error, attempts, counted: attempts, atMs: 0 });
  });

  it.each([
    ["of its own", "k", [lost, answer(409), ok()], 3],
    ["that comes first", "k", [answer(409), ok()], 1],
    ["of a call without a key", null, [lost, answer(409), ok()], 2],
  ])("waits for a conflict %s", async (_, idempotencyKey, outcomes, attempts) => {
    expect((await through(outcomes, { call: { idempotencyKey } })).attempts).toBe(attempts);
  });

  it.each([
    ["119.999", 2],
    ["120", 2],
    ["120.001", 1],
  ])("waits %s s, or not", async (seconds, attempts) => {
    const again = await through([answer(429, { "retry-after": seconds }), ok()]);
    expect(again.attempts).toBe(attempts);
    expect(again.atMs).toBe(attempts === 1 ? 0 : Number(seconds) * 1_000);
  });

  it.each([
    ["GET", 2],
    ["HEAD", 2],
    ["OPTIONS", 2],
    ["POST", 1],
    ["GETX", 1],
    ["XGET", 1],
  ])("tries %s again, or not", async (method, attempts) => {
    expect((await through([answer(500), ok()], { method })).attempts).toBe(attempts);
  });

  it("tells of each retry", async () => {
    const told: unknown[] = [];
    const tell = ((name: string, _: unknown, more: object) =>
      told.push([name, more])) as unknown as CallContext["tell"];
    await through([lost, answer(503), ok()], { call: { tell }, random: 1 });
    expect(told).toEqual([
      ["onRetry", { waitMs: 500, status: null }],
      ["onRetry", { waitMs: 1_000, status: 503 }],
    ]);
  });

  it.each([
    [lost, false],
    [new ConnectionError(place, refused), true],
    [new ConnectionError(place, unreachable), false],
    [refused, false],
    ["ECONNREFUSED", false],
    [new ConnectionError(place, Object.assign(new Error("write x"), { code: "ENETUNREACH" })), false],
    [new ConnectionError(place, Object.assign(new Error("x read y"), { code: "ENETUNREACH" })), true],
    [new ConnectionError(place, Object.assign(new Error("c"), { code: "XECONNREFUSED" })), false],
  ])("knows what was never sent: %#", (failure, want) => {
    expect(wasNeverSent(failure)).toBe(want);
  });
});

it.each([-1, 1.5, Number.NaN, "2" as never])("maxRetries: %s is refused", async (maxRetries) => {
  expect(() => transport("http://localhost", { maxRetries })).toThrow(RangeError);
});

it.skipIf(underStryker)(
  "works over real connections: a reset, then half a body, then an answer",
  async () => {
    let times = 0;
    await using server = await localServer((_, response) => {
      times++;
      if (times === 1) response.destroy();
      else if (times === 2)
        response.writeHead(200, { "content-length": "9" }).write("{", () => response.destroy());
      else json(response, 200, { id: "1" });
    });
    const { send } = transport(server.url, { maxRetries: 3 });
    await expect(send(create, {}, { a: 1 }, {})).resolves.toMatchObject({ id: "1" });
    expect(new Set(server.seen.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
    expect(server.seen.map(({ headers }) => headers["x-example-key"])).toEqual([key, key, key]);
  },
);

it("an answer that breaks off for good is the error, with what it is", async () => {
  await using server = await localServer((_, response) => {
    response
      .writeHead(200, { "content-type": "application/json", "content-length": "9" })
      .write("{", () => response.destroy());
  });
  const error = await transport(server.url)
    .send(get, { id: "1" }, undefined, {})
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(UnexpectedResponseError);
  expect(error).not.toBeInstanceOf(ConnectionError);
});
