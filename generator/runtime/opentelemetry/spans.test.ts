import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { api, get, key, list, ping, transport, virtual } from "../../testing/example-api.js";
import { json, localServer } from "../../testing/local-server.js";
import { spansOf, type WithSpans } from "./spans.js";

const exporter = new InMemorySpanExporter();
const withSpans: WithSpans = (fetch) => spansOf({ scope: "parcels-client", api })(fetch);

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  );
  propagation.setGlobalPropagator({
    inject: (active, carrier, { set }) => {
      const span = trace.getSpanContext(active);
      if (span) set(carrier, "traceparent", `00-${span.traceId}-${span.spanId}-01`);
    },
    extract: (active) => active,
    fields: () => ["traceparent"],
  });
});
beforeEach(() => exporter.reset());
afterAll(() => {
  trace.disable();
  context.disable();
  propagation.disable();
});

const spans = (): ReadableSpan[] => exporter.getFinishedSpans();

test("a call's attempt is a span, named by the template, below the caller's own", async () => {
  await using server = await localServer((_, response) => json(response, 200, []));
  const { send } = transport(server.url, { fetch: withSpans() });
  const parent = trace.getTracer("test").startSpan("parent");
  await context.with(trace.setSpan(context.active(), parent), () =>
    send(list, {}, { state: "secret-in-query" }, undefined),
  );
  const [span] = spans();
  expect(spans()).toHaveLength(1);
  expect(span).toMatchObject({
    name: "GET /things",
    kind: SpanKind.CLIENT,
    instrumentationScope: { name: "parcels-client" },
    parentSpanContext: { spanId: parent.spanContext().spanId },
    status: { code: SpanStatusCode.UNSET },
  });
  expect(span?.attributes).toEqual({
    "http.request.method": "GET",
    "http.response.status_code": 200,
    "server.address": "127.0.0.1",
    "server.port": Number(new URL(server.url).port),
    "url.full": `${server.url}/things`,
    "url.template": "/things",
  });
  expect(server.seen[0]?.headers["traceparent"]).toContain(span?.spanContext().spanId);
  expect(server.seen[0]?.headers["x-example-key"]).toBe(key);
});

test("a refusal is an error of its status", async () => {
  await using server = await localServer((_, response) => json(response, 404, { message: "no" }));
  const { send } = transport(server.url, { fetch: withSpans() });
  await expect(send(get, { id: "a" }, undefined, undefined)).rejects.toMatchObject({ status: 404 });
  expect(spans()[0]).toMatchObject({
    name: "GET /things/{id}",
    status: { code: SpanStatusCode.ERROR },
    attributes: { "error.type": "404", "http.response.status_code": 404 },
  });
});

test("what is thrown is recorded without the key", async () => {
  const failing = withSpans(async () => {
    throw new TypeError(`fetch failed with ${key}`);
  });
  const { send } = transport("https://api.example.com", { fetch: failing });
  await expect(send(get, { id: "a" }, undefined, undefined)).rejects.toThrow(/no answer/);
  const [span] = spans();
  expect(span?.attributes["error.type"]).toBe("TypeError");
  expect(span?.events[0]?.attributes?.["exception.message"]).toBe("fetch failed with [redacted]");
  expect(JSON.stringify([span?.events, span?.attributes, span?.status])).not.toContain(key);
});

test("a followed redirect is a further attempt of the same call", async () => {
  await using server = await localServer((request, response) => {
    if (request.url === "/things/a") response.writeHead(302, { location: "/things/b" }).end();
    else json(response, 200, {});
  });
  const { send } = transport(server.url, { fetch: withSpans() });
  await send(get, { id: "a" }, undefined, undefined);
  expect(spans().map(({ name }) => name)).toEqual(["GET /things/{id}", "GET /things/{id}"]);
  expect(spans().map(({ attributes }) => attributes["http.request.resend_count"])).toEqual([undefined, 1]);
});

test("a request that the client sends elsewhere takes no trace along", async () => {
  await using elsewhere = await localServer((_, response) => json(response, 200, {}));
  const { http } = transport("https://api.example.com", { fetch: withSpans() });
  await (http as unknown as { GET: (path: string, init: object) => Promise<unknown> }).GET("/things/{id}", {
    baseUrl: elsewhere.url,
    params: { path: { id: "a" } },
  });
  expect(elsewhere.seen[0]?.headers).not.toHaveProperty("traceparent");
  expect(elsewhere.seen[0]?.headers).not.toHaveProperty("x-example-key");
  expect(spans()).toHaveLength(1);
});

test.each([
  ["a text", (url: string) => [`${url}/x?token=1`, { method: "post", body: "b" }] as const, "POST"],
  ["a request", (url: string) => [new Request(`${url}/x?token=1`)] as const, "GET"],
])("%s that is not the client's has the method for a name", async (_, make, name) => {
  await using server = await localServer((_, response) => json(response, 200, {}));
  const [input, init] = make(server.url);
  await withSpans()(input, init);
  expect(server.seen[0]).toMatchObject({ url: "/x?token=1", method: name });
  expect(server.seen[0]?.headers).not.toHaveProperty("traceparent");
  expect(spans()[0]?.name).toBe(name);
  expect(JSON.stringify(spans()[0]?.attributes)).not.toContain("token");
});

