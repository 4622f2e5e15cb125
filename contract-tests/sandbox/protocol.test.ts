import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { quick, testSandbox } from "./testing/sync-requests.js";

describe("HTTP", () => {
  test.each([
    { method: "PUT", path: "/v2/generate", allow: "GET, POST, HEAD, OPTIONS" },
    {
      method: "DELETE",
      path: "/v2/generate/00000000-0000-4000-8000-000000000000",
      allow: "GET, HEAD, OPTIONS",
    },
    { method: "PATCH", path: "/v2/generate/upload", allow: "POST, GET, HEAD, OPTIONS" },
  ])("$method $path → 405 with Allow", async ({ method, path, allow }) => {
    await using given = await testSandbox();
    const answer = await given.send(path, { method });
    expect(answer).toMatchObject({ status: 405, body: { statusCode: 405, error: "Method Not Allowed" } });
    expect(answer.headers.get("allow")?.split(", ").sort()).toEqual(allow.split(", ").sort());
  });

  test.each([
    "/",
    "/v2",
    "/v2/Generate",
    "/v2/generate/",
    "/v2/generations",
    "/v2/generate/a/b",
    "//v2/generate",
  ])("%s → 404", async (path) => {
    await using given = await testSandbox();
    expect(await given.send(path)).toMatchObject({
      status: 404,
      body: { statusCode: 404, error: "Not Found" },
    });
  });

  test.each([
    { type: "text/plain", status: 415 },
    { type: "multipart/form-data; boundary=x", status: 415 },
    { type: "application/json; charset=utf-8", status: 201 },
    { type: "APPLICATION/JSON", status: 201 },
    { type: "", status: 415 },
  ])("a body of type '$type' → $status", async ({ type, status }) => {
    await using given = await testSandbox();
    const answer = await given.create(quick, { headers: { "content-type": type } });
    expect(answer.status).toBe(status);
    if (status === 415) expect(answer.body.message).toContain("application/json");
  });

  test.each(["", "{", "nul", "[1,]", '{"a":1', "\uFEFF{}", `${"[".repeat(50_000)}`])(
    "the JSON %j → 400",
    async (body) => {
      await using given = await testSandbox();
      const answer = await given.create(body);
      expect(answer).toMatchObject({ status: 400, body: { statusCode: 400 } });
      expect(typeof answer.body.message).toBe("string");
    },
  );

  test("a body over 10 MB → 413, where the contract declares it, else 400", async () => {
    await using given = await testSandbox();
    const answer = await given.create(`"${"x".repeat(10 * 1024 * 1024)}"`);
    expect(answer).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining("10485760 bytes") },
    });
  });

  test("HEAD is GET without the body", async () => {
    await using given = await testSandbox();
    const get = await given.send("/v2/generate");
    const head = await given.send("/v2/generate", { method: "HEAD" });
    expect(head).toMatchObject({ status: 200, body: "" });
    expect(head.headers.get("content-length")).toBe(get.headers.get("content-length"));
  });

  test("a browser may ask beforehand, and read what comes", async () => {
    await using given = await testSandbox();
    const asked = await given.send("/v2/generate", {
      key: null,
      method: "OPTIONS",
      headers: {
        origin: "https://app.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "x-api-key",
      },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers.get("access-control-allow-origin")).toBe("*");
    expect(asked.headers.get("access-control-allow-headers")).toBe("x-api-key");
    const answer = await given.send("/v2/generate", { headers: { origin: "https://app.example" } });
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect((await given.send("/v2/generate")).headers.get("access-control-allow-origin")).toBe(null);
  });

  test("an unknown query parameter is refused only when asked to", async () => {
    await using given = await testSandbox();
    expect((await given.send("/v2/generate?stauts=PENDING")).status).toBe(200);
    await using strict = await testSandbox({ strict: true });
    expect(await strict.send("/v2/generate?stauts=PENDING")).toMatchObject({
      status: 400,
      body: { field: "stauts" },
    });
    expect((await strict.send("/v2/generate?status=PENDING")).status).toBe(200);
  });

  test.each([
    {
      wish: "code=503, example=outcomeUnknown",
      want: { status: 503, body: { errorCode: "IDEMPOTENCY_OUTCOME_UNKNOWN" } },
    },
    { wish: "code=402", want: { status: 402, body: { statusCode: 402 } } },
    { wish: "code=418", want: { status: 404 } },
  ])("Prefer: $wish is answered so", async ({ wish, want }) => {
    await using given = await testSandbox();
    expect(await given.create(quick, { headers: { prefer: wish } })).toMatchObject(want);
  });
});

describe("bytes that are no request", () => {
  test.each([
    { what: "a word", bytes: "hello\r\n\r\n", status: 400 },
    { what: "a TLS hello", bytes: "\x16\x03\x01\x02\x00\x01", status: 400 },
    {
      what: "two lengths",
      bytes: "POST /v2/generate HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      status: 400,
    },
    {
      what: "a header of 20 KB",
      bytes: `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}\r\n\r\n`,
      status: 431,
    },
    {
      what: "a chunk that is none",
      bytes:
        "POST /v2/generate HTTP/1.1\r\nHost: a\r\nx-api-key: sk-scale\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      status: 400,
    },
  ])("$what → $status, and the server lives", async ({ bytes, status }) => {
    await using given = await testSandbox();
    const { hostname, port } = new URL(given.sandbox.url);
    const text = await new Promise<string>((done) => {
      let all = "";
      const socket = connect(Number(port), hostname, () => socket.write(bytes, "latin1"));
      socket.on("data", (chunk) => {
        all += chunk.toString("latin1");
      });
      socket.on("error", () => undefined);
      socket.on("close", () => done(all));
    });
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(text.split("\r\n\r\n")[1] ?? "")).toMatchObject({
      statusCode: status,
      message: expect.any(String),
    });
    expect((await given.create()).status).toBe(201);
  });

  test("a sender that waits for 100 Continue is refused before it sends", async () => {
    await using given = await testSandbox();
    const { hostname, port } = new URL(given.sandbox.url);
    const text = await new Promise<string>((done) => {
      const socket = connect(Number(port), hostname, () =>
        socket.write(
          "POST /v2/generate HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
        ),
      );
      socket.once("data", (chunk) => {
        socket.destroy();
        done(chunk.toString());
      });
    });
    expect(text).toMatch(/^HTTP\/1\.1 401 /);
  });

  test("a sender that waits for 100 Continue is told to go on", async () => {
    await using given = await testSandbox();
    const { hostname, port } = new URL(given.sandbox.url);
    const body = JSON.stringify(quick);
    const answers = await new Promise<string[]>((done) => {
      const told: string[] = [];
      const socket = connect(Number(port), hostname, () =>
        socket.write(
          `POST /v2/generate HTTP/1.1\r\nHost: a\r\nx-api-key: sk-scale\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
        ),
      );
      socket.on("data", (chunk) => {
        told.push(chunk.toString().slice(0, 12));
        if (told.length === 1) socket.write(body);
        else socket.end(() => done(told));
      });
    });
    expect(answers).toEqual(["HTTP/1.1 100", "HTTP/1.1 201"]);
  });
});
