import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { batch, create, get, key, list, ping, transport, update, upload } from "../testing/example-api.js";
import { json, localServer } from "../testing/local-server.js";
import * as errors from "./errors.js";

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
    [418, "HttpError"],
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

  it("is in no error of a fetch that tells too much", async () => {
    const talkative = (): Promise<Response> =>
      Promise.reject(new Error(`request with x-example-key: ${key}`, { cause: new Error(key) }));
    const error = await thrownBy(
      transport("http://localhost", { fetch: talkative }).send(get, { id: "1" }, undefined, {}),
    );
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(key);
  });
});

describe("arguments", () => {
  it("go where the contract wants them", async () => {
    await using server = await localServer((_, response) => json(response, 200, {}));
    const { send } = transport(server.url, { headers: { "x-all": "1" } });
    await send(list, {}, { state: ["a", "b,c"], "x-trace": "t" }, { headers: { "x-one": "2" } });
    await send(update, { id: "1" }, { dryRun: true, name: "n" }, {});
    await send(create, {}, { name: "n" }, { idempotencyKey: "k1" });
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

describe("files", () => {
  it("travel byte for byte, with a name and a type; JSON parts are plain text", async () => {
    await using server = await localServer((_, response) => json(response, 200, {}));
    const bytes = new Uint8Array([0, 255, 10, 13, 128]);
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
    ["at the limit", upload, { clip: new Blob([new Uint8Array(10)]) }],
    ["of the fewest lines", batch, { lines: new Blob(['{"id":1}\r\n{"id":2}\r\n']) }],
    ["of the most lines", batch, { lines: new Blob(['{"id":1}\n{"id":2}\n{}']) }],
  ])("%s are sent", async (_, operation, args) => {
    await using server = await localServer((__, response) => json(response, 200, {}));
    await transport(server.url).send(operation, {}, args, {});
    expect(server.seen).toHaveLength(1);
  });

  it("that are none are refused, and so is a line that is not JSON", async () => {
    const { send } = transport("http://localhost");
    await expect(send(upload, {}, { clip: "/path" }, {})).rejects.toThrow(/clip must be a Blob or a File/);
    await expect(send(batch, {}, { lines: new Blob(["1\n{"]) }, {})).rejects.toThrow(
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
