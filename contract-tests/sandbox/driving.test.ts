import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { SandboxEvent } from "./events.js";
import { startSandbox } from "./start-sandbox.js";
import { quick, type TestSandbox, testSandbox } from "./testing/sync-requests.js";

const control = (given: TestSandbox, path: string, body?: object, method = body ? "POST" : "GET") =>
  given.send(`/__sandbox/${path}`, { key: null, method, ...(body ? { body: JSON.stringify(body) } : {}) });

describe("the control operations", () => {
  test("move the time", async () => {
    await using given = await testSandbox();
    const before = (await control(given, "clock")).body.nowMs;
    const after = (await control(given, "clock", { advance: "61s" })).body.nowMs;
    expect(after - before).toBe(61_000);
    expect(await control(given, "clock", { advance: "soon" })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining("61s") },
    });
    expect((await control(given, "clock", {})).status).toBe(400);
  });

  test("show, seed, move and end jobs", async () => {
    await using given = await testSandbox();
    const { body } = await given.create();
    expect((await control(given, `jobs/${body.id}`)).body).toMatchObject({
      status: "PENDING",
      plan: "enterprise",
    });
    expect((await control(given, `jobs/${body.id}`, {})).body.status).toBe("PROCESSING");
    const failed = await control(given, `jobs/${body.id}`, {
      status: "FAILED",
      errorCode: "generation_timeout",
    });
    expect(failed.body.body).toMatchObject({ status: "FAILED", error_code: "generation_timeout" });
    expect((await given.send(`/v2/generate/${body.id}`)).body.status).toBe("FAILED");
    expect((await control(given, `jobs/${body.id}`, { status: "DONE" })).status).toBe(400);
    const id = "11111111-1111-4111-8111-111111111111";
    expect((await control(given, "jobs", { id, key: "sk-scale", body: quick })).status).toBe(201);
    expect((await given.send(`/v2/generate/${id}`, { key: "sk-scale" })).body).toMatchObject(quick);
    expect((await control(given, "jobs", { id, key: "sk-scale" })).status).toBe(400);
    expect((await control(given, "jobs/nothing")).status).toBe(404);
  });

  test("show requests, and what was wrong with them", async () => {
    await using given = await testSandbox();
    await given.create({ ...quick, model: "x" });
    expect((await control(given, "requests")).body).toMatchObject([
      {
        number: 1,
        method: "POST",
        target: "/v2/generate",
        operationId: "generations.create",
        status: 400,
        faults: [{ pointer: "/model", rule: "enum" }],
      },
    ]);
  });

  test("add keys, and take them back", async () => {
    await using given = await testSandbox();
    expect((await control(given, "keys", { key: "sk-mine", plan: "hobbyist" })).body).toMatchObject({
      plan: "hobbyist",
      concurrency: 1,
    });
    expect((await given.create(quick, { key: "sk-mine" })).status).toBe(201);
    expect((await given.create(quick, { key: "sk-mine" })).status).toBe(429);
    await control(given, "keys", { key: "sk-mine", revoked: true });
    expect((await given.create(quick, { key: "sk-mine" })).status).toBe(401);
    expect((await control(given, "keys", { key: "sk-x", plan: "none" })).body.error).toContain("hobbyist");
  });

  test("make things happen: an outcome, a status", async () => {
    await using given = await testSandbox();
    await control(given, "scenario", { outcome: "rejected/generation_timeout" });
    await control(given, "scenario", { status: 503, operation: "generations.get", times: 2 });
    const { body } = await given.create();
    const get = () => given.send(`/v2/generate/${body.id}`);
    expect([await get(), await get(), await get()].map(({ status }) => status)).toEqual([503, 503, 200]);
    await given.sandbox.clock.advance("30s");
    expect((await get()).body).toMatchObject({ status: "REJECTED", error_code: "generation_timeout" });
    expect((await control(given, "scenario", { status: 418 })).status).toBe(400);
    expect((await control(given, "scenario", { outcom: "x" })).status).toBe(400);
  });

  test("forget everything", async () => {
    await using given = await testSandbox();
    await given.create(quick, { key: "sk-hobbyist" });
    await control(given, "reset", {});
    expect(given.sandbox.requests).toEqual([]);
    expect((await given.create(quick, { key: "sk-hobbyist" })).status).toBe(201);
  });

  test.each([
    ["GET", "nothing", 404],
    ["DELETE", "clock", 405],
    ["GET", "constructor", 404],
  ])("%s %s → %i", async (method, path, status) => {
    await using given = await testSandbox();
    expect((await control(given, path, undefined, method)).status).toBe(status);
  });
});

