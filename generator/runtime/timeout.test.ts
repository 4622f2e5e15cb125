import { describe, expect, it } from "vitest";
import { create, get, transport, upload, virtual } from "../testing/example-api.js";
import { json, localServer } from "../testing/local-server.js";
import { virtualClock } from "../testing/virtual-clock.js";
import {
  ApiError,
  ConnectionError,
  InvalidArgumentError,
  TimeoutError,
  UnexpectedResponseError,
} from "./errors.js";
import type { CallContext, Fetch, Outgoing } from "./fetch.js";
import { redacting } from "./redact.js";
import { checkTimeout, withTimeout } from "./timeout.js";

const soon = { timeoutMs: 50 };

describe("a time-out", () => {
  it("ends a call that gets no answer", async () => {
    await using server = await localServer(() => undefined);
    const error = await transport(server.url)
      .send(get, { id: "7" }, undefined, soon)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ method: "GET", path: "/things/7", timeoutMs: 50, status: null });
  });

  it("covers the body", async () => {
    const stalled = new ReadableStream({ start: (body) => body.enqueue(Buffer.from('{"id":')) });
    const { send, run } = virtual([() => new Response(stalled)], { maxRetries: 0 });
    const error = await run(send(get, { id: "7" }, undefined, soon)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ status: 200 });
  });

  it("covers the body of an error, and the openapi-fetch client", async () => {
    await using server = await localServer((_, response) => {
      response.writeHead(500, { "content-type": "application/json" }).write("{");
    });
    const http = transport(server.url, soon).http as unknown as {
      GET(path: string, init: object): Promise<unknown>;
    };
    await expect(http.GET("/things", {})).rejects.toBeInstanceOf(TimeoutError);
    await expect(http.GET("/things", { parseAs: "stream" })).rejects.toBeInstanceOf(TimeoutError);
  });

  it("of the call as a whole covers the reading of a stream that stalls", async () => {
    const { send } = transport("http://localhost");
    const clip = { stream: new ReadableStream<Uint8Array>(), size: 8 };
    const error = await send(upload, {}, { clip }, { totalTimeoutMs: 50 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ method: "POST", path: "/things/upload", timeoutMs: 50 });
    const giveUp = new AbortController();
    const stalled = { clip: { ...clip, stream: new ReadableStream<Uint8Array>() } };
    const call = send(upload, {}, stalled, { signal: giveUp.signal, totalTimeoutMs: 60_000 });
    giveUp.abort("enough");
    await expect(call).rejects.toBe("enough");
  });

  it("works even over a fetch that ignores its signal", async () => {
    const deaf = (): Promise<Response> => new Promise(() => undefined);
    const { send } = transport("http://localhost", { fetch: deaf });
    await expect(send(get, { id: "7" }, undefined, soon)).rejects.toBeInstanceOf(TimeoutError);
  });

  it("leaves no timer behind once the body was read", async () => {
    await using server = await localServer((_, response) => json(response, 200, {}));
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    await transport(server.url, { timeoutMs: 3_600_000 }).send(get, { id: "7" }, undefined, {});
    await transport(server.url, { timeoutMs: 3_600_000 }).send(create, {}, {}, {});
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it.each([0, -1, Number.NaN, "50" as never])(
    "of %s ms is refused at once, for a client and for a call",
    async (timeoutMs) => {
      expect(() => transport("http://localhost", { timeoutMs })).toThrow(InvalidArgumentError);
      await expect(
        transport("http://localhost").send(get, { id: "1" }, undefined, { timeoutMs }),
      ).rejects.toBeInstanceOf(InvalidArgumentError);
    },
  );

  it.each([Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])(
    "of %d ms does not end at once",
    async (timeoutMs) => {
      await using server = await localServer((_, response) => setTimeout(() => json(response, 200, {}), 30));
      expect(await transport(server.url, { timeoutMs }).send(get, { id: "1" }, undefined, {})).toEqual({});
    },
  );

  it.each([
    ["an empty answer", "GET", { "content-length": "0" }],
    ["an answer without a length", "GET", {}],
  ])("leaves no timer that keeps the process after %s", async (_, __, headers) => {
    await using server = await localServer((___, response) => response.writeHead(500, headers).end());
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    await transport(server.url, { timeoutMs: 3_600_000 })
      .send(get, { id: "7" }, undefined, {})
      .catch(() => undefined);
    expect(timers()).toBeLessThanOrEqual(before);
  });
});

describe("the caller's signal", () => {
  it("ends the call with its own reason", async () => {
    await using server = await localServer(() => undefined);
    const controller = new AbortController();
    const reason = new Error("the user went away");
    const call = transport(server.url).send(get, { id: "7" }, undefined, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 20);
    await expect(call).rejects.toBe(reason);
  });

  it("ends a stalled body too", async () => {
    const controller = new AbortController();
    await using server = await localServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).write("{");
      setTimeout(() => controller.abort(), 20);
    });
    const call = transport(server.url).send(get, { id: "7" }, undefined, { signal: controller.signal });
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
  });

  it("that is already aborted sends nothing", async () => {
    await using server = await localServer((_, response) => json(response, 200, {}));
    await expect(
      transport(server.url).send(get, { id: "7" }, undefined, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ name: "AbortError" });
    expect(server.seen).toEqual([]);
  });
});

