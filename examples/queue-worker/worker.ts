// Takes videos from a queue and makes them. Start as many as you like, on as many machines: they share the limits of
// the account through Redis, and one that is killed at any moment loses nothing and pays nothing twice.
//
//   SYNC_API_KEY=… REDIS_URL=redis://localhost:6379 node examples/queue-worker/worker.ts

import { UnrecoverableError, Worker } from "bullmq";
import { Redis } from "ioredis";
import { ApiError, type CreateGenerationRequest, SyncClient } from "sync-api-client";
import { redisLimits } from "sync-api-client/limits/redis";

export interface VideoJob {
  readonly idempotencyKey: string;
  readonly request: CreateGenerationRequest;
  /** Once the API has it. */
  readonly generationId?: string;
}

const {
  SYNC_BASE_URL,
  REDIS_URL = "redis://localhost:6379",
  CONCURRENCY = "10",
  LOCK_MS = "30000",
} = process.env;
const redis = new Redis(REDIS_URL, { maxRetriesPerRequest: null }); // BullMQ wants it so
const sync = new SyncClient({
  baseUrl: SYNC_BASE_URL,
  plan: "creator", // yours: all workers together have no more videos at work than it allows
  rateLimit: redisLimits(redis, { prefix: "sync-account" }),
});

const worker = new Worker<VideoJob>(
  "videos",
  async (job) => {
    const { request, idempotencyKey } = job.data;
    let { generationId } = job.data;
    try {
      if (!generationId) {
        // If a worker dies after this was sent and before its id was kept, the next sends it again with the same key,
        // and is told of the video that is already there.
        generationId = (await sync.generations.create(request, { idempotencyKey })).id;
        await job.updateData({ ...job.data, generationId });
      }
      return (await sync.generations.waitFor(generationId)).outputUrl;
    } catch (error) {
      // What is refused for good need not be tried again.
      const isFinal = error instanceof ApiError && !error.isRetryable;
      throw isFinal ? new UnrecoverableError(error.message) : error;
    }
  },
  {
    connection: redis,
    concurrency: Number(CONCURRENCY), // jobs in hand at a time: mostly they wait
    lockDuration: Number(LOCK_MS), // without a sign of life for so long, a job goes to another worker …
    stalledInterval: Number(LOCK_MS),
    maxStalledCount: 10, // … more often than once, for that is safe here
  },
);

worker.on("ready", () => console.log("Ready"));
worker.on("completed", (job, outputUrl) => console.log(`${job.id} done: ${outputUrl}`));
worker.on("failed", (job, error) => console.error(`${job?.id} failed: ${error.message}`));
worker.on("error", (error) => console.error(error));

// No need to wait for the videos: they are made without us, and the worker that takes the job next goes on waiting.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));
