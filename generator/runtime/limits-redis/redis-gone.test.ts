import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ClientName, type ConnectedClient, redisClients } from "../../testing/redis-clients.js";
import { type RedisServer, redisServer } from "../../testing/redis-server.js";
import { ApiError } from "../errors.js";
import type { LimitStore } from "../limit-store.js";
import { LimitStoreError, redisLimits } from "./redis-limits.js";

const policy = { name: "all", limit: 3, periodMs: 60_000 };
const timeoutMs = 600;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const errorOf = (promise: unknown): Promise<unknown> => Promise.resolve(promise).catch((error) => error);

/** Waits for what must come in the end, however slow this machine is. */
async function eventually<Value>(
  look: () => Promise<Value>,
  isIt: (value: Value) => boolean,
): Promise<Value> {
  const until = performance.now() + 15_000;
  for (;;) {
    const value = await look();
    if (isIt(value) || performance.now() > until) return value;
    await sleep(50);
  }
}

async function placesLeft(limits: LimitStore): Promise<number> {
  let left = 0;
  while ("place" in (await limits.take(policy))) left++;
  return left;
}

describe.each(["ioredis 5", "ioredis 6", "redis 4", "redis 6"] satisfies ClientName[])(
  "when Redis is gone in the middle, with %s",
  (name) => {
    let server: RedisServer;
    let connected: ConnectedClient;
    beforeEach(async () => {
      server = await redisServer();
      connected = await redisClients[name](server.path);
    });
    afterEach(async () => {
      connected.end();
      await server.stop();
    });

    it("asking ends in time with a typed error; what was sent does not fail", async () => {
      const limits = redisLimits(connected.client, { prefix: "p", timeoutMs });
      const taken = await limits.take(policy);
      const slot = await limits.takeSlot(2);
      server.freeze();
      const error = await errorOf(limits.take(policy));
      expect(error).toBeInstanceOf(LimitStoreError);
      expect(error).toBeInstanceOf(ApiError);
      expect(error).toMatchObject({
        name: "LimitStoreError",
        step: "take a place",
        isRetryable: true,
        message: "The limits in Redis can't be used: to take a place failed (no answer within 600 ms).",
      });
      expect(await errorOf(limits.takeSlot(2))).toBeInstanceOf(LimitStoreError);
      expect(await errorOf(limits.runningJobs())).toBeInstanceOf(LimitStoreError);
      await limits.assignSlot(slot ?? "", "job-1");
      await limits.settle(policy, "place" in taken ? taken.place : "");
      await limits.pause({ ...policy, name: "other" }, 60_000);
      server.thaw();

      const other = await redisClients["ioredis 6"](server.path);
      const theirs = redisLimits(other.client, { prefix: "p" });
      // The places and slots that were asked for in vain are not taken, and the news arrives with the next question.
      const jobs = await eventually(
        async () => {
          await errorOf(limits.runningJobs());
          return theirs.runningJobs();
        },
        (found) => found.length > 0,
      );
      expect(jobs).toEqual(["job-1"]);
      expect("waitMs" in (await theirs.take({ ...policy, name: "other" }))).toBe(true);
      expect(await placesLeft(theirs)).toBe(policy.limit - 1);
      expect([await theirs.takeSlot(2), await theirs.takeSlot(2)]).toEqual([expect.any(String), null]);
      other.end();
    }, 30_000);

    it("a server that has died is an error too", async () => {
      const limits = redisLimits(connected.client, { prefix: "p", timeoutMs });
      await limits.take(policy);
      await server.stop();
      expect(await errorOf(limits.take(policy))).toBeInstanceOf(LimitStoreError);
    });

    it("alone, this process keeps to the limits, counting what it had taken before", async () => {
      const limits = redisLimits(connected.client, { prefix: "p", timeoutMs, whenUnreachable: "alone" });
      const taken = await limits.take(policy);
      const slot = await limits.takeSlot(2);
      server.freeze();
      expect(await placesLeft(limits)).toBe(policy.limit - 1);
      const alone = await limits.takeSlot(2);
      expect([typeof slot, typeof alone, await limits.takeSlot(2)]).toEqual(["string", "string", null]);
      const startedAt = performance.now();
      await limits.settle(policy, "place" in taken ? taken.place : "");
      await limits.assignSlot(slot ?? "", "job-1");
      await limits.assignSlot(alone ?? "", "job-2");
      expect(performance.now() - startedAt).toBeLessThan(2 * timeoutMs); // Redis is not asked each time
      expect(await limits.runningJobs()).toEqual(["job-1", "job-2"]);
      await limits.freeSlot("job-1");
      expect(await limits.takeSlot(2)).not.toBeNull();
      server.thaw();

      const other = await redisClients["ioredis 6"](server.path);
      const theirs = redisLimits(other.client, { prefix: "p" });
      const jobs = await eventually(
        async () => {
          await limits.runningJobs();
          return theirs.runningJobs();
        },
        (found) => found.length > 0,
      );
      expect(jobs).toEqual(["job-2"]);
      other.end();
    }, 30_000);
  },
);

describe("errors hold no credentials", () => {
  const password = "s3cret-password";

  it("of a login that is refused", async () => {
    await using server = await redisServer("--requirepass", "another");
    const client = new Redis({ path: server.path, password, retryStrategy: () => null });
    client.on("error", () => undefined);
    const error = await errorOf(redisLimits(client, { prefix: "p", timeoutMs }).take(policy));
    client.disconnect();
    expect(error).toBeInstanceOf(LimitStoreError);
    expect(everythingOf(error)).not.toContain(password);
  });

  it("of an address with a password", async () => {
    const url = `redis://user:${password}@127.0.0.1:1`;
    const thrown = Object.assign(new Error(`can't reach ${url}`), { url, cause: url });
    const client = { eval: () => Promise.reject(thrown), evalSha: null };
    const error = await errorOf(redisLimits(client, { prefix: "p", timeoutMs }).take(policy));
    expect(everythingOf(error)).toContain("redis://127.0.0.1:1");
    expect(everythingOf(error)).not.toContain(password);
  });
});

function everythingOf(value: unknown): string {
  if (!(value instanceof Error)) return JSON.stringify(value) ?? "";
  const own = Object.getOwnPropertyNames(value).map((name) => Reflect.get(value, name));
  return [value.message, value.stack, ...own.map(everythingOf), everythingOf(value.cause)].join("\n");
}