test("events tell of requests, limits and jobs", async () => {
  await using given = await testSandbox();
  const events: SandboxEvent[] = [];
  const stop = given.sandbox.onEvent((event) => events.push(event));
  await given.create();
  await given.sandbox.clock.advance("30s");
  stop();
  await given.create();
  expect(events.map((event) => (event.type === "job" ? event.job.status : event.type))).toEqual([
    "limit",
    "PENDING",
    "request",
    "PROCESSING",
    "COMPLETED",
  ]);
});

test("the same seed makes the same ids", async () => {
  await using one = await testSandbox({ seed: 3 });
  await using two = await testSandbox({ seed: 3 });
  expect((await one.create()).body.id).toBe((await two.create()).body.id);
});

describe("chaos", () => {
  test.each([
    { kind: "drop", want: "no answer" },
    { kind: "reset", want: "no answer" },
    { kind: "half", want: "no answer" },
    { kind: "500", want: 500 },
  ])("$kind on every request → $want", async ({ kind, want }) => {
    await using given = await testSandbox({ chaos: `${kind}=1` });
    const came = await given.create().then(
      ({ status }) => status,
      () => "no answer",
    );
    expect(came).toBe(want);
    expect((await control(given, "requests")).body, "the request was carried out").toMatchObject([
      { status: 201 },
    ]);
  });

  test("slow takes longer by the sandbox's clock", async () => {
    await using given = await testSandbox({ chaos: "slow=1" });
    let came = false;
    const answer = given.create().then(({ status }) => {
      came = true;
      return status;
    });
    await expect.poll(() => given.sandbox.requests.length).toBe(1);
    expect(came).toBe(false);
    await given.sandbox.clock.advance("2s");
    expect(await answer).toBe(201);
  });

  test.each(["drop", "drop=2", "explode=0.1", "drop=0.6,reset=0.6", "drop="])(
    "%s is refused",
    async (chaos) => {
      await expect(startSandbox({ chaos, judge: "ajv" })).rejects.toThrow(/chaos/i);
    },
  );

  test("comes as often as asked, the same for the same seed", async () => {
    const run = async () => {
      await using given = await testSandbox({ chaos: "500=0.3", rateLimits: false });
      const statuses: number[] = [];
      for (let i = 0; i < 200; i++) statuses.push((await given.send("/v2/generate")).status);
      return statuses;
    };
    const first = await run();
    const spoilt = first.filter((status) => status === 500).length;
    expect(spoilt).toBeGreaterThan(35);
    expect(spoilt).toBeLessThan(85);
    expect(await run()).toEqual(first);
  });
});

test("a recording is a HAR without keys", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sandbox-"));
  try {
    const record = join(folder, "a.har");
    const given = await testSandbox({ record });
    await given.create();
    await given.send("/v2/generate?x-api-key=sk-enterprise");
    await given.sandbox.close();
    const text = await readFile(record, "utf8");
    expect(text).not.toContain("sk-enterprise");
    expect(JSON.parse(text).log).toMatchObject({
      version: "1.2",
      entries: [
        { request: { method: "POST", postData: { text: JSON.stringify(quick) } }, response: { status: 201 } },
        {
          request: { method: "GET", queryString: [{ name: "x-api-key", value: "…" }] },
          response: { status: 200 },
        },
      ],
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  { options: { plan: "gold" }, says: "free, hobbyist" },
  { options: { judge: "nobody" }, says: "ajv" },
  { options: { latency: "soon" }, says: "250ms" },
  { options: { spec: "spec/nothing.yaml" }, says: "nothing.yaml" },
])("$options is refused with a word that helps", async ({ options, says }) => {
  await expect(startSandbox({ judge: "ajv", ...options })).rejects.toThrow(says);
});
