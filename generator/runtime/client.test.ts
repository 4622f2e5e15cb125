import { afterEach, describe, expect, it, vi } from "vitest";
import { api, create, get, key, list, operations, ping, upload } from "../testing/example-api.js";
import { type CallInit, type ClientOptions, createTransport } from "./client.js";
import type { ApiDescriptor, OperationDescriptor } from "./descriptors.js";
import { TimeoutError } from "./errors.js";
import type { CallContext } from "./fetch.js";
import { memoryLimits } from "./memory-limits.js";

afterEach(() => vi.unstubAllGlobals());

type Verb = (path: string, init?: CallInit | object) => Promise<{ data?: unknown; error?: unknown }>;
interface Http {
  readonly GET: Verb;
  readonly POST: Verb;
  readonly PUT: Verb;
  readonly request: (method: string, path: string, init?: object) => ReturnType<Verb>;
  use(...middleware: object[]): void;
}

/** A client whose `fetch` writes down what it is given. */
function client(
  options: ClientOptions = {},
  {
    own = api,
    known = operations,
  }: { own?: ApiDescriptor; known?: Record<string, OperationDescriptor> } = {},
  answer: (request: Request) => Response | Promise<Response> = () => Response.json({ id: "1" }),
) {
  const sent: Request[] = [];
  const fetch = async (input: RequestInfo | URL) => {
    sent.push((input as Request).clone());
    return answer(input as Request);
  };
  const { http, send } = createTransport(own, known, { apiKey: key, maxRetries: 0, fetch, ...options });
  const calls: CallContext[] = [];
  const onCall = (call: CallContext) => calls.push({ ...call });
  return { http: http as unknown as Http, send, sent, calls, onCall };
}

describe("options that are none", () => {
  const make = (options: object) => () => createTransport(api, operations, options);
  const address = "baseUrl must be an http(s) address without a query, such as https://api.example.com.";
  it.each([
    [{ fetch: "fetch" }, "fetch must be a function."],
    [{ fetch: null }, "fetch must be a function."],
    [{ plan: "huge" }, "There is no such plan; there are small, large, custom."],
    [{ plan: "toString" }, "There is no such plan; there are small, large, custom."],
    [{ concurrency: 0 }, "concurrency must be a number of jobs, 1 or more."],
    [{ concurrency: Number.NaN }, "concurrency must be a number of jobs, 1 or more."],
    [{ maxRetries: -1 }, "maxRetries must be a whole number, 0 or more."],
    [{ maxRetries: 0.5 }, "maxRetries must be a whole number, 0 or more."],
    [{ timeoutMs: 0 }, "timeoutMs must be a number of milliseconds above 0."],
    [{ timeoutMs: "5" }, "timeoutMs must be a number of milliseconds above 0."],
    [{ totalTimeoutMs: -1 }, "totalTimeoutMs must be a number of milliseconds above 0."],
    [{ baseUrl: "api.example.com" }, address],
    [{ baseUrl: "ftp://a.example" }, address],
    [{ baseUrl: "xhttp://a.example" }, address],
    [{ baseUrl: "https-x://a.example" }, address],
    [{ baseUrl: "https://a.example/?" }, address],
    [{ baseUrl: "https://a.example/#" }, address],
    [{ baseUrl: "https://u@a.example" }, "baseUrl must not hold a user name or a password."],
    [{ baseUrl: "https://:p@a.example" }, "baseUrl must not hold a user name or a password."],
  ])("%j", (options, message) => {
    expect(make(options)).toThrow(message);
  });

  it.each([
    { concurrency: 1 },
    { concurrency: 1.5 },
    { plan: "custom" },
    { maxRetries: 0 },
    { timeoutMs: 0.1 },
  ])("but %j are some", (options) => {
    expect(make(options)).not.toThrow();
  });
});

