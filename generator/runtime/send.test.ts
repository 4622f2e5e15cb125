import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  api,
  batch,
  create,
  get,
  key,
  list,
  ping,
  transport,
  update,
  upload,
} from "../testing/example-api.js";
import { json, localServer } from "../testing/local-server.js";
import { createTransport } from "./client.js";
import type { OperationDescriptor } from "./descriptors.js";
import * as errors from "./errors.js";
import type { CallContext } from "./fetch.js";
import { keyed, type RequestOptions, sending } from "./send.js";

const { HttpError, UnexpectedResponseError } = errors;

/** What a call throws. */
async function thrownBy(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => {
      throw new Error("nothing was thrown");
    },
    (error: unknown) => error,
  );
}

describe("a refusal", () => {
  it.each([
    [400, "BadRequestError"],
    [401, "AuthenticationError"],
    [402, "PaymentRequiredError"],
    [403, "PermissionDeniedError"],
    [404, "NotFoundError"],
    [409, "ConflictError"],
    [413, "PayloadTooLargeError"],
    [415, "UnsupportedMediaTypeError"],
    [418, "RefusalError"],
    [422, "UnprocessableContentError"],
    [429, "RateLimitError"],
    [500, "InternalServerError"],
    [502, "InternalServerError"],
    [503, "ServiceUnavailableError"],
  ] as const)("%i becomes %s", async (status, name) => {
    const body = { message: ["first", "second"], code: "some_code", request: "req-9" };
    await using server = await localServer((_, response) =>
      json(response, status, body, { "retry-after": "7" }),
    );
    const error = await thrownBy(transport(server.url).send(create, {}, {}, {}));
    expect(error).toBeInstanceOf(errors[name]);
    expect(error).toMatchObject({
      name,
      status,
      errorCode: "some_code",
      messages: ["first", "second"],
      requestId: "req-9",
      method: "POST",
      path: "/things",
      body,
    });
    expect((error as InstanceType<typeof HttpError>).headers.get("retry-after")).toBe("7");
    expect((error as Error).message).toContain("first; second");
  });

  it("for too many jobs is told from one for too many requests", async () => {
    await using server = await localServer((_, response) =>
      json(response, 429, { message: "m", code: "too_many_jobs" }),
    );
    expect(await thrownBy(transport(server.url).send(create, {}, {}, {}))).toBeInstanceOf(
      errors.ConcurrencyLimitError,
    );
  });
});

describe("an answer that the contract does not know", () => {
  const html = "<html><body>Bad gateway</body></html>";
  it.each([
    ["HTML for a success", 200, "text/html", html, "not JSON"],
    ["HTML for a failure", 502, "text/html", html, "not the API's error"],
    ["JSON that is cut off", 200, "application/json", '{"id": "1"', "well-formed"],
    ["a failure's JSON that is cut off", 500, "application/json", '{"message": "x"', "not the API's error"],
    ["nothing for a success", 200, "application/json", "", "empty"],
    ["nothing for a failure", 500, "application/json", "", "empty"],
    ["JSON under another content type", 200, "text/plain", "{}", "text/plain"],
    ["a list for a failure", 400, "application/json", "[1]", "not the API's error"],
    ["a text for a failure", 400, "application/json", '"no"', "not the API's error"],
  ])("%s", async (_, status, type, text, reason) => {
    await using server = await localServer((__, response) =>
      response.writeHead(status, { "content-type": type }).end(text),
    );
    const error = await thrownBy(transport(server.url).send(get, { id: "1" }, undefined, {}));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ status, path: "/things/1", message: expect.stringContaining(reason) });
    expect((error as InstanceType<typeof UnexpectedResponseError>).sample).toBe(
      text.replaceAll('"no"', "no"),
    );
  });

  it("but no content is a result where the contract says so", async () => {
    await using server = await localServer((_, response) => response.writeHead(204).end());
    const { send } = transport(server.url);
    for (const status of ["204", "2XX", "default"]) {
      expect(await send({ ...get, emptyStatuses: [status] }, { id: "1" }, undefined, {})).toBeUndefined();
    }
    const other = send({ ...get, emptyStatuses: ["202"] }, { id: "1" }, undefined, {});
    expect(await thrownBy(other)).toBeInstanceOf(UnexpectedResponseError);
  });

  it.each([
    ["an object", create, ["null", "5", '"x"', "[]"]],
    ["a list", list, ["null", "{}"]],
  ])("JSON that is no %s where one is due", async (_, operation, texts) => {
    for (const text of texts) {
      await using server = await localServer((__, response) =>
        response.writeHead(200, { "content-type": "application/json" }).end(text),
      );
      const error = await thrownBy(transport(server.url).send(operation, {}, {}, {}));
      expect(error).toBeInstanceOf(UnexpectedResponseError);
    }
  });

  it("a body that breaks off", async () => {
    await using server = await localServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      response.write('{"id":', () => response.destroy());
    });
    const error = await thrownBy(transport(server.url).send(get, { id: "1" }, undefined, {}));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ status: 200, message: expect.stringContaining("broke off") });
  });

  it("is sampled on one line, shortened, without control codes", async () => {
    const text = `\u001b[31m<p>\n${"x".repeat(1000)}`;
    await using server = await localServer((_, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end(text),
    );
    const error = await thrownBy(transport(server.url).send(get, { id: "1" }, undefined, {}));
    const { sample } = error as InstanceType<typeof UnexpectedResponseError>;
    expect(sample).toHaveLength(201);
    expect(sample).not.toMatch(/\p{Cc}/u);
  });
});

