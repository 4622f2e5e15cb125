// Puts a video on the queue, as the web part of an application would do.
//
//   REDIS_URL=redis://localhost:6379 node examples/queue-worker/enqueue.ts order-1 https://…/video.mp4 https://…/audio.wav

import { randomUUID } from "node:crypto";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import type { VideoJob } from "./worker.js";

const { REDIS_URL = "redis://localhost:6379" } = process.env;
const [order, videoUrl, audioUrl] = process.argv.slice(2);
if (!order || !videoUrl || !audioUrl) {
  console.error("Usage: node enqueue.ts <order> <address of the video> <address of the sound>");
  process.exit(2);
}

const redis = new Redis(REDIS_URL, { maxRetriesPerRequest: null });
const queue = new Queue<VideoJob>("videos", { connection: redis });
await queue.add(
  "video",
  {
    // Made here and kept with the job, before anything is sent: whichever worker takes the job, however often, sends
    // this key, and the API makes one video of it.
    idempotencyKey: randomUUID(),
    request: {
      model: "lipsync-2",
      input: [
        { type: "video", url: videoUrl },
        { type: "audio", url: audioUrl },
      ],
    },
  },
  // A job that is there is not added again, so an order that is sent twice is one job.
  { jobId: order, attempts: 10, backoff: { type: "exponential", delay: 2_000 } },
);
console.log(`Queued ${order}`);
await queue.close();
redis.disconnect();