const answering = (status = 200) => withSpans(async () => new Response(null, { status }));

test.each([
  ["https://a.example/x?y#z", "https://a.example/x", 443],
  ["http://u:p@a.example/x", "http://a.example/x", 80],
  ["https://a.example:8443/", "https://a.example:8443/", 8443],
])("%s is a place", async (url, full, port) => {
  for (const input of [url, new URL(url)]) await answering()(input);
  const place = { "server.address": "a.example", "server.port": port, "url.full": full };
  const attributes = { "http.request.method": "GET", "http.response.status_code": 200, ...place };
  expect(spans().map((span) => span.attributes)).toEqual([attributes, attributes]);
});

test("what is relative to a page has no place", async () => {
  await answering()("/x");
  expect(spans()[0]?.attributes).toEqual({ "http.request.method": "GET", "http.response.status_code": 200 });
});

test.each([
  ["PURGE", "HTTP", "_OTHER"],
  ["patch", "PATCH", "PATCH"],
])("the method %s makes the name %s", async (method, name, known) => {
  await answering()("https://a.example/", { method });
  expect(spans()[0]).toMatchObject({ name, attributes: { "http.request.method": known } });
});

test.each([
  [399, undefined, SpanStatusCode.UNSET],
  [400, "400", SpanStatusCode.ERROR],
])("the status %d", async (status, type, code) => {
  await answering(status)("https://a.example/");
  expect(spans()[0]?.attributes["error.type"]).toBe(type);
  expect(spans()[0]?.status).toEqual({ code });
});

test.each([
  ["an error", new RangeError(`with ${key}`), "RangeError"],
  ["anything", key, "_OTHER"],
])("of %s that another's request throws only the name is kept", async (_, thrown, type) => {
  const failing = withSpans(() => Promise.reject(thrown));
  await expect(failing("https://a.example/")).rejects.toBe(thrown);
  expect(spans()[0]).toMatchObject({
    attributes: { "error.type": type },
    status: { code: SpanStatusCode.ERROR },
    events: [{ name: "exception" }],
  });
  expect(spans()[0]?.events[0]?.attributes).toEqual({ "exception.type": type });
});

test("what the client's own request throws is kept with where it was thrown", async () => {
  const failing = withSpans(() => Promise.reject(Object.assign(new Error("m"), { stack: `at ${key}` })));
  await transport("https://api.example.com", { fetch: failing })
    .send(get, { id: "a" }, undefined, undefined)
    .catch(() => undefined);
  expect(spans()[0]?.events[0]?.attributes).toMatchObject({ "exception.stacktrace": "at [redacted]" });
  expect(spans()[0]?.status.code).toBe(SpanStatusCode.ERROR);
});

test.each([
  ["the API's origin", {}, "https://api.example.com", true],
  ["an operation's own", { baseUrl: "https://files.example" }, undefined, true],
  ["no origin that the contract names", {}, "https://other.example", false],
])("a call without a key takes the trace along to %s", async (_, fields, baseUrl, want) => {
  const sent: Headers[] = [];
  const fetch = withSpans(async (_input, init) => {
    sent.push(new Headers(init?.headers));
    return new Response("pong");
  });
  const operation = { ...ping, ...fields };
  const { send, run } = virtual([], { fetch, operation, ...(baseUrl && { baseUrl }), apiKey: "" });
  await run(send(operation, {}, undefined, undefined));
  expect(sent[0]?.has("traceparent")).toBe(want);
});

test("the trace is added to the request's own headers, or to those given beside it", async () => {
  const sent: Headers[] = [];
  const inner = withSpans(async (_input, init) => {
    sent.push(new Headers(init?.headers));
    return Response.json({});
  });
  const { send } = transport("https://api.example.com", { fetch: inner });
  await send(get, { id: "a" }, undefined, { headers: { "x-a": "1" } });
  const beside = transport("https://api.example.com", {
    fetch: (input, init) => inner(input, { ...init, headers: { "x-b": "2" } }),
  });
  await beside.send(get, { id: "a" }, undefined, undefined);
  expect([sent[0]?.get("x-a"), sent[0]?.get("x-example-key"), sent[0]?.has("traceparent")]).toEqual([
    "1",
    key,
    true,
  ]);
  expect([...(sent[1]?.keys() ?? [])]).toEqual(["traceparent", "x-b"]);
});

test("without an SDK the call is as it would be without spans", async () => {
  trace.disable();
  await using server = await localServer((_, response) => json(response, 200, { id: 1 }));
  const { send } = transport(server.url, { fetch: spansOf({ scope: "none", api })() });
  expect(await send(get, { id: "a" }, undefined, undefined)).toEqual({ id: 1 });
  expect(spans()).toEqual([]);
});
