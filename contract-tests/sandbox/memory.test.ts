import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SandboxClock } from "./clock.js";
import { type Sandbox, startSandbox } from "./start-sandbox.js";

const good = {
  model: "lipsync-2",
  input: [
    { type: "video", url: "https://cdn.example.com/v.mp4" },
    { type: "audio", url: "https://cdn.example.com/a.wav" },
  ],
  webhookUrl: "https://elsewhere.example.com/hook",
};
const keep = { keepRequests: 50, keepJobs: 40 };
const atOnce = 8;

describe("what a sandbox holds", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ clock: "frozen", judge: "ajv", rateLimits: false, ...keep });
  });
  afterAll(() => sandbox.close());

  const create = (body: unknown, headers: Record<string, string> = {}): Promise<unknown> =>
    fetch(`${sandbox.url}/v2/generate`, {
      method: "POST",
      headers: { "x-api-key": "sk-enterprise", "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    }).then((response) => response.json());
  const control = (path: string, body: object): Promise<unknown> =>
    fetch(`${sandbox.url}/__sandbox/${path}`, { method: "POST", body: JSON.stringify(body) });
  const held = async (): Promise<Record<string, number>> =>
    (await (await fetch(`${sandbox.url}/__sandbox/held`)).json()) as Record<string, number>;

  async function many(count: number, one: (index: number) => Promise<unknown>): Promise<void> {
    let next = 0;
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (next < count) await one(next++);
      }),
    );
  }

  test("does not grow with what has passed", async () => {
    const counts: Record<string, number>[] = [];
    for (let round = 0; round < 3; round++) {
      await many(300, (index) =>
        index % 3 === 0
          ? create({ ...good, model: "nope" })
          : create(good, { "idempotency-key": `key-${round}-${index}` }),
      );
      await sandbox.clock.advance("1h"); // all jobs end
      counts.push(await held());
    }
    for (const { requests = 0, jobs = 0, tasks = 0, deliveries = 0, idempotencyKeys = 0 } of counts) {
      expect(requests).toBeLessThanOrEqual(2 * keep.keepRequests);
      expect(jobs).toBeLessThanOrEqual(keep.keepJobs);
      expect(tasks).toBe(0);
      expect(deliveries).toBeLessThanOrEqual(1000);
      expect(idempotencyKeys).toBeLessThanOrEqual(10_000);
    }
    expect(sandbox.requests).toHaveLength(keep.keepRequests);
  });

  test("does not grow with jobs that are ended by hand while the time stands still", async () => {
    await many(200, async () => {
      const { id } = (await create(good)) as { id: string };
      await control(`jobs/${id}`, { status: "COMPLETED" });
    });
    const { jobs = 0, tasks = 0 } = await held();
    expect(jobs).toBeLessThanOrEqual(keep.keepJobs);
    expect(tasks).toBeLessThanOrEqual(210);
  });

  test("is nothing after a reset", async () => {
    await create(good, { "idempotency-key": "last" });
    sandbox.reset();
    expect(new Set(Object.values(await held()))).toEqual(new Set([0]));
  });
});

test("a clock runs what is left in its order, however much was cancelled", async () => {
  const clock = new SandboxClock({ frozen: true, startMs: 0 });
  const ran: number[] = [];
  const tasks = Array.from({ length: 1000 }, (_, index) =>
    clock.at((index * 7919) % 1000, () => void ran.push((index * 7919) % 1000)),
  );
  for (const [index, task] of tasks.entries()) if (index % 10 !== 0) task.cancel();
  expect(clock.size).toBeLessThanOrEqual(210);
  await clock.advance(2000);
  for (const task of tasks) task.cancel(); // too late to matter
  expect(ran).toEqual(
    tasks.flatMap((_, index) => (index % 10 === 0 ? [(index * 7919) % 1000] : [])).sort((a, b) => a - b),
  );
  expect(clock.size).toBe(0);
});
