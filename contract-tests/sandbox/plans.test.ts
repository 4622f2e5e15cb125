import { describe, expect, test } from "vitest";
import { mp4, quick, testSandbox, wav } from "./testing/sync-requests.js";

const withVideo = (name: string): object => ({
  ...quick,
  input: [{ type: "video", url: `https://cdn.example.com/${name}` }, quick.input[1]],
});

describe("the longest input of a plan", () => {
  test.each([
    { plan: "free", most: 20 },
    { plan: "hobbyist", most: 60 },
    { plan: "creator", most: 300 },
    { plan: "growth", most: 600 },
    { plan: "scale", most: 1800 },
  ])("of $plan is $most seconds", async ({ plan, most }) => {
    await using given = await testSandbox();
    const key = `sk-${plan}`;
    expect(await given.create(withVideo(`v.mp4?seconds=${most + 0.1}`), { key })).toMatchObject({
      status: 402,
      body: { statusCode: 402, error: "Payment Required", errorCode: "generation_plan_duration_exceeded" },
    });
    expect((await given.create(withVideo(`v-${most}s.mp4`), { key })).status).toBe(201);
  });

  test("of Enterprise is agreed with the customer, so there is none here", async () => {
    await using given = await testSandbox();
    expect((await given.create(withVideo("v-86400s.mp4"))).status).toBe(201);
  });

  test("counts for what comes as a form, and for the voice", async () => {
    await using given = await testSandbox();
    const upload = (seconds: number) =>
      given.upload(
        {
          model: "lipsync-2",
          video: mp4(),
          input: JSON.stringify([{ type: "audio", url: `https://cdn.example.com/a-${seconds}s.wav` }]),
        },
        { key: "sk-free" },
      );
    expect((await upload(21)).body.errorCode).toBe("generation_plan_duration_exceeded");
    expect((await upload(20)).status).toBe(201);
  });
});

describe("the jobs a month of the free plan", () => {
  const key = "sk-free";

  test("are three; a refused request, a replay and a look cost none", async () => {
    await using given = await testSandbox();
    const idempotent = { key, headers: { "idempotency-key": "first" } };
    const first = await given.create(quick, idempotent);
    expect((await given.create({ ...quick, model: "x" }, { key })).status).toBe(400);
    expect((await given.create(quick, { key })).status).toBe(429); // one at a time
    expect((await given.create(withVideo("v-21s.mp4"), { key })).status).toBe(402);
    expect((await given.create(quick, idempotent)).body.id).toBe(first.body.id);
    await given.sandbox.clock.advance("30s");
    expect((await given.upload({ model: "lipsync-2", video: mp4(), audio: wav() }, { key })).status).toBe(
      201,
    );
    await given.sandbox.clock.advance("30s");
    const last = await given.create(
      {
        ...quick,
        input: [{ type: "video", url: "https://sandbox.invalid/inaccessible.mp4" }, quick.input[1]],
      },
      { key },
    );
    expect(last.status).toBe(201);
    const refused = await given.create(quick, { key });
    expect(refused).toMatchObject({
      status: 402,
      body: { statusCode: 402, errorCode: "free_tier_generations_exhausted" },
    });
    expect(refused.headers.get("retry-after")).toBe(null);
    await given.sandbox.clock.advance("30s");
    expect((await given.create(quick, { key })).status).toBe(402); // however the last one ended
    expect((await given.send(`/v2/generate/${last.body.id}`, { key })).status).toBe(200);
    expect((await given.create(quick, { key: "sk-hobbyist" })).status).toBe(201);
  });

  test("are three again once the month is over, and after a reset", async () => {
    await using given = await testSandbox();
    const three = async (): Promise<number[]> => {
      const statuses: number[] = [];
      for (let i = 0; i < 3; i++) {
        statuses.push((await given.create(quick, { key })).status);
        await given.sandbox.clock.advance("30s");
      }
      return statuses;
    };
    const untilNextMonthMs = (): number => {
      const now = new Date(given.sandbox.clock.now());
      return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1) - now.getTime();
    };
    await given.sandbox.clock.advance(untilNextMonthMs());
    expect(await three()).toEqual([201, 201, 201]);
    await given.sandbox.clock.advance(untilNextMonthMs() - 1);
    expect((await given.create(quick, { key })).status).toBe(402);
    await given.sandbox.clock.advance(1);
    expect(await three()).toEqual([201, 201, 201]);
    expect((await given.create(quick, { key })).status).toBe(402);
    given.sandbox.reset();
    expect((await given.create(quick, { key })).status).toBe(201);
  });

  test("are shared by the keys of an organization, and told of each", async () => {
    const keys = ["sk-a", "sk-b"].map((name) => ({ key: name, plan: "free", organization: "us" }));
    await using given = await testSandbox({ keys });
    for (const one of ["sk-a", "sk-b", "sk-a"]) {
      expect((await given.create(quick, { key: one })).status).toBe(201);
      await given.sandbox.clock.advance("30s");
    }
    expect((await given.create(quick, { key: "sk-b" })).status).toBe(402);
    const told = (await given.send("/__sandbox/keys", { key: null })).body as {
      key: string;
      limits: { name: string; limit: number; remaining: number }[];
    }[];
    expect(told.find((one) => one.key === "sk-b")?.limits).toContainEqual(
      expect.objectContaining({ name: "jobs this month", limit: 3, remaining: 0 }),
    );
  });
});
