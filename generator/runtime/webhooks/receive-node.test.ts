import { EventEmitter } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { describe, expect, test } from "vitest";
import { body, headerOf, type ParcelEvent, secret, verify } from "../../testing/example-webhooks.js";
import type { HandlerOptions } from "./receive.js";
import { nodeHandling } from "./receive-node.js";

const handleNode = nodeHandling<ParcelEvent>(verify);

interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly events: ParcelEvent[];
  readonly errors: unknown[];
  /** Calls of the handler that have ended. */
  ended: number;
}

/** A server of Node's with the handler behind what a framework may do first. */
async function receiver({
  options = {},
  before = async () => undefined,
  onEvent = () => undefined,
}: {
  options?: HandlerOptions;
  before?: (request: IncomingMessage & { body?: unknown; rawBody?: unknown }) => Promise<unknown>;
  onEvent?: (event: ParcelEvent) => unknown;
} = {}): Promise<Receiver> {
  const events: ParcelEvent[] = [];
  const errors: unknown[] = [];
  const handle = handleNode(
    secret,
    (event) => {
      events.push(event);
      return onEvent(event);
    },
    {
      onError: (error) => errors.push(error),
      ...options,
    },
  );
  const listener: RequestListener = async (request, response) => {
    await before(request);
    await handle(request, response);
    made.ended += 1;
  };
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const made: Receiver = {
    port,
    url: `http://127.0.0.1:${port}/hooks`,
    events,
    errors,
    ended: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return made;
}

async function post(
  url: string,
  given: RequestInit = {},
): Promise<{ status: number; text: string; headers: Headers }> {
  const headers = { "parcel-signature": headerOf() };
  const response = await fetch(url, { method: "POST", body, headers, ...given });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

async function allOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What the server answers to this, until it closes the connection. */
async function converse(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(text);
  const seen: Buffer[] = [];
  for await (const chunk of socket) seen.push(chunk as Buffer);
  return String(Buffer.concat(seen));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("a body that a framework has left, read or kept", () => {
  test.each<[string, NonNullable<Parameters<typeof receiver>[0]>["before"]]>([
    ["left", async () => undefined],
    [
      "left, with an empty object where the body would be",
      async (request) => Object.assign(request, { body: {} }),
    ],
    ["left, and to be text", async (request) => request.setEncoding("utf8")],
    ["read as bytes", async (request) => Object.assign(request, { body: await allOf(request) })],
    ["read as text", async (request) => Object.assign(request, { body: String(await allOf(request)) })],
    [
      "parsed, and kept",
      async (request) => {
        const rawBody = await allOf(request);
        Object.assign(request, { rawBody, body: JSON.parse(String(rawBody)) });
      },
    ],
  ])("%s", async (_, before) => {
    await using server = await receiver({ ...(before && { before }) });
    expect(await post(server.url)).toMatchObject({ status: 200, text: "" });
    expect(server.events).toMatchObject([{ type: "parcelSent", payload: { id: "p-1" } }]);
    expect(server.errors).toEqual([]);
  });

  test.each<[string, (request: IncomingMessage) => Promise<unknown>]>([
    ["parsed", async (request) => Object.assign(request, { body: JSON.parse(String(await allOf(request))) })],
    ["swallowed", allOf],
  ])("%s: the error says what to do", async (_, before) => {
    await using server = await receiver({ before });
    const { status, text } = await post(server.url);
    expect([status, JSON.parse(text)]).toEqual([500, { reason: "body-already-read" }]);
    expect(String(server.errors[0])).toMatch(/express\.raw/);
    expect(server.events).toEqual([]);
  });

  test("the limit holds for a body that was kept too", async () => {
    const before = async (request: IncomingMessage) => Object.assign(request, { body: await allOf(request) });
    await using server = await receiver({ before, options: { maxBytes: 5 } });
    expect((await post(server.url)).status).toBe(413);
  });
});

describe("requests that are not as they should be", () => {
  test.each<[string, RequestInit, number, string]>([
    ["no signature", { headers: {} }, 401, "missing-signature"],
    ["another body's", { body: "{}" }, 401, "signature-mismatch"],
    ["no JSON", { body: "x", headers: { "parcel-signature": headerOf("x") } }, 400, "malformed-payload"],
    ["PUT", { method: "PUT" }, 405, "method-not-allowed"],
  ])("%s", async (_, given, status, reason) => {
    await using server = await receiver();
    const answer = await post(server.url, given);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([status, { reason }]);
    expect(answer.headers.get("allow")).toBe(status === 405 ? "POST" : null);
    expect(server.events).toEqual([]);
  });

  test("the header twice, which Node joins", async () => {
    await using server = await receiver();
    const value = headerOf();
    const status = await new Promise((resolve, reject) => {
      const headers = { "Parcel-Signature": [value, value] };
      httpRequest(server.url, { method: "POST", headers }, (response) =>
        resolve(response.resume().statusCode),
      )
        .on("error", reject)
        .end(body);
    });
    expect(status).toBe(200);
  });

  test("too large by its own word: answered before any of it came", async () => {
    await using server = await receiver();
    const answer = await converse(
      server.port,
      "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1048577\r\nparcel-signature: t\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close[\s\S]*body-too-large/);
  });

  test("too large without a word of it before: answered, and the connection closed", async () => {
    await using server = await receiver({ options: { maxBytes: 1000 } });
    const chunks = `190\r\n${"x".repeat(400)}\r\n`.repeat(3);
    const answer = await converse(
      server.port,
      `POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\nparcel-signature: t\r\n\r\n${chunks}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close[\s\S]*body-too-large/);
    expect(server.events).toEqual([]);
  });

  test("a body that never comes to its end", async () => {
    await using server = await receiver({ options: { timeoutMs: 60 } });
    const answer = await converse(
      server.port,
      "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\nparcel-signature: t\r\n\r\n{",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*connection: close[\s\S]*body-too-slow/);
    expect(server.errors).toMatchObject([{ reason: "body-too-slow" }]);
  });

  test("a client that goes away in the middle: the handler ends, and the server lives", async () => {
    await using server = await receiver();
    const socket = connect(server.port, "127.0.0.1");
    socket.write(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\nparcel-signature: t\r\n\r\n{`);
    await new Promise((resolve) => setTimeout(resolve, 30));
    socket.resetAndDestroy();
    await until(() => server.ended === 1);
    expect(server.errors).toMatchObject([{ reason: "body-cut-off" }]);
    expect(server.events).toEqual([]);
    expect((await post(server.url)).status).toBe(200);
  });

  test("a client that was gone before the handler came", async () => {
    const before = (request: IncomingMessage) =>
      new Promise<void>((resolve) => request.once("close", resolve));
    await using server = await receiver({ before });
    const socket = connect(server.port, "127.0.0.1");
    socket.write(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{`);
    await new Promise((resolve) => setTimeout(resolve, 30));
    socket.destroy();
    await until(() => server.ended === 1);
    expect(server.errors).toMatchObject([{ reason: "body-cut-off" }]);
  });

  test.each<[string, HandlerOptions, readonly string[]]>([
    ["read", {}, ["data", "end"]],
    ["too large", { maxBytes: 3 }, ["data"]],
    ["too slow", { timeoutMs: 10 }, []],
    ["cut off", {}, ["data", "close"]],
    ["broken", {}, ["error"]],
  ])("no listener stays behind: %s", async (_, options, happens) => {
    const headers = { "parcel-signature": headerOf() };
    const fields = { method: "POST", headers, readableEnded: false, destroyed: false };
    const request = Object.assign(new EventEmitter(), fields);
    const response = { statusCode: 0, headersSent: false, setHeader: () => undefined, end: () => undefined };
    const handled = handleNode(secret, () => undefined, options)(request, response);
    const expected = ["close", "data", "end", "error"];
    expect(request.eventNames().sort()).toEqual(expected);
    for (const event of happens) request.emit(event, event === "data" ? Buffer.from(body) : undefined);
    await handled;
    expect(request.eventNames()).toEqual([]);
  });
});

test("what onEvent throws is a 500, and the connection can be used again", async () => {
  let failing = true;
  await using server = await receiver({
    onEvent: () => {
      if (failing) throw new Error("full disk");
    },
  });
  const { status, text } = await post(server.url);
  expect([status, JSON.parse(text)]).toEqual([500, { reason: "not-processed" }]);
  expect(server.errors).toMatchObject([{ message: "full disk" }]);
  failing = false;
  expect((await post(server.url)).status).toBe(200);
});

test("without onError nothing is thrown at the server", async () => {
  const handle = handleNode(secret, () => Promise.reject(new Error("full disk")));
  const server = createServer(handle);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  try {
    expect((await post(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).status).toBe(500);
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

test("many at once", async () => {
  await using server = await receiver();
  const texts = Array.from({ length: 100 }, (_, index) => `{"id":"${index}","weight":1}`);
  const answers = await Promise.all(
    texts.map((text) => post(server.url, { body: text, headers: { "parcel-signature": headerOf(text) } })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(server.events.map(({ payload }) => JSON.stringify(payload)).sort()).toEqual(texts.sort());
});
