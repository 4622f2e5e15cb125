import { describe, expect, it } from "vitest";
import { type Arrival, fullestPeriod, runLimited } from "../../testing/limited-processes.js";
import { redisServer } from "../../testing/redis-server.js";

const arrivalsAt = (...times: readonly number[]): Arrival[] => times.map((atMs) => ({ process: 0, atMs }));

describe("what counts the requests of a period", () => {
  it.each([
    { times: [], want: 0 },
    { times: [5], want: 1 },
    { times: [0, 50, 100], want: 3 },
    { times: [0, 50, 100.001], want: 2 },
    { times: [0, 99, 100, 101, 102], want: 4 },
  ])("$times → $want", ({ times, want }) => {
    expect(fullestPeriod(arrivalsAt(...times), 100)).toBe(want);
  });
});

describe("four processes that share one key", () => {
  it("never send more than the limit in any period, and none starves", async () => {
    await using server = await redisServer();
    // The contract's 60 in 60 s, sixty times as fast.
    const policy = { name: "create", limit: 60, periodMs: 1_000 };
    const clients = ["ioredis 6", "redis 6", "ioredis 5", "redis 4"] as const;
    const requests = 60;
    const arrivals = await runLimited(
      clients.map((client, index) => ({
        path: server.path,
        prefix: "account",
        policy,
        client,
        clockOffMs: (index - 2) * 3_600_000,
        requests,
        atOnce: 10,
        maxLatencyMs: 100,
      })),
    );
    expect(arrivals.length).toBe(clients.length * requests);
    const fullest = fullestPeriod(arrivals, policy.periodMs);
    expect(fullest).toBeLessThanOrEqual(policy.limit);
    expect(fullest).toBeGreaterThan(policy.limit / 2); // the limit is made use of
    const tookMs = (arrivals.at(-1)?.atMs ?? 0) - (arrivals[0]?.atMs ?? 0);
    expect(tookMs).toBeGreaterThan(3 * policy.periodMs);
    const firstHalf = arrivals.slice(0, arrivals.length / 2);
    const shares = clients.map((_, index) => firstHalf.filter((arrival) => arrival.process === index).length);
    expect(Math.min(...shares)).toBeGreaterThan(firstHalf.length / clients.length / 8);
  }, 60_000);
});