describe("a broken connection", () => {
  it("is a ConnectionError when nobody listens", async () => {
    const server = await localServer(() => undefined);
    await server[Symbol.asyncDispose]();
    const error = await transport(server.url)
      .send(get, { id: "7" }, undefined, {})
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({
      method: "GET",
      path: "/things/7",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it("is a ConnectionError when the server hangs up", async () => {
    await using server = await localServer((_, response) => response.destroy());
    await expect(transport(server.url).send(create, {}, {}, {})).rejects.toBeInstanceOf(ConnectionError);
  });
});

it.each([0, -1, Number.NaN, "5" as never, null as never])("%j is no number of milliseconds above 0", (ms) => {
  expect(() => checkTimeout(ms)).toThrow("timeoutMs must be a number of milliseconds above 0.");
  expect(() => checkTimeout(ms, "pollMs")).toThrow("pollMs must be a number of milliseconds above 0.");
});

describe("the layer by itself", () => {
  const place = { method: "GET", path: "/a" };
  const through = (fetch: Fetch, call: Partial<CallContext> = {}, method = "GET") => {
    const context = {
      place,
      timeoutMs: 50,
      signal: null,
      redact: redacting(["sk"]),
      reads: "text",
      tell: null,
      ...call,
    } as CallContext;
    const request = { method, call: context } as Outgoing;
    return withTimeout(fetch, virtualClock())(request);
  };
  const answer = (body: BodyInit | null = "text", init: ResponseInit = {}) => new Response(body, init);

  it("reads a text or bytes ahead, and the text of bytes too", async () => {
    const text = await through(async () => answer("a"), { reads: "text" });
    expect([await text.text(), await text.text()]).toEqual(["a", "a"]);
    expect(await text.blob()).toBeNull();
    const blob = await through(async () => answer("b"), { reads: "blob" });
    expect([await (await blob.blob()).text(), await blob.text()]).toEqual(["b", "b"]);
  });

  it("reads a whole response, which says all it said", async () => {
    const given = answer("a", { status: 201, statusText: "Made", headers: { "x-a": "1" } });
    const read = await through(async () => given, { reads: "response" });
    expect(given.bodyUsed).toBe(true);
    expect([read.status, read.statusText, read.headers.get("x-a"), await read.text()]).toEqual([
      201,
      "Made",
      "1",
      "a",
    ]);
  });

  it("leaves a stream alone, but not a failure's", async () => {
    const stream = answer("a");
    expect(await through(async () => stream, { reads: "stream" })).toBe(stream);
    expect(stream.bodyUsed).toBe(false);
    const failure = answer("b", { status: 500 });
    const read = await through(async () => failure, { reads: "stream" });
    expect([failure.bodyUsed, read.status, await read.text()]).toEqual([true, 500, "b"]);
  });

  it.each([
    ["no body", answer(null, { status: 204 }), "GET"],
    ["the answer to a HEAD", answer("a"), "HEAD"],
  ])("has nothing to read of %s", async (_, given, method) => {
    for (const reads of ["text", "blob", "response"] as const) {
      expect(await through(async () => given, { reads }, method)).toBe(given);
      expect(given.bodyUsed).toBe(false);
      expect(Object.hasOwn(given, "text")).toBe(false);
    }
  });

  it("tells when it is sent, and when all is there", async () => {
    const told: unknown[][] = [];
    const tell = ((...all: unknown[]) => told.push(all)) as unknown as CallContext["tell"];
    await through(async () => answer("a", { status: 404 }), { tell });
    expect(told.map(([name, , more]) => [name, more])).toEqual([
      ["onRequest", {}],
      ["onResponse", { status: 404, durationMs: 0 }],
    ]);
  });

  it("says what became of a request that got no answer, or half of one, without the key", async () => {
    const none = await through(() => Promise.reject(new Error("no sk"))).catch((thrown: unknown) => thrown);
    expect(none).toBeInstanceOf(ConnectionError);
    expect(none).toMatchObject({ message: "GET /a: no answer came (no [redacted]).", ...place });
    const broken = new ReadableStream({ pull: (body) => body.error(new Error("cut sk")) });
    const half = await through(async () => answer(broken)).catch((thrown: unknown) => thrown);
    expect(half).toBeInstanceOf(UnexpectedResponseError);
    expect(half).toMatchObject({
      message: "GET /a: 200 the answer broke off (cut [redacted])",
      sample: "",
      cause: { message: "cut [redacted]" },
    });
    const own = new ApiError("own");
    expect(await through(() => Promise.reject(own)).catch((thrown: unknown) => thrown)).toBe(own);
  });
});
