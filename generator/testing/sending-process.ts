// One of several processes that share a limit: takes places, sends, settles. Run by limited-processes.ts, which it tells of
// every request, as one would a server.
import { redisLimits } from "../runtime/limits-redis/redis-limits.js";
import type { ProcessTask } from "./limited-processes.js";
import { redisClients } from "./redis-clients.js";

const task = JSON.parse(process.argv[2] ?? "") as ProcessTask;
const { policy, requests, atOnce, maxLatencyMs } = task;

// This machine's clock is wrong, as some are.
const realNow = Date.now;
Date.now = () => realNow() + task.clockOffMs;

const { client, end } = await redisClients[task.client](task.path);
const limits = redisLimits(client, { prefix: task.prefix });
const answers = new Map<number, () => void>();
const started = new Promise<void>((resolve) => answers.set(-1, resolve));
process.on("message", (request: number) => answers.get(request)?.());
process.send?.(-1);
await started;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const latency = (): Promise<void> => sleep(Math.random() * maxLatencyMs);

let next = 0;
async function sender(): Promise<void> {
  while (next < requests) {
    const request = next++;
    let taken = await limits.take(policy);
    while ("waitMs" in taken) {
      await sleep(taken.waitMs);
      taken = await limits.take(policy);
    }
    await latency();
    await new Promise<void>((answered) => {
      answers.set(request, answered);
      process.send?.(request);
    });
    await latency();
    await limits.settle(policy, taken.place);
  }
}
await Promise.all(Array.from({ length: atOnce }, sender));
end();
process.disconnect();
