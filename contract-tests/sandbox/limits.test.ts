import { describe, expect, test } from "vitest";
import { testSandbox } from "./testing/sync-requests.js";

const missing = {
  message: "Either Cookie or x-api-key header must be provided",
  error: "Unauthorized",
  statusCode: 401,
};
const unknown = { message: "Unauthorized", statusCode: 401 };

describe("keys", () => {
  test.each([
    { what: "missing", key: null, headers: {}, want: missing },
    { what: "empty", key: "", headers: {}, want: missing },
    { what: "as a Bearer token", key: null, headers: { authorization: "Bearer sk-scale" }, want: missing },
    { what: "unknown", key: "sk-nobody", headers: {}, want: unknown },
    { what: "revoked", key: "sk-revoked", headers: {}, want: unknown },
    { what: "in other letters", key: "SK-SCALE", headers: {}, want: unknown },
  ])("$what → 401", async ({ key, headers, want }) => {
    await using given = await testSandbox();
    const answer = await given.send("/v2/generate", { key, headers });
    expect(answer).toMatchObject({ status: 401, body: want });
    expect(answer.headers.get("ratelimit"), "a stranger is counted by nobody").toBe(null);
  });

  test("are one for each plan, one that was revoked, and those given; none is left of the rest", async () => {
    await using given = await testSandbox({ keys: [{ key: "sk-mine" }] });
    const shown = async () =>
      (await given.send("/__sandbox/keys", { key: null })).body.map(
        (one: { key: string; plan: string; revoked: boolean }) => [one.key, one.plan, one.revoked],
      );
    const plans = ["free", "hobbyist", "creator", "growth", "scale", "enterprise"];
    const all = [
      ...plans.map((plan) => [`sk-${plan}`, plan, false]),
      ["sk-revoked", "enterprise", true],
      ["sk-mine", "enterprise", false],
    ];
    expect(await shown()).toEqual(all);
    given.sandbox.keys.add({ key: "sk-more" });
    given.sandbox.reset();
    expect(await shown()).toEqual(all);
  });

  test("of a plan that there is not say which there are", async () => {
    const keys = [{ key: "sk-mine", plan: "gold" }];
    await expect(testSandbox({ keys })).rejects.toThrow(
      'no plan "gold"; it has free, hobbyist, creator, growth, scale, enterprise.',
    );
  });

  test("one key sees nothing of another's jobs", async () => {
    await using given = await testSandbox();
    const { body } = await given.create(undefined, { key: "sk-scale" });
    expect((await given.send(`/v2/generate/${body.id}`, { key: "sk-scale" })).status).toBe(200);
    expect((await given.send(`/v2/generate/${body.id}`, { key: "sk-growth" })).status).toBe(404);
    expect((await given.send("/v2/generate", { key: "sk-growth" })).body).toEqual([]);
  });

  test("no key stands in what the sandbox tells of requests", async () => {
    await using given = await testSandbox();
    await given.send("/v2/generate?x-api-key=sk-scale", { key: "sk-growth" });
    expect(JSON.stringify(given.sandbox.requests)).not.toMatch(/sk-(scale|growth)/);
  });
});

