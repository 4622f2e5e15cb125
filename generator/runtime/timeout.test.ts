import { describe, expect, it } from "vitest";
import { create, get, transport, upload, virtual } from "../testing/example-api.js";
import { json, localServer } from "../testing/local-server.js";
import { ConnectionError, InvalidArgumentError, TimeoutError } from "./errors.js";

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