describe("an address", () => {
  it.each([
    ["http://a.example", "http://a.example/things/1"],
    ["https://a.example///", "https://a.example/things/1"],
    ["https://a.example/v1/", "https://a.example/v1/things/1"],
    ["HTTPS://A.example:443/v 1//x//", "https://a.example/v%201//x/things/1"],
  ])("%s is called at %s", async (baseUrl, want) => {
    const { send, sent } = client({ baseUrl });
    await send(get, { id: "1" }, undefined, undefined);
    expect(sent[0]?.url).toBe(want);
  });

  it("of an operation is called, but not where the caller has said where", async () => {
    const known = { ping: { ...ping, baseUrl: "https://files.example/v1/" } };
    const { http, sent, calls, onCall } = client({}, { known });
    await http.GET("/ping", { onCall });
    expect(sent[0]?.url).toBe("https://files.example/v1/ping");
    expect(calls[0]?.keyOrigin).toBe("https://files.example");
    const other = client({ baseUrl: "https://own.example" }, { known });
    await other.http.GET("/ping", { onCall: other.onCall });
    expect(other.sent[0]?.url).toBe("https://own.example/ping");
    expect(other.calls[0]?.keyOrigin).toBe("https://own.example");
  });
});

describe("the key", () => {
  const bearer = { ...api, auth: { header: "Authorization", prefix: "Bearer " } };
  const get2 = { ...get, auth: bearer.auth };
  const keyOf = async (options: ClientOptions, own = bearer, operation: OperationDescriptor = get2) => {
    const { send, sent } = client({ apiKey: undefined, ...options }, { own, known: { get: operation } });
    await send(operation, { id: "1" }, undefined, undefined);
    return sent[0]?.headers.get(own.auth?.header ?? "authorization");
  };

  it("may be among the client's headers, with its prefix", async () => {
    expect(await keyOf({ headers: { authorization: "Bearer sk-header" } })).toBe("Bearer sk-header");
    expect(await keyOf({ headers: [["AUTHORIZATION", "Bearer sk-header"]], apiKey: "sk-option" })).toBe(
      "Bearer sk-option",
    );
  });

  it("is none without its prefix, and the header stays what it was", async () => {
    expect(await keyOf({ headers: { authorization: "Basic abc" } })).toBe("Basic abc");
  });

  it("is not looked for where the API takes none", async () => {
    const own = { ...api, auth: null };
    const { http, sent } = client({ headers: { authorization: "Bearer x" } }, { own });
    await http.GET("/other");
    expect(sent[0]?.headers.get("authorization")).toBe("Bearer x");
  });

  it.each([
    [{ "X-Example-Key": "sk-own" }, "[redacted] [redacted]"],
    [new Headers({ "x-example-key": "sk-own" }), "[redacted] [redacted]"],
    [{ "x-example-key": "" }, "[redacted] sk-own"],
    [{ "x-example-key": 5 }, "[redacted] sk-own"],
    [{ "x-other": "sk-own" }, "[redacted] sk-own"],
    [null, "[redacted] sk-own"],
    [undefined, "[redacted] sk-own"],
  ])("of a call's own headers %j is struck out too", async (headers, want) => {
    const { http, calls, onCall } = client();
    await http.GET("/things", { headers, onCall });
    expect(calls[0]?.redact.text(`${key} sk-own`)).toBe(want);
  });

  it("and what stands in its header are struck out, key or not", async () => {
    for (const headers of [{ authorization: "Basic abc" }, new Headers({ Authorization: "Basic abc" })]) {
      const { http, calls, onCall } = client({ headers }, { own: bearer });
      await http.GET("/other", { onCall });
      expect(calls[0]?.redact.text(`Basic abc ${key}`)).toBe("[redacted] [redacted]");
    }
    const none = client({ apiKey: "" }, { own: { ...api, auth: null } });
    await none.http.GET("/other", { onCall: none.onCall });
    expect(none.calls[0]?.redact.text("a")).toBe("a");
  });

  it("is struck out without its prefix", async () => {
    const { http, calls, onCall } = client({}, { own: bearer, known: { get: get2 } });
    await http.GET("/things/{id}", {
      headers: { authorization: "Bearer sk-own" },
      params: { path: { id: 1 } },
      onCall,
    });
    expect(calls[0]?.redact.text(`sk-own ${key} Bearer`)).toBe("[redacted] [redacted] Bearer");
  });
});

