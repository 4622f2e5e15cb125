import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { Idempotency } from "./idempotency.js";
import { quick, testSandbox } from "./testing/sync-requests.js";

const once = (key: string) => ({ headers: { "idempotency-key": key } });

describe("an idempotency key", () => {
  test("makes one job of many requests, also at the same time", async () => {
    await using given = await testSandbox();
    const answers = await Promise.all(Array.from({ length: 8 }, () => given.create(quick, once("a"))));
    const created = answers.filter(({ status }) => status === 201);
    expect(new Set(created.map(({ body }) => body.id)).size).toBe(1);
    expect(created.filter(({ headers }) => headers.get("idempotent-replayed") === null)).toHaveLength(1);
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    expect((await given.send("/v2/generate")).body).toHaveLength(1);
  });

  test("of a request that has not ended → 409, and when it has, its answer", async () => {
    await using given = await testSandbox({ latency: "10s" });
    const first = given.create(quick, once("a"));
    await expect
      .poll(() => given.create(quick, once("a")).then(({ body }) => body.errorCode))
      .toBe("IDEMPOTENCY_IN_PROGRESS");
    const busy = await given.create(quick, once("a"));
    expect(busy.status).toBe(409);
    expect(busy.headers.get("retry-after")).toBe("2");
    await given.sandbox.clock.advance("10s");
    const { body } = await first;
    expect(await given.create(quick, once("a"))).toMatchObject({ status: 201, body: { id: body.id } });
  });

  test("with another body → 409", async () => {
    await using given = await testSandbox();
    await given.create(quick, once("a"));
    expect(await given.create({ ...quick, model: "react-1" }, once("a"))).toMatchObject({
      status: 409,
      body: { errorCode: "IDEMPOTENCY_KEY_CONFLICT" },
    });
    expect((await given.create({ ...quick, model: "react-1" }, once("A"))).status, "letters differ").toBe(
      201,
    );
  });

  test("of a refused request may be used again", async () => {
    await using given = await testSandbox();
    expect((await given.create({ ...quick, model: "x" }, once("a"))).status).toBe(400);
    expect((await given.create(quick, once("a"))).status).toBe(201);
  });

  test("of a request that the plan had no room for may be used again", async () => {
    await using given = await testSandbox();
    const free = { ...once("a"), key: "sk-free" };
    const first = await given.create(quick, { key: "sk-free" });
    expect((await given.create(quick, free)).status).toBe(429);
    await given.sandbox.clock.advance("30s");
    const { status, body } = await given.create(quick, free);
    expect([status, body.id === first.body.id]).toEqual([201, false]);
    given.sandbox.reset();
    expect((await given.create({ ...quick, model: "react-1" }, free)).status, "after a reset").toBe(201);
  });

  test("is forgotten when there are too many after it, but not while its request is under way", () => {
    const kept = new Idempotency(2);
    const begin = (key: string) => kept.begin("us", key, Buffer.from("{}"));
    const finish = (key: string): void => {
      const verdict = begin(key);
      if (verdict.kind === "first")
        verdict.finish({ status: 201, headers: {}, body: key, rule: null, faults: [] });
    };
    begin("slow");
    for (const key of ["a", "b", "c"]) finish(key);
    expect(["slow", "c", "b"].map((key) => begin(key).kind)).toEqual(["inProgress", "replay", "first"]);
    expect(kept.size).toBe(3);
  });

  test.each([
    { key: "a".repeat(128), status: 201 },
    { key: "a".repeat(129), status: 400 },
    { key: "a b", status: 400 },
    { key: "ä", status: 400 },
    { key: "a, b", status: 400 },
  ])("$key → $status", async ({ key, status }) => {
    await using given = await testSandbox();
    const answer = await given.create(quick, once(key));
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body.errorCode).toBe("INVALID_IDEMPOTENCY_KEY");
  });

  test("that is sent twice is none", async () => {
    await using given = await testSandbox();
    const body = JSON.stringify(quick);
    const told = await new Promise((done, fail) => {
      const headers = {
        "x-api-key": "sk-scale",
        "content-type": "application/json",
        "idempotency-key": ["a", "b"],
      };
      request(`${given.sandbox.url}/v2/generate`, { method: "POST", headers }, (answer) => {
        answer
          .setEncoding("utf8")
          .on("data", (text) => done([answer.statusCode, JSON.parse(text).errorCode]));
      })
        .on("error", fail)
        .end(body);
    });
    expect(told).toEqual([400, "INVALID_IDEMPOTENCY_KEY"]);
  });

  test("belongs to the organization, and says nothing to others", async () => {
    await using given = await testSandbox();
    const { body } = await given.create(quick, once("a"));
    const other = await given.create(quick, { ...once("a"), key: "sk-scale" });
    expect(other.status).toBe(201);
    expect(other.body.id).not.toBe(body.id);
  });
});