describe("rates", () => {
  const statuses = async (count: number, one: () => Promise<{ status: number }>): Promise<number[]> => {
    const all: number[] = [];
    for (let i = 0; i < count; i++) all.push((await one()).status);
    return all;
  };

  test("the 61st create of a minute is refused, and the first of the next is not", async () => {
    await using given = await testSandbox();
    expect(new Set(await statuses(60, () => given.create()))).toEqual(new Set([201]));
    const refused = await given.create();
    expect(refused).toMatchObject({
      status: 429,
      body: { statusCode: 429, errorCode: "rate_limit_exceeded", error: "Too Many Requests" },
    });
    expect(refused.headers.get("retry-after")).toBe("60");
    expect(refused.headers.get("ratelimit")).toBe('"create";r=0;t=60');
    expect(refused.headers.get("ratelimit-policy")).toBe('"create";q=60;w=60');
    await given.sandbox.clock.advance("59999ms");
    expect((await given.create()).headers.get("retry-after")).toBe("1");
    await given.sandbox.clock.advance("1ms");
    expect((await given.create()).status).toBe(201);
  });

  test("each answer tells what is left, and how long until there is more", async () => {
    await using given = await testSandbox();
    const told = async () => (await given.create()).headers.get("ratelimit");
    const gauges = async () => {
      const { body } = await given.send("/__sandbox/keys", { key: null });
      return body.find(({ key }: { key: string }) => key === "sk-enterprise").limits;
    };
    expect(await told()).toBe('"create";r=59;t=60');
    await given.sandbox.clock.advance("500ms");
    expect(await told()).toBe('"create";r=58;t=60');
    await given.sandbox.clock.advance("20s");
    expect(await told()).toBe('"create";r=57;t=40');
    expect(await gauges()).toMatchObject([{ name: "create", limit: 60, remaining: 57, resetMs: 39_500 }]);
    await given.sandbox.clock.advance("1h");
    expect(await gauges()).toMatchObject([{ name: "create", limit: 60, remaining: 60, resetMs: 0 }]);
  });

  test("any minute counts, not only whole ones", async () => {
    await using given = await testSandbox();
    await statuses(30, () => given.create());
    await given.sandbox.clock.advance("50s");
    await statuses(30, () => given.create());
    await given.sandbox.clock.advance("10s");
    const after = await statuses(31, () => given.create());
    expect(after).toEqual([...Array(30).fill(201), 429]);
  });

  test("all else has 600 a minute together, apart from create, and for each key", async () => {
    await using given = await testSandbox();
    await statuses(60, () => given.create());
    const id = "00000000-0000-4000-8000-000000000000";
    let count = 0;
    const all = await statuses(601, () =>
      given.send(count++ % 2 === 0 ? `/v2/generate?ids=${id}` : `/v2/generate/${id}`),
    );
    expect(all).toEqual([...Array(300).fill([200, 404]).flat(), 429]);
    expect((await given.send("/v2/generate", { key: "sk-scale" })).status).toBe(200);
  });

  test("refused requests count as well, but not those refused for the rate", async () => {
    await using given = await testSandbox();
    await statuses(60, () => given.create("{"));
    await given.sandbox.clock.advance("30s");
    expect(new Set(await statuses(10, () => given.create()))).toEqual(new Set([429]));
    await given.sandbox.clock.advance("30s");
    expect((await given.create()).status).toBe(201);
  });

  test("who comes back too early waits anew, if that is wanted", async () => {
    await using given = await testSandbox({ enforceRetryAfter: true });
    await statuses(61, () => given.create());
    await given.sandbox.clock.advance("59s");
    const early = await given.create();
    expect(early).toMatchObject({ status: 429, body: { errorCode: "rate_limit_exceeded" } });
    expect(given.sandbox.findings).toMatchObject([
      { kind: "early-retry", operationId: "generations.create", message: expect.stringContaining("1.000 s") },
    ]);
    await given.sandbox.clock.advance(`${early.headers.get("retry-after")}s`);
    expect((await given.create()).status).toBe(201);
  });
});

describe("jobs at a time", () => {
  test.each([
    { key: "sk-free", limit: 1 },
    { key: "sk-hobbyist", limit: 1 },
    { key: "sk-creator", limit: 3 },
    { key: "sk-growth", limit: 6 },
    { key: "sk-scale", limit: 15 },
  ])("$key has $limit", async ({ key, limit }) => {
    await using given = await testSandbox();
    for (let i = 0; i < limit; i++) expect((await given.create(undefined, { key })).status).toBe(201);
    const refused = await given.create(undefined, { key });
    expect(refused).toMatchObject({
      status: 429,
      body: {
        errorCode: "concurrency_limit_reached",
        activeGenerations: limit,
        concurrencyLimit: limit,
        retryAfterSeconds: 30,
      },
    });
    expect(refused.headers.get("x-sync-concurrency-limit")).toBe(String(limit));
    expect(refused.headers.get("x-sync-active-generations")).toBe(String(limit));
    expect(refused.headers.get("retry-after")).toBe("30");
    await given.sandbox.clock.advance("29999ms");
    expect((await given.create(undefined, { key })).status).toBe(429);
    await given.sandbox.clock.advance("1ms");
    expect((await given.create(undefined, { key })).status).toBe(201);
  });

  test("as many as come on Enterprise, and keys of one organization share them", async () => {
    await using given = await testSandbox({
      keys: [
        { key: "sk-a", plan: "hobbyist", organization: "o" },
        { key: "sk-b", plan: "hobbyist", organization: "o" },
      ],
    });
    for (let i = 0; i < 40; i++) expect((await given.create()).status).toBe(201);
    expect((await given.create(undefined, { key: "sk-a" })).status).toBe(201);
    expect((await given.create(undefined, { key: "sk-b" })).status).toBe(429);
  });
});