describe("what a call knows", () => {
  it("by default", async () => {
    const { http, calls, onCall } = client({ maxRetries: undefined });
    await http.GET("/things?a=1", { onCall });
    expect(calls).toMatchObject([
      {
        operation: null,
        place: { method: "GET", path: "/things" },
        timeoutMs: 60_000,
        maxRetries: 2,
        signal: null,
        idempotencyKey: null,
        reads: "response",
        keyOrigin: "https://api.example.com",
        tell: null,
        attempt: 0,
      },
    ]);
  });

  it("by the client's options, and its own over those", async () => {
    const { http, calls, onCall } = client({ timeoutMs: 5_000, maxRetries: 4 });
    await http.GET("/things", { onCall });
    const { signal } = new AbortController();
    await http.GET("/things", { onCall, timeoutMs: 7_000, maxRetries: 0, signal });
    expect(calls).toMatchObject([
      { timeoutMs: 5_000, maxRetries: 4 },
      { timeoutMs: 7_000, maxRetries: 0, signal },
    ]);
    expect(calls[0]?.operation).toBe(list);
    await expect(http.GET("/things", { timeoutMs: -1 })).rejects.toThrow("timeoutMs must be");
    await expect(http.GET("/things", { totalTimeoutMs: -1 })).rejects.toThrow("totalTimeoutMs must be");
    await expect(http.GET("/things", { maxRetries: -1 })).rejects.toThrow("maxRetries must be");
  });

  it("how its answer is read", async () => {
    const { http, calls, onCall } = client();
    const nothing = { onRequest: () => undefined };
    await http.GET("/things", { onCall, reads: "text", parseAs: "text" });
    await http.GET("/things", { onCall, parseAs: "stream" });
    await http.GET("/things", { onCall, reads: "blob", parseAs: "blob", middleware: [nothing] });
    http.use(nothing);
    await http.GET("/things", { onCall, reads: "text", parseAs: "text" });
    expect(calls.map(({ reads }) => reads)).toEqual(["text", "stream", "response", "response"]);
  });

  it("a total time, of the client's or its own", async () => {
    const never = () => new Promise<Response>(() => undefined);
    const { http } = client({ totalTimeoutMs: 5 }, {}, never);
    const error = await http.GET("/things").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ timeoutMs: 5, method: "GET", path: "/things", status: null });
    await expect(client({}, {}, never).http.GET("/things", { totalTimeoutMs: 6 })).rejects.toMatchObject({
      timeoutMs: 6,
    });
  });
});

