import { Queue, QueueEvents } from "bullmq";
import { Redis } from "ioredis";
import { afterEach, beforeEach, expect, test } from "vitest";
import { start } from "../testing/program.js";
import { type RedisProcess, startRedis } from "../testing/redis.js";
import { type SyncServer, syncServer } from "../testing/sync-server.js";
import type { VideoJob } from "./worker.js";

let redis: RedisProcess;
let queue: Queue<VideoJob>;
let connection: Redis;

beforeEach(async () => {
  redis = await startRedis();
  connection = new Redis(redis.url, { maxRetriesPerRequest: null });
  queue = new Queue("videos", { connection });
});
afterEach(async () => {
  await queue.close();
  connection.disconnect();
  await redis[Symbol.asyncDispose]();
});

async function enqueue(order: string): Promise<void> {
  const files = ["https://cdn.example.com/host.mp4", "https://cdn.example.com/host-es.wav"];
  await using program = start("queue-worker/enqueue", { REDIS_URL: redis.url }, { args: [order, ...files] });
  if ((await program.ended) !== 0) throw new Error(program.output());
}

const work = (server: SyncServer, env: Readonly<Record<string, string>> = {}) =>
  start("queue-worker/worker", {
    ...{ REDIS_URL: redis.url, SYNC_BASE_URL: server.url, LOCK_MS: "2000" },
    ...env,
  });

/** The addresses of the videos, once all of these orders are done. */
async function results(...orders: readonly string[]): Promise<string[]> {
  const listening = connection.duplicate();
  const events = new QueueEvents("videos", { connection: listening });
  try {
    return await Promise.all(
      orders.map(async (order) => (await queue.getJob(order))?.waitUntilFinished(events) as Promise<string>),
    );
  } finally {
    await events.close();
    listening.disconnect();
  }
}

test("a worker that is killed while it creates a video pays once", async () => {
  let answer = (): void => undefined;
  const answered = new Promise<void>((done) => {
    answer = done;
  });
  await using server = await syncServer({
    beforeAnswer: (attempt) => (attempt === 1 ? answered : undefined),
  });
  await enqueue("order-1");
  await enqueue("order-1"); // an impatient customer
  const first = work(server);
  await expect.poll(() => server.accepted.length, { timeout: 60_000 }).toBe(1);
  await first.kill(); // the API has taken it, and nobody ever hears of it

  await using second = work(server);
  await second.says(/order-1 failed: .*IDEMPOTENCY_IN_PROGRESS/); // the API is still at the first: not for good
  answer();
  expect(await results("order-1")).toEqual([`${server.url}/videos/${server.accepted[0]}.mp4`]);
  await second.says(/order-1 done/);
  expect(server.attempts.length).toBeGreaterThan(2);
  expect(new Set(server.attempts).size).toBe(1);
  expect(server.accepted).toHaveLength(1);
});

test("one that is killed while the video is made leaves it to another", async () => {
  await using server = await syncServer({ statuses: ["PENDING", "PROCESSING", "PROCESSING", "COMPLETED"] });
  await enqueue("order-1");
  const first = work(server);
  const isKept = async (): Promise<boolean> =>
    (await queue.getJob("order-1"))?.data.generationId !== undefined;
  await expect.poll(isKept, { timeout: 60_000 }).toBe(true);
  await first.kill();

  await using _second = work(server);
  expect(await results("order-1")).toEqual([`${server.url}/videos/${server.accepted[0]}.mp4`]);
  expect(server.attempts).toHaveLength(1);
});

test("two workers together have no more videos at work than the plan allows", async () => {
  let answer = (): void => undefined;
  const answered = new Promise<void>((done) => {
    answer = done;
  });
  await using server = await syncServer({ beforeAnswer: () => answered });
  const orders = ["a", "b", "c", "d"];
  await Promise.all(orders.map(enqueue));
  await using _first = work(server, { CONCURRENCY: "2" });
  await using _second = work(server, { CONCURRENCY: "2" });
  // Each has its two jobs in hand. Now let the API answer.
  await expect.poll(() => queue.getActiveCount(), { timeout: 60_000 }).toBe(orders.length);
  answer();
  expect(new Set(await results(...orders)).size).toBe(orders.length);
  expect(server.accepted).toHaveLength(orders.length);
  expect(server.mostAtOnce()).toBeLessThanOrEqual(3);
});

test("a video that can't be made fails once and is not tried again", async () => {
  await using server = await syncServer({ statuses: ["PENDING", "FAILED"] });
  await enqueue("order-1");
  await using worker = work(server);
  await expect(results("order-1")).rejects.toThrow("ended as FAILED");
  await worker.says(/order-1 failed: Job \S+ ended as FAILED/);
  expect(server.attempts).toHaveLength(1);
});