describe("the key", () => {
  it("is in no error, even if the server repeats it", async () => {
    const echo = { message: `no such key ${key}`, code: key, request: key, nested: [{ [key]: key }] };
    const answers: ((response: import("node:http").ServerResponse) => void)[] = [
      (response) => json(response, 401, echo, { "x-echo": key }),
      (response) =>
        response.writeHead(200, { "content-type": "text/html", "x-echo": key }).end(`<p>${key}</p>`),
      (response) => response.writeHead(302, { location: "http://127.0.0.2:1/", "x-echo": key }).end(),
      (response) => response.destroy(),
    ];
    for (const answer of answers) {
      await using server = await localServer((_, response) => answer(response));
      const { send } = transport(server.url);
      const error = await thrownBy(send(create, {}, {}, { headers: { "x-note": "n" } }));
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(key);
      expect(JSON.stringify(error)).not.toContain(key);
    }
  });

  it.each([
    ["in its words", new Error(`request with x-example-key: ${key}`, { cause: new Error(key) })],
    ["in an object", { config: { headers: { key } } }],
    ["in a text", `x ${key}`],
    ["in a cause that is none", new Error("h", { cause: { headers: key } })],
    ["in its name and code", Object.assign(new Error("h"), { name: key, code: key })],
    ["in a circle", Object.assign(new Error(key), { cause: undefined as unknown })],
  ])("is in no error of a fetch that tells too much: %s", async (name, thrown) => {
    if (name === "in a circle") (thrown as Error).cause = thrown;
    const fetch = (): Promise<Response> => Promise.reject(thrown);
    const error = await thrownBy(
      transport("http://localhost", { fetch }).send(get, { id: "1" }, undefined, {}),
    );
    expect(error).toBeInstanceOf(errors.ConnectionError);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(key);
  });

  it.each([
    ["cut in two by the sample", "text/html", "x".repeat(190) + key],
    ["in the content type", `x/${key}`, "<p>"],
  ])("is in no error, even %s", async (_, type, text) => {
    await using server = await localServer((__, response) =>
      response.writeHead(200, { "content-type": type }).end(text),
    );
    const error = await thrownBy(transport(server.url).send(get, { id: "1" }, undefined, {}));
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(key.slice(0, 8));
  });

  it("is as secret when it is given as a header", async () => {
    await using server = await localServer((_, response) =>
      json(response, 401, { message: "no key sk-own sk-all" }),
    );
    const client = transport(server.url, { apiKey: undefined, headers: { "X-Example-Key": "sk-all" } });
    const error = await thrownBy(
      client.send(get, { id: "1" }, undefined, { headers: { "x-example-key": "sk-own" } }),
    );
    expect((error as Error).message).toContain("no key [redacted] [redacted]");
    await thrownBy(client.send(get, { id: "1" }, undefined, {}));
    expect(server.seen.map(({ headers }) => headers["x-example-key"])).toEqual(["sk-own", "sk-all"]);
  });
});