describe("a request", () => {
  it("carries a key of one intent, the caller's or one of its own", async () => {
    const { http, sent, calls, onCall } = client();
    await http.POST("/things", { body: {}, headers: { "idempotency-key": "own" }, onCall });
    await http.POST("/things", { body: {}, onCall });
    expect(sent[0]?.headers.get("idempotency-key")).toBe("own");
    expect(calls[0]?.idempotencyKey).toBe("own");
    expect(calls[1]?.idempotencyKey).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
    expect(sent[1]?.headers.get("idempotency-key")).toBe(calls[1]?.idempotencyKey);
    vi.stubGlobal("crypto", { getRandomValues: (array: Uint32Array) => array.fill(7) });
    await http.POST("/things", { body: {}, onCall });
    expect(calls[2]?.idempotencyKey).toBe("7-7-7-7");
  });

  it("asks for what the contract answers with, unless the caller asks for something", async () => {
    const { http, sent } = client();
    await http.GET("/things");
    await http.GET("/things", { headers: { accept: "a/b" } });
    await http.GET("/other");
    expect(sent.map(({ headers }) => headers.get("accept"))).toEqual(["application/json", "a/b", null]);
  });

  const raw = (mediaType: string): OperationDescriptor => ({
    ...create,
    body: { mediaType, encoding: "raw", required: true, parts: [] },
  });
  it.each([
    [create, { a: 1 }, {}, "application/json"],
    [raw("text/csv"), "a,b", {}, "text/csv"],
    [raw("text/csv"), new Blob(["a"]), {}, "text/csv"],
    [raw("text/csv"), new Blob(["a"], { type: "a/b" }), {}, "a/b"],
    [raw("image/*"), new Blob(["a"]), {}, "application/octet-stream"],
    [raw("text/csv"), "a,b", { "Content-Type": "c/d" }, "c/d"],
    [upload, { label: "a" }, {}, expect.stringMatching(/^multipart\/form-data; boundary=form/)],
  ])("has the type of its body: %#", async (operation, body, headers, want) => {
    const { http, sent } = client({}, { known: { it: operation } });
    await http.POST(operation.path, { body, headers });
    expect(sent[0]?.headers.get("content-type")).toEqual(want);
  });

  it("without a body has no type", async () => {
    const { http, sent } = client({}, { known: { it: raw("text/csv") } });
    await http.POST("/things");
    expect([sent[0]?.headers.get("content-type"), await sent[0]?.text()]).toEqual([null, ""]);
  });

  it("has files of whatever kind, where the caller says so", async () => {
    const { http, sent } = client();
    const body = { clip: new Blob(["<p>"]) };
    await expect(http.POST("/things/upload", { body })).rejects.toThrow("clip must be video/mp4");
    await http.POST("/things/upload", { body, checkFileKinds: false });
    expect(sent).toHaveLength(1);
  });

  it("has its query and path as the contract wants them", async () => {
    const { http, sent } = client({ baseUrl: "https://api.example.com/v1" });
    await http.GET("/things", { params: { query: { state: ["a", "b"], other: ["c", "d"] } } });
    await http.GET("/things/{id}", { params: { path: { id: "a/b" } } });
    expect(sent.map(({ url }) => url)).toEqual([
      "https://api.example.com/v1/things?state=a,b&other=c&other=d",
      "https://api.example.com/v1/things/a%2Fb",
    ]);
  });

  it("may have its method in any case, but none that nobody knows", async () => {
    const { http, sent, calls, onCall } = client();
    await http.request("get", "/things", { onCall });
    expect([sent[0]?.method, calls[0]?.operation]).toEqual(["GET", list]);
    await expect(http.request("PURGE", "/things")).rejects.toThrow(
      "There is no method PURGE; there are GET, PUT, POST, DELETE, OPTIONS, HEAD, PATCH, TRACE.",
    );
  });

  it("may go by a fetch of its own, below the same layers", async () => {
    const { http, sent } = client();
    const own: Request[] = [];
    const fetch = async (input: RequestInfo | URL) => {
      own.push(input as Request);
      return Response.json([]);
    };
    await http.GET("/things", { fetch });
    expect(sent).toEqual([]);
    expect(own[0]?.headers.get("x-example-key")).toBe(key);
  });

  it("goes through middleware whole, and may be sent again", async () => {
    let tries = 0;
    const { http, sent } = client({ maxRetries: 1 }, {}, () =>
      Response.json({}, { status: ++tries < 2 ? 429 : 200, headers: { "retry-after": "0" } }),
    );
    const seen: unknown[] = [];
    http.use({
      onRequest: ({ request }: { request: Request }) => {
        seen.push(request instanceof Request, request.method);
        return new Request(request, {
          headers: { "x-by": "middleware" },
          cache: "no-store",
          credentials: "omit",
        });
      },
    });
    await http.POST("/things", { body: { a: 1 } });
    expect(seen).toEqual([true, "POST"]);
    expect(sent).toHaveLength(2);
    for (const request of sent) {
      expect(await request.text()).toBe('{"a":1}');
      expect([request.headers.get("x-by"), request.cache, request.credentials]).toEqual([
        "middleware",
        "no-store",
        "omit",
      ]);
    }
  });

  it("without middleware keeps the platform's own settings too", async () => {
    const { http, sent } = client();
    await http.GET("/things", { cache: "no-store" });
    expect(sent[0]?.cache).toBe("no-store");
  });
});

describe("limits", () => {
  const limited = { ...api, rateLimits: { one: { limit: 1, periodMs: 60_000 } } };
  const known = { list: { ...list, rateLimits: ["one"] } };
  const waits = async (options: ClientOptions): Promise<number> => {
    let count = 0;
    const giveUp = new AbortController();
    const onWait = () => {
      count++;
      giveUp.abort();
    };
    const { http } = client({ ...options, onWait }, { own: limited, known });
    for (let index = 0; index < 2; index++)
      await http.GET("/things", { signal: giveUp.signal }).catch(() => undefined);
    return count;
  };

  it("are kept to by default, and not where the caller says so", async () => {
    expect([await waits({}), await waits({ rateLimit: true }), await waits({ rateLimit: false })]).toEqual([
      1, 1, 0,
    ]);
  });

  it("may be shared", async () => {
    const rateLimit = memoryLimits();
    rateLimit.take({ name: "one", limit: 1, periodMs: 60_000 });
    expect(await waits({ rateLimit })).toBeGreaterThan(0);
  });
});
