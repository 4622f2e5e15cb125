import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { type LoadedSpec, loadSpec, type SandboxOptions, startSandbox } from "./start-sandbox.js";

// Jobs and batches of a contract that has names of its own for everything, and says of no answer when it is given.

const json = (schema: object) => ({ content: { "application/json": { schema } } });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const refused = { description: "", ...json(ref("Refusal")) };
const id = { in: "path", name: "printId", required: true, schema: { type: "string" } };
const state = { type: "string", enum: ["NEW", "AT_WORK", "READY", "TORN"] };
const job = { statusProperty: "state", pending: ["NEW", "AT_WORK"], succeeded: ["READY"], failed: ["TORN"] };
const newPrint = {
  requestBody: { required: true, ...json(ref("NewPrint")) },
  "x-rate-limit": [],
};
const created = {
  description: "",
  ...json(ref("Print")),
  links: { look: { operationId: "prints.get", parameters: { printId: "$response.body#/printId" } } },
};
const lines = (responses: object, more: object = {}) => ({
  post: {
    "x-batch": {
      idProperty: "batchId",
      resultProperty: "results",
      followPath: "/batches/{batchId}",
      counts: { all: "/sum/all", succeeded: "/sum/good", failed: "/sum/bad", pending: "/sum/open" },
    },
    requestBody: {
      content: {
        "multipart/form-data": {
          schema: {
            type: "object",
            properties: {
              lines: {
                type: "string",
                contentMediaType: "application/jsonl",
                "x-item-schema": { schema: ref("NewPrint") },
              },
              ...more,
            },
          },
        },
      },
    },
    responses: { 202: { description: "", ...json(ref("Batch")) }, ...responses },
  },
});
const document = {
  openapi: "3.1.0",
  info: { title: "Prints", version: "1" },
  security: [{ key: [] }],
  "x-plans": {
    errorCode: ["presses_busy"],
    plans: [
      { name: "small", title: "Small", concurrency: 1, maxSeconds: 20, jobsPerMonth: 2, features: [] },
      { name: "free", title: "Free", concurrency: null, features: [] },
    ],
  },
  paths: {
    "/estimates": { get: { responses: { 200: { description: "", ...json({ type: "object" }) } } } },
    "/prints": {
      get: {
        parameters: [
          { in: "query", name: "states", schema: { type: "array", items: state } },
          { in: "query", name: "printId", schema: { type: "string" } },
          { in: "query", name: "page", schema: { type: "string" } },
        ],
        responses: { 200: { description: "", ...json({ type: "array", items: ref("Print") }) } },
      },
      post: { ...newPrint, responses: { 202: created, 402: refused, 429: refused } },
    },
    "/prints/{printId}": {
      get: {
        operationId: "prints.get",
        parameters: [id, { in: "query", name: "size", schema: { type: "string" } }],
        responses: { 200: { description: "", ...json(ref("Print")) }, 404: refused },
      },
    },
    "/others": { post: { ...newPrint, responses: { 202: created, 403: refused } } },
    "/batches": lines({ 400: refused }),
    "/batches-too": lines({ 422: refused }),
  },
  components: {
    securitySchemes: { key: { type: "apiKey", in: "header", name: "k" } },
    schemas: {
      NewPrint: { type: "object", required: ["film"], properties: { film: { type: "string" } } },
      Print: {
        type: "object",
        "x-job": job,
        required: ["printId", "state"],
        properties: { printId: { type: "string" }, state, film: { type: "string" } },
      },
      Batch: {
        type: "object",
        "x-job": job,
        required: ["batchId", "state", "sum"],
        properties: { batchId: { type: "string" }, state, sum: { type: "object" } },
      },
      Refusal: { type: "object", properties: { message: { type: "string" }, code: { type: "string" } } },
    },
  },
};

let folder = "";
let spec: LoadedSpec;
const written = async (given: object): Promise<string> => {
  const path = join(folder, `${Math.random()}.yaml`);
  await writeFile(path, stringify(given));
  return path;
};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sandbox-"));
  spec = await loadSpec(await written(document));
});
afterAll(() => rm(folder, { recursive: true }));

const film = (seconds: number) => ({ film: `https://a.example/f-${seconds}s.mp4` });