it("makes an error of a body that is nested beyond all reason", async () => {
  const deep = `{"message":"no","a":${"[".repeat(60_000)}${"]".repeat(60_000)}}`;
  await using server = await localServer((_, response) => {
    response.writeHead(400, { "content-type": "application/json" }).end(deep);
  });
  const error = await thrownBy(transport(server.url).send(get, { id: "1" }, undefined, {}));
  expect(error).toMatchObject({ name: "BadRequestError", messages: ["no"] });
});

describe("arguments", () => {
  it("go where the contract wants them", async () => {
    await using server = await localServer((_, response) => json(response, 200, []));
    const { send } = transport(server.url, { headers: { "x-all": "1" } });
    await send(list, {}, { state: ["a", "b,c"], "x-trace": "t" }, { headers: { "x-one": "2" } });
    await send(update, { id: "1" }, { dryRun: true, name: "n" }, {});
    await send(create, {}, { name: "n" }, { idempotencyKey: "k1" }).catch(() => undefined); // a list is no thing
    const [listed, updated, created] = server.seen;
    expect(listed).toMatchObject({
      method: "GET",
      url: "/things?state=a,b%2Cc",
      headers: { "x-trace": "t", "x-all": "1", "x-one": "2" },
    });
    expect(updated).toMatchObject({ method: "PUT", url: "/things/1?dryRun=true" });
    expect(JSON.parse(String(updated?.body))).toEqual({ name: "n" });
    expect(created?.headers).toMatchObject({ "idempotency-key": "k1", "content-type": "application/json" });
  });

  it("an idempotency key is refused where the contract has no header for it", async () => {
    await expect(
      transport("http://localhost").send(get, { id: "1" }, undefined, { idempotencyKey: "k" }),
    ).rejects.toBeInstanceOf(errors.InvalidArgumentError);
  });

  it("an empty idempotency key is refused: it would make no retry safe", async () => {
    await expect(
      transport("http://localhost").send(create, {}, { name: "n" }, { idempotencyKey: "" }),
    ).rejects.toMatchObject({ name: "InvalidArgumentError", argument: "idempotencyKey" });
  });

  it.each([
    ["a body that is no JSON", create, { a: 1n }],
    ["no body where one is due", create, undefined],
    ["no form where one is due", upload, null],
    ["a parameter that there is not", list, { states: ["a"] }],
    ["a part that there is not", upload, { Clip: new Blob([]) }],
    ["half a character", list, { state: ["\ud800"] }],
  ])("with %s are an InvalidArgumentError, and nothing is sent", async (_, operation, args) => {
    await using server = await localServer((__, response) => json(response, 200, {}));
    expect(await thrownBy(transport(server.url).send(operation, {}, args, {}))).toBeInstanceOf(
      errors.InvalidArgumentError,
    );
    expect(server.seen).toEqual([]);
  });

  it("a header that none can be is an InvalidArgumentError", async () => {
    const call = transport("http://localhost").send(create, {}, {}, { headers: { "x-a": "a\nb" } });
    expect(await thrownBy(call)).toBeInstanceOf(errors.InvalidArgumentError);
  });

  it("are sent as a form by the openapi-fetch client too", async () => {
    await using server = await localServer((_, response) => json(response, 200, {}));
    const http = transport(server.url).http as unknown as {
      POST(path: string, init: object): Promise<unknown>;
    };
    await http.POST("/things/upload", { body: { label: "l", options: { a: 1 } } });
    expect(server.seen[0]?.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
    expect(String(server.seen[0]?.body)).toContain('{"a":1}');
  });
});

describe("of several operations of one path", () => {
  const twin = {
    ...create,
    id: "things.createWithFiles",
    body: { ...upload.body, mediaType: "multipart/form-data" },
  } as OperationDescriptor;
  const { http, send } = createTransport<Record<string, never>>(
    api,
    { create, twin },
    {
      baseUrl: "http://localhost",
      apiKey: key,
      maxRetries: 0,
      fetch: (request) => answer(request as Request),
    },
  );
  const sent: string[] = [];
  const answer = async (request: Request): Promise<Response> => {
    const body = await request.text();
    if (body.startsWith("--")) expect(request.headers.get("content-type")).toContain("; boundary=");
    sent.push((request.headers.get("content-type") ?? "none").split(";")[0] ?? "");
    return Response.json({});
  };
  const post = (http as unknown as { POST(path: string, init: object): Promise<unknown> }).POST;
  const form = new FormData();
  form.set("label", "l");
  it.each<[string, string, () => Promise<unknown>]>([
    ["the method sends its own, here JSON", "application/json", () => send(create, {}, { a: 1 }, undefined)],
    ["and here a form", "multipart/form-data", () => send(twin, {}, { label: "l" }, undefined)],
    ["openapi-fetch sends the first", "application/json", () => post("/things", { body: { label: "l" } })],
    ["a form of the caller's own", "multipart/form-data", () => post("/things", { body: form })],
    [
      "what the caller's header says",
      "multipart/form-data",
      () => post("/things", { body: { label: "l" }, headers: { "Content-Type": "multipart/form-data" } }),
    ],
  ])("%s: %s", async (_, want, call) => {
    await call();
    expect(sent.splice(0)).toEqual([want]);
  });
});

describe("files", () => {
  it("travel byte for byte, with a name and a type; JSON parts are plain text", async () => {
    await using server = await localServer((_, response) => json(response, 200, {}));
    const bytes = new Uint8Array([0, 0, 0, 10, 0x66, 0x74, 0x79, 0x70, 255, 13]);
    await transport(server.url).send(
      upload,
      {},
      { clip: new Blob([bytes]), label: "l", options: { ü: [1] }, tags: ["a", "b"] },
      {},
    );
    const { headers, body } = server.seen[0] ?? { headers: {}, body: Buffer.alloc(0) };
    const form = await new Response(new Uint8Array(body), {
      headers: { "content-type": String(headers["content-type"]) },
    }).formData();
    const clip = form.get("clip") as File;
    expect([clip.name, clip.type, new Uint8Array(await clip.arrayBuffer())]).toEqual([
      "clip",
      "video/mp4",
      bytes,
    ]);
    expect([form.get("label"), form.get("options"), form.getAll("tags")]).toEqual([
      "l",
      '{"ü":[1]}',
      ["a", "b"],
    ]);
    expect(String(body)).toMatch(/name="options"\r\n\r\n\{/);
  });

  it.each([
    [
      "a byte too many",
      upload,
      { clip: new Blob([new Uint8Array(11)]) },
      { limit: "maxBytes", allowed: 10, actual: 11 },
    ],
    [
      "a line too few",
      batch,
      { lines: new Blob(['{"id":1}\n']) },
      { limit: "minItems", allowed: 2, actual: 1 },
    ],
    [
      "a line too many",
      batch,
      { lines: new Blob(["1\n2\n3\n4"]) },
      { limit: "maxItems", allowed: 3, actual: 4 },
    ],
    [
      "an id twice",
      batch,
      { lines: new Blob(['{"id":1}\n{"id":2}\n{"id":1}']) },
      { limit: "uniqueBy", allowed: "id", actual: "1" },
    ],
    [
      "a batch too large",
      batch,
      { lines: new Blob(["1\n".repeat(51)]) },
      { limit: "maxBytes", allowed: 100, actual: 102 },
    ],
  ])("with %s are refused before anything is sent", async (_, operation, args, want) => {
    await using server = await localServer((__, response) => json(response, 200, {}));
    const error = await thrownBy(transport(server.url).send(operation, {}, args, {}));
    expect(error).toBeInstanceOf(errors.LimitError);
    expect(error).toMatchObject({ ...want, message: expect.stringContaining("Nothing was sent") });
    expect(server.seen).toEqual([]);
  });

  it.each([
    ["at the limit", upload, { clip: new Blob(["\0\0\0\x0aftypis"]) }],
    ["of the fewest lines", batch, { lines: new Blob(['{"id":1}\r\n{"id":2}\r\n']) }],
    ["of the most lines", batch, { lines: new Blob(['{"id":1}\n{"id":2}\n{"id":3}\n\n\n']) }],
  ])("%s are sent", async (_, operation, args) => {
    await using server = await localServer((__, response) => json(response, 200, {}));
    await transport(server.url).send(operation, {}, args, {});
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    ["a line without an id", '{"id":1}\n{}'],
    ["a line that is no object", '{"id":1}\n5'],
    ["a blank line in between", '{"id":1}\n\n{"id":2}'],
    ["a byte order mark", '\ufeff{"id":1}\n{"id":2}'],
  ])("with %s are refused, by the openapi-fetch client too", async (_, text) => {
    const { send, http } = transport("http://localhost");
    const raw = http as unknown as { POST(path: string, init: object): Promise<unknown> };
    const form = new FormData();
    form.set("lines", new Blob([text]));
    await expect(send(batch, {}, { lines: new Blob([text]) }, {})).rejects.toBeInstanceOf(
      errors.InvalidArgumentError,
    );
    await expect(raw.POST("/things/batch", { body: { lines: new Blob([text]) } })).rejects.toBeInstanceOf(
      errors.InvalidArgumentError,
    );
    await expect(raw.POST("/things/batch", { body: form })).rejects.toBeInstanceOf(
      errors.InvalidArgumentError,
    );
  });

  it("in a form of the caller's own are held to the limits too", async () => {
    const http = transport("http://localhost").http as unknown as {
      POST(path: string, init: object): Promise<unknown>;
    };
    const form = new FormData();
    form.set("clip", new Blob([new Uint8Array(11)]));
    await expect(http.POST("/things/upload", { body: form })).rejects.toBeInstanceOf(errors.LimitError);
  });

  it("that are none are refused, and so is a line that is not JSON", async () => {
    const { send } = transport("http://localhost");
    await expect(send(upload, {}, { clip: "/path" }, {})).rejects.toThrow(/clip must be a Blob or a File/);
    await expect(send(batch, {}, { lines: new Blob(['{"id":1}\n{']) }, {})).rejects.toThrow(
      /Line 2 of lines is not JSON/,
    );
  });
});

it("an operation without a key works without one, and returns text", async () => {
  await using server = await localServer((_, response) =>
    response.writeHead(200, { "content-type": "text/plain" }).end("pong"),
  );
  expect(await transport(server.url, { apiKey: "" }).send(ping, {}, undefined, {})).toBe("pong");
});

it("the result's media types are asked for, unless the caller asks for another", async () => {
  await using server = await localServer((_, response) => json(response, 200, {}));
  const accept = { accept: "text/csv" };
  await transport(server.url).send(get, { id: "1" }, undefined, {});
  await transport(server.url).send(get, { id: "1" }, undefined, { headers: accept });
  await transport(server.url, { headers: accept }).send(get, { id: "1" }, undefined, {});
  const seen = server.seen.map(({ headers }) => headers.accept);
  expect(seen).toEqual(["application/json", "text/csv", "text/csv"]);
});

it("a range of media types is never sent as a body's type", async () => {
  await using server = await localServer((_, response) => json(response, 200, {}));
  const put = {
    ...create,
    body: { mediaType: "image/*", encoding: "raw", required: true, parts: [] },
  } as const;
  const { send } = createTransport(api, { put }, { baseUrl: server.url, apiKey: key });
  await send(put, {}, new Blob(["x"]), {});
  await send(put, {}, new Blob(["x"], { type: "image/gif" }), {});
  const seen = server.seen.map(({ headers }) => headers["content-type"]);
  expect(seen).toEqual(["application/octet-stream", "image/gif"]);
});

describe("a call by itself", () => {
  type Init = Readonly<Record<string, unknown>>;
  /** What is called, and what comes of it. */
  const callOf = async (
    operation: OperationDescriptor,
    args: unknown,
    options?: RequestOptions,
    answer: (init: Init) => Promise<object> = async () => ({ data: "{}", response: new Response() }),
  ) => {
    const calls: [string, Init][] = [];
    const call = async (path: string, init: Init = {}) => {
      calls.push([path, init]);
      return answer(init);
    };
    const send = sending({ api, call: { [operation.method]: call } as never });
    const end = await send(operation, { id: "1" }, args, options).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    return { ...end, calls } as { value?: unknown; error?: unknown; calls: typeof calls };
  };
  const split = { ...update, arguments: "split", bodyMember: "thing", body: undefined } as const;
  const optional = { ...create.body, required: false };

  it.each([
    { form: get, args: { a: 1 }, want: {} },
    { form: list, args: undefined, want: {} },
    { form: list, args: null, want: {} },
    { form: list, args: { state: 1, "x-trace": 2 }, want: { query: { state: 1 }, header: { "x-trace": 2 } } },
    { form: list, args: { other: undefined }, want: {} },
    { form: create, args: { a: 1 }, want: { body: { a: 1 } } },
    { form: create, args: 0, want: { body: 0 } },
    { form: { ...create, body: optional }, args: undefined, want: {} },
    { form: update, args: { id: 2, dryRun: 1, a: 3 }, want: { query: { dryRun: 1 }, body: { id: 2, a: 3 } } },
    { form: update, args: { dryRun: 1 }, want: { query: { dryRun: 1 }, body: {} } },
    { form: { ...update, body: optional }, args: { dryRun: 1 }, want: { query: { dryRun: 1 } } },
    { form: { ...update, body: optional }, args: { a: 1 }, want: { body: { a: 1 } } },
    { form: split, args: { dryRun: 1, thing: 2 }, want: { query: { dryRun: 1 }, body: 2 } },
    { form: split, args: { other: undefined }, want: {} },
  ] as const)("$form.arguments of $args sends $want", async ({ form, args, want }) => {
    const { calls } = await callOf(form as OperationDescriptor, args);
    const { query = {}, header = {}, ...rest } = want as Init;
    const [[path, init]] = calls as [[string, Init]];
    expect(path).toBe(form.path);
    expect(init["params"]).toEqual({ path: { id: "1" }, query, header });
    expect("body" in init ? { body: init["body"] } : {}).toEqual(rest);
  });

  it.each([
    { form: list, args: { a: 1 }, argument: "a", message: "things.list has no parameter a." },
    { form: split, args: { thing: 1, b: 2 }, argument: "b", message: "things.update has no parameter b." },
    {
      form: { ...list, bodyMember: "thing" },
      args: { thing: 1 },
      argument: "thing",
      message: "things.list has no parameter thing.",
    },
    { form: create, args: undefined, argument: "request", message: "things.create needs a request body." },
    { form: create, args: null, argument: "request", message: "things.create needs a request body." },
    {
      form: { ...split, body: create.body },
      args: {},
      argument: "request",
      message: "things.update needs a request body.",
    },
  ] as const)("$message", async ({ form, args, argument, message }) => {
    const { error, calls } = await callOf(form as OperationDescriptor, args);
    expect(error).toBeInstanceOf(errors.InvalidArgumentError);
    expect(error).toMatchObject({ argument, message });
    expect(calls).toEqual([]);
  });

  it("passes its options on", async () => {
    const headers = { "x-a": "1" };
    const options = { timeoutMs: 1, totalTimeoutMs: 2, maxRetries: 3, checkFileKinds: false };
    const { calls } = await callOf(get, undefined, { ...options, headers });
    expect(calls[0]?.[1]).toMatchObject({ ...options, headers, reads: "text", parseAs: "text" });
    const blob = await callOf({ ...get, result: "blob" }, undefined);
    expect(blob.calls[0]?.[1]).toMatchObject({ reads: "blob", parseAs: "blob", headers: undefined });
  });

  it.each([
    [get, "k", "idempotencyKey", "things.get takes no idempotency key."],
    [create, "", "idempotencyKey", "The idempotency key must not be empty."],
  ] as const)("%o with the key %j is refused", async (form, idempotencyKey, argument, message) => {
    const { error } = await callOf(form, {}, { idempotencyKey });
    expect(error).toMatchObject({ name: "InvalidArgumentError", argument, message });
  });

  it("sends its key, and shows the one that was sent", async () => {
    const made = { idempotencyKey: "made", place: {}, redact: {} } as CallContext;
    const answer = async (init: Init) => {
      (init["onCall"] as (call: CallContext) => void)(made);
      return { data: '{"a":1}', response: new Response() };
    };
    const { value, calls } = await callOf(create, {}, { idempotencyKey: "own" }, answer);
    expect(calls[0]?.[1]["params"]).toMatchObject({ header: { "Idempotency-Key": "own" } });
    expect(value).toEqual({ a: 1 });
    expect(value).toMatchObject({ idempotencyKey: "made" });
    const failing = async (init: Init) => {
      await answer(init);
      throw new errors.ApiError("no");
    };
    expect((await callOf(create, {}, {}, failing)).error).toMatchObject({ idempotencyKey: "made" });
  });

  it.each([
    [new TypeError("t"), "things.get can't be sent: t"],
    [new URIError("u"), "things.get can't be sent: u"],
    [new RangeError("r"), "things.get can't be sent: r"],
  ])("that the platform won't make is refused: %s", async (thrown, message) => {
    const { error } = await callOf(get, undefined, {}, () => Promise.reject(thrown));
    expect(error).toBeInstanceOf(errors.InvalidArgumentError);
    expect(error).toMatchObject({ argument: "request", message });
  });

  it("throws what a middleware throws, and what comes after it was sent, as it is", async () => {
    const own = new Error("own");
    expect((await callOf(get, undefined, {}, () => Promise.reject(own))).error).toBe(own);
    const late = new TypeError("late");
    const answer = async (init: Init) => {
      (init["onCall"] as (call: CallContext) => void)({} as CallContext);
      throw late;
    };
    expect((await callOf(get, undefined, {}, answer)).error).toBe(late);
  });

  it("that is given up ends with the signal's reason, whatever it was", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const answer = () => {
      controller.abort(0);
      return Promise.reject(new errors.ApiError("no"));
    };
    expect(await callOf(get, undefined, { signal }, answer)).toMatchObject({ error: 0 });
    expect((await callOf(get, undefined, { signal })).calls).toEqual([]);
  });

  it("checks before and after, where it is to be checked", async () => {
    const seen: unknown[] = [];
    const validation = async () => ({
      request: (...given: unknown[]) => void seen.push(given),
      response: (_answer: unknown, ...given: unknown[]) => void seen.push(given),
    });
    const call = async () => ({ data: '{"a":1}', response: new Response() });
    const GET = async (_path: string, init: Init = {}) => {
      (init["onCall"] as (call: CallContext) => void)({ place: {}, redact: {} } as CallContext);
      return call();
    };
    await sending({ api, call: { GET } as never, validation })(get, { id: "1" }, { b: 2 }, undefined);
    expect(seen).toEqual([
      [get, { id: "1" }, { b: 2 }],
      [get, { a: 1 }],
    ]);
  });
});

describe("a key on what is shown", () => {
  it.each([null, "text", 5])("is on no %j", (value) => {
    expect(keyed(value, "k")).toBe(value);
  });

  it("is no property of the result's own, and takes none's place", () => {
    const value = keyed({ a: 1 }, "k") as { a: number; idempotencyKey?: string };
    expect([value.idempotencyKey, JSON.stringify(value)]).toEqual(["k", '{"a":1}']);
    expect(keyed({ idempotencyKey: "own" }, "k")).toEqual({ idempotencyKey: "own" });
    expect(keyed({ a: 1 }, null)).not.toHaveProperty("idempotencyKey");
  });

  it("is an error's, even where it had one", () => {
    const error = new errors.ApiError("m");
    expect(keyed(keyed(error, "a"), "b").idempotencyKey).toBe("b");
  });
});
