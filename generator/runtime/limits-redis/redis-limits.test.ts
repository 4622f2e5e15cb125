import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ClientName, type ConnectedClient, redisClients } from "../../testing/redis-clients.js";
import { type RedisServer, redisServer } from "../../testing/redis-server.js";
import { InvalidArgumentError } from "../errors.js";
import type { LimitStore, RatePolicy } from "../limit-store.js";
import { type RedisLimitsOptions, redisLimits } from "./redis-limits.js";

let server: RedisServer;
beforeAll(async () => {
  server = await redisServer();
});
afterAll(() => server.stop());

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function place(limits: LimitStore, policy: RatePolicy): Promise<string> {
  const taken = await limits.take(policy);
  if ("waitMs" in taken) throw new Error(`no place for ${taken.waitMs} ms`);
  return taken.place;
}

async function wait(limits: LimitStore, policy: RatePolicy): Promise<number> {
  const taken = await limits.take(policy);
  if ("place" in taken) throw new Error("a place was free");
  return taken.waitMs;
}

describe.each(Object.keys(redisClients) as ClientName[])("with %s", (name) => {
  let connected: ConnectedClient;
  let other: ConnectedClient;
  let prefixes = 0;
  beforeAll(async () => {
    [connected, other] = await Promise.all([
      redisClients[name](server.path),
      redisClients["ioredis 6"](server.path),
    ]);
  });
  afterAll(() => {
    connected.end();
    other.end();
  });

  /** The same limits as this process has them, and as another has. */
  const limitsOfTwo = (options: Partial<RedisLimitsOptions> = {}): [LimitStore, LimitStore] => {
    const prefix = `${name} ${++prefixes}`;
    return [
      redisLimits(connected.client, { prefix, ...options }),
      redisLimits(other.client, { prefix, ...options }),
    ];
  };

  it("a place is free a period after it was settled, and not before", async () => {
    const [ours, theirs] = limitsOfTwo();
    const policy = { name: "all", limit: 2, periodMs: 400 };
    const places = [await place(ours, policy), await place(theirs, policy)];
    expect(new Set(places).size).toBe(2);
    expect(await wait(ours, policy)).toBeGreaterThanOrEqual(policy.periodMs); // none can be free sooner
    await sleep(policy.periodMs);
    await wait(theirs, policy); // on their way still: the server may count them only now
    const settledAt = performance.now();
    await ours.settle(policy, places[0] ?? "");
    const waitMs = await wait(theirs, policy);
    expect(waitMs).toBeLessThanOrEqual(policy.periodMs + 200); // jitter: half a period
    await sleep(waitMs);
    await place(theirs, policy);
    expect(performance.now() - settledAt).toBeGreaterThanOrEqual(policy.periodMs - 1);
    await wait(ours, policy);
  });

  it("policies don't know each other, nor do prefixes", async () => {
    const [ours] = limitsOfTwo();
    const [strangers] = limitsOfTwo();
    await place(ours, { name: "one", limit: 1, periodMs: 60_000 });
    await place(ours, { name: "two", limit: 1, periodMs: 60_000 });
    await place(strangers, { name: "one", limit: 1, periodMs: 60_000 });
    expect(await wait(ours, { name: "one", limit: 1, periodMs: 60_000 })).toBeGreaterThan(50_000);
  });

  it("a pause holds everyone, and is never cut short", async () => {
    const [ours, theirs] = limitsOfTwo();
    const policy = { name: "all", limit: 5, periodMs: 100 };
    await ours.pause(policy, 30_000.5);
    await theirs.pause(policy, 1_000);
    await theirs.pause(policy, 0);
    expect(await wait(theirs, policy)).toBeGreaterThan(20_000);
    await place(theirs, { ...policy, name: "other" });
  });

  it("a place whose process died is free after its lease", async () => {
    const [ours, theirs] = limitsOfTwo({ leaseMs: 200 });
    const policy = { name: "all", limit: 1, periodMs: 200 };
    const takenAt = performance.now();
    await place(ours, policy);
    for (let taken = await theirs.take(policy); "waitMs" in taken; taken = await theirs.take(policy)) {
      expect(performance.now() - takenAt).toBeLessThan(20_000);
      await sleep(taken.waitMs);
    }
    expect(performance.now() - takenAt).toBeGreaterThanOrEqual(399);
  });

  it("a slot is taken until its job has ended, or was not created", async () => {
    const [ours, theirs] = limitsOfTwo();
    const [first, second] = [await ours.takeSlot(2), await theirs.takeSlot(2)];
    expect(await ours.takeSlot(2)).toBeNull();
    expect(await ours.runningJobs()).toEqual([]);
    await ours.assignSlot(first ?? "", "job-1");
    expect(await theirs.runningJobs()).toEqual(["job-1"]);
    expect(await theirs.takeSlot(2)).toBeNull();
    await theirs.freeSlot("job-1"); // its end was seen by another process
    await theirs.freeSlot(second ?? "");
    await theirs.freeSlot("unknown");
    expect(await ours.runningJobs()).toEqual([]);
    expect([await ours.takeSlot(2), await ours.takeSlot(2), await ours.takeSlot(2)]).toEqual([
      expect.any(String),
      expect.any(String),
      null,
    ]);
  });

  it("slots and jobs that everyone forgot are free after their leases", async () => {
    const [ours, theirs] = limitsOfTwo({ leaseMs: 300, jobLeaseMs: 600 });
    await ours.takeSlot(2);
    await ours.assignSlot((await ours.takeSlot(2)) ?? "", "job-1");
    await sleep(350);
    expect(await theirs.takeSlot(2)).not.toBeNull();
    await sleep(350);
    expect(await theirs.runningJobs()).toEqual([]);
    expect(await theirs.takeSlot(1)).not.toBeNull();
  });
});

it("keeps every key in one slot of a cluster, and none for ever", async () => {
  const { client, end } = await redisClients["ioredis 6"](server.path);
  const limits = redisLimits(client, { prefix: "one slot" });
  const policy = { name: "all", limit: 2, periodMs: 1_000 };
  await limits.settle(policy, await place(limits, policy));
  await limits.pause(policy, 1_000);
  await limits.takeSlot(1);
  const run = async (lua: string): Promise<unknown> => ("evalSha" in client ? null : client.eval(lua, 0));
  const keys = (await run("return redis.call('KEYS', '*one slot*')")) as string[];
  expect(keys.sort()).toEqual(["{one slot}:pause:all", "{one slot}:rate:all", "{one slot}:slots"]);
  for (const key of keys) expect(await run(`return redis.call('PTTL', '${key}')`)).toBeGreaterThan(0);
  end();
});

it.each(["", "{a}", "a}"])("refuses the prefix %j", (prefix) => {
  const client = { eval: async () => 0, evalsha: null };
  expect(() => redisLimits(client, { prefix })).toThrow(InvalidArgumentError);
});