async function given(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ spec, judge: "ajv", clock: "frozen", ...options });
  const send = async (path: string, body?: unknown, key = "sk-free") => {
    const isForm = body instanceof FormData;
    const answer = await fetch(sandbox.url + path, {
      method: body === undefined ? "GET" : "POST",
      headers: { k: key, ...(body !== undefined && !isForm && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: JSON.parse(text) };
  };
  const batch = (texts: readonly string[] | null, path = "/batches", key = "sk-free") => {
    const form = new FormData();
    if (texts) form.append("lines", new File([texts.join("\n")], "lines.jsonl"));
    form.append("more", "1");
    return send(path, form, key);
  };
  return { clock: sandbox.clock, send, batch, [Symbol.asyncDispose]: () => sandbox.close() };
}

describe("a job of another contract", () => {
  test("is told of by its own names, until it has ended", async () => {
    await using one = await given();
    const { status, body, headers } = await one.send("/prints", film(10));
    expect([status, body]).toEqual([202, { printId: body.printId, state: "NEW", ...film(10) }]);
    expect(headers.get("ratelimit"), "it has no limit").toBe(null);
    const look = async () => (await one.send(`/prints/${body.printId}?size=x`)).body.state;
    await one.clock.advance("5s");
    expect(await look()).toBe("AT_WORK");
    await one.clock.advance("25s");
    expect(await look()).toBe("READY");
    expect(await one.send("/prints/nobody")).toMatchObject({ status: 404 });
  });

  test("is listed by state and id, whatever else is asked", async () => {
    await using one = await given();
    const { body: first } = await one.send("/prints", film(10));
    await one.clock.advance("30s");
    const { body: second } = await one.send("/prints", film(10));
    const ids = async (query: string) =>
      (await one.send(`/prints${query}`)).body.map(({ printId }: { printId: string }) => printId);
    expect(await ids("?page=2")).toEqual([second.printId, first.printId]);
    expect(await ids("?states=NEW&states=TORN")).toEqual([second.printId]);
    expect(await ids(`?printId=${first.printId}`)).toEqual([first.printId]);
  });

  test.each([
    { path: "/prints", status: 402 },
    { path: "/others", status: 403 },
  ])("on $path that the plan does not cover → $status", async ({ path, status }) => {
    await using one = await given();
    const create = (seconds: number) => one.send(path, film(seconds), "sk-small");
    expect(await create(21)).toMatchObject({
      status,
      body: { message: "The input lasts 21 seconds; the plan Small allows 20." },
    });
    for (let count = 0; count < 2; count++) {
      expect((await create(20)).status).toBe(202);
      await one.clock.advance("30s");
    }
    expect(await create(20)).toMatchObject({
      status,
      body: { message: expect.stringContaining("the plan Small allows in a month: 2. They are used up") },
    });
  });

  test("that the plan has no room for → 429, until there is room", async () => {
    await using one = await given();
    await one.send("/prints", film(10), "sk-small");
    await one.clock.advance(28_999);
    expect((await one.send("/prints", film(10), "sk-small")).headers.get("retry-after")).toBe("2");
    await one.clock.advance(2);
    const { status, headers, body } = await one.send("/prints", film(10), "sk-small");
    expect([status, headers.get("retry-after"), body]).toEqual([
      429,
      "1",
      { message: "Jobs under way: 1 of the 1 that the plan allows at a time.", code: undefined },
    ]);
    await one.clock.advance(999);
    expect((await one.send("/prints", film(10), "sk-small")).status).toBe(202);
  });
});

describe("a batch of another contract", () => {
  const three = [10, 20, 21].map((seconds) => JSON.stringify(film(seconds)));

  test.each([
    { key: "sk-small", good: 2, bad: 1 },
    { key: "sk-free", good: 3, bad: 0 },
  ])("of $key has $good good lines, $bad bad ones", async ({ key, good, bad }) => {
    await using one = await given();
    const { status, body } = await one.batch(three, "/batches", key);
    expect([status, body]).toEqual([
      202,
      { batchId: body.batchId, state: "NEW", sum: { all: 3, good: 0, bad: 0, open: 3 } },
    ]);
    await one.clock.advance("60s");
    expect((await one.send(`/batches/${body.batchId}`, undefined, key)).body).toMatchObject({
      state: "READY",
      sum: { all: 3, good, bad, open: 0 },
    });
  });

  test.each([
    { path: "/batches", status: 400 },
    { path: "/batches-too", status: 422 },
  ])("with a wrong line to $path → $status", async ({ path, status }) => {
    await using one = await given();
    expect((await one.batch(["{}"], path)).status).toBe(status);
  });

  test("may be without a file, where that may be left out", async () => {
    await using one = await given();
    expect(await one.batch(null)).toMatchObject({ status: 202, body: { sum: { all: 0 } } });
  });

  test("without a file of lines can't be served", async () => {
    const { post } = lines({});
    const { requestBody: _, ...without } = post;
    const odd = await written({ ...document, paths: { "/batches": { post: without } } });
    await expect(startSandbox({ spec: odd })).rejects.toThrow("takes no file of lines");
  });
});
