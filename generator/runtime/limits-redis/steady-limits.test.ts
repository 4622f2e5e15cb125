import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memoryLimits } from "../memory-limits.js";
import { LimitStoreError, reasonOf } from "./limit-store-error.js";
import { ScriptRunner } from "./redis-client.js";
import { redisLimits } from "./redis-limits.js";
import type { SharedLimits } from "./shared-limits.js";
import { SteadyLimits } from "./steady-limits.js";

const policy = { name: "all", limit: 1, periodMs: 1_000 };
const gone = new LimitStoreError("take a place", "gone");

let nowMs = 0;
beforeEach(() => {
  nowMs = 1;
  vi.spyOn(performance, "now").mockImplementation(() => nowMs);
});
afterEach(() => vi.restoreAllMocks());

/** Limits whose shared part says what it is told to say, and writes down what it is asked. */
function limits(own = true) {
  const asked: unknown[][] = [];
  const answers: Record<string, unknown> = { take: { place: "p" }, takeSlot: "s", runningJobs: ["j"] };
  const shared = new Proxy({} as SharedLimits, {
    get:
      (_, name: string) =>
      async (...given: unknown[]) => {
        asked.push([name, ...given]);
        const answer = answers["all"] ?? answers[name];
        if (answer instanceof Error) throw answer;
        return answer;
      },
  });
  const mine = memoryLimits({ now: () => nowMs, after: () => () => undefined, random: () => 0 });
  return { steady: new SteadyLimits(shared, own ? mine : null, 100), mine, asked, answers };
}

describe("while Redis answers", () => {
  it("what it says counts, and this process remembers it", async () => {
    const { steady, mine, asked } = limits();
    expect(await steady.take(policy)).toEqual({ place: "p" });
    expect(mine.take(policy)).toEqual({ waitMs: 1_000 }); // one is on its way
    await steady.settle(policy, "p");
    nowMs += 600;
    expect(mine.take(policy)).toEqual({ waitMs: 400 }); // it was answered 600 ms ago
    await steady.pause(policy, 5_000);
    expect(mine.take(policy)).toEqual({ waitMs: 5_000 });
    expect(asked).toEqual([
      ["take", policy],
      ["settle", policy, "p"],
      ["pause", policy, 5_000],
    ]);
  });

  it("so it is with slots and jobs", async () => {
    const { steady, mine, asked } = limits();
    expect(await steady.takeSlot(1)).toBe("s");
    expect(mine.takeSlot(1)).toBeNull();
    await steady.assignSlot("s", "mine");
    expect(mine.runningJobs()).toEqual(["mine"]);
    expect(await steady.runningJobs()).toEqual(["j", "mine"]);
    await steady.freeSlot("mine");
    expect(mine.runningJobs()).toEqual([]);
    expect(asked.map(([name]) => name)).toEqual(["takeSlot", "assignSlot", "runningJobs", "freeSlot"]);
    await steady.takeSlot(1);
    await steady.freeSlot("s");
    expect(mine.takeSlot(1)).not.toBeNull();
  });

  it("where it has no place, this process takes none either", async () => {
    const { steady, mine, answers } = limits();
    Object.assign(answers, { take: { waitMs: 7 }, takeSlot: null });
    expect([await steady.take(policy), await steady.takeSlot(1)]).toEqual([{ waitMs: 7 }, null]);
    expect([mine.take(policy), mine.takeSlot(1)]).toEqual([{ place: "" }, expect.any(String)]);
  });

  it("a place that it has is taken, even if this process would have none", async () => {
    const { steady, mine } = limits();
    mine.take(policy);
    mine.takeSlot(1);
    expect([await steady.take(policy), await steady.takeSlot(1)]).toEqual([{ place: "p" }, "s"]);
    const without = limits(false).steady;
    expect([await without.take(policy), await without.takeSlot(1)]).toEqual([{ place: "p" }, "s"]);
    expect(await without.runningJobs()).toEqual(["j"]);
  });
});

describe("when Redis is gone", () => {
  it("calls are refused, where this process has no limits of its own", async () => {
    const { steady, answers, asked } = limits(false);
    answers["all"] = gone;
    for (const ask of [() => steady.take(policy), () => steady.takeSlot(1), () => steady.runningJobs()])
      await expect(ask()).rejects.toBe(gone);
    expect(asked).toHaveLength(3); // each time anew: it may be back
  });

  it("this process goes on by its own limits, and leaves Redis alone for a while", async () => {
    const { steady, answers, asked } = limits();
    answers["all"] = gone;
    expect(await steady.take(policy)).toEqual({ place: expect.stringMatching(/^[\da-f-]{36}$/) });
    expect(await steady.take(policy)).toEqual({ waitMs: 1_000 });
    expect(await steady.takeSlot(1)).toMatch(/^[\da-f-]{36}$/);
    expect(await steady.takeSlot(1)).toBeNull();
    expect(await steady.runningJobs()).toEqual([]);
    expect(asked).toHaveLength(1);
    nowMs += 99;
    await steady.take(policy);
    expect(asked).toHaveLength(1);
    nowMs += 1;
    await steady.take(policy);
    expect(asked).toHaveLength(2);
  });

  it("what it takes alone is settled alone, and Redis is told too", async () => {
    const { steady, answers, mine, asked } = limits();
    answers["all"] = gone;
    const taken = (await steady.take(policy)) as { place: string };
    const slot = (await steady.takeSlot(1)) as string;
    await steady.settle(policy, taken.place);
    await steady.assignSlot(slot, "job");
    expect(mine.runningJobs()).toEqual(["job"]);
    expect(await steady.runningJobs()).toEqual(["job"]);
    nowMs += 1_000;
    delete answers["all"];
    expect(await steady.take(policy)).toEqual({ place: "p" });
    expect(asked.map(([name]) => name)).toEqual(["take", "settle", "assignSlot", "take"]);
  });

  it("what was sent is never failed for it: Redis is told later, in order, what it was not told", async () => {
    for (const own of [true, false]) {
      const { steady, answers, asked } = limits(own);
      answers["all"] = gone;
      await steady.settle(policy, "a");
      await steady.assignSlot("b", "c");
      await steady.freeSlot("c");
      await steady.pause(policy, 1);
      expect(asked).toEqual([["settle", policy, "a"]]); // then it is left alone
      nowMs += 100;
      delete answers["all"];
      await steady.freeSlot("d");
      expect(asked.slice(1)).toEqual([
        ["settle", policy, "a"],
        ["assignSlot", "b", "c"],
        ["freeSlot", "c"],
        ["pause", policy, 1],
        ["freeSlot", "d"],
      ]);
      await steady.freeSlot("e");
      expect(asked).toHaveLength(7); // and told once
    }
  });

  it("it is told of a thousand things at most, the last ones", async () => {
    const { steady, answers, asked } = limits();
    answers["all"] = gone;
    for (let index = 0; index <= 1_000; index++) await steady.freeSlot(String(index));
    nowMs += 100;
    await steady.freeSlot("x"); // it is gone still
    expect(asked.length).toBe(1 + 1_002);
    nowMs += 100;
    delete answers["all"];
    await steady.freeSlot("y");
    expect(asked.slice(1_003)).toHaveLength(1_001);
    expect(asked[1_003]).toEqual(["freeSlot", "2"]);
  });

  it("and is asked again at once when it has answered", async () => {
    const { steady, answers, asked } = limits(false);
    answers["all"] = gone;
    await steady.take(policy).catch(() => undefined);
    delete answers["all"];
    await steady.take(policy);
    await steady.settle(policy, "p");
    expect(asked.map(([name]) => name)).toEqual(["take", "take", "settle"]);
  });

  it("a mistake of ours is none of its", async () => {
    const { steady, answers } = limits();
    answers["all"] = new TypeError("a mistake");
    await expect(steady.take(policy)).rejects.toThrow("a mistake");
  });
});

describe("a script", () => {
  const script = { step: "take a place", lua: "return 1" };
  const run = (client: object, timeoutMs = 1_000) =>
    new ScriptRunner(client as never, timeoutMs).run(script, ["k"], ["v", 2]);

  it("is run by either library's client", async () => {
    const given: unknown[][] = [];
    const client = { eval: async (...all: unknown[]) => given.push(all) };
    await run({ ...client, evalsha: null });
    await run({ ...client, evalSha: null });
    expect(given).toEqual([
      ["return 1", 1, "k", "v", "2"],
      ["return 1", { keys: ["k"], arguments: ["v", "2"] }],
    ]);
  });

  it.each([
    [new Error("NOSCRIPT"), "NOSCRIPT"],
    ["text", reasonOf("text")],
  ])("that fails says at what: %s", async (thrown, reason) => {
    const client = { eval: () => Promise.reject(thrown), evalsha: null };
    const error = await run(client).catch((found: unknown) => found);
    expect(error).toBeInstanceOf(LimitStoreError);
    expect((error as Error).message).toBe(new LimitStoreError("take a place", reason).message);
  });

  it("that gets no answer ends in time, and leaves no timer behind", async () => {
    const client = { eval: () => new Promise(() => undefined), evalsha: null };
    await expect(run(client, 5)).rejects.toThrow("no answer within 5 ms");
    const cleared = vi.spyOn(globalThis, "clearTimeout");
    await run({ eval: async () => 1, evalsha: null });
    expect(cleared).toHaveBeenCalledOnce();
  });
});

it.each([
  [new Error("m"), "m"],
  [Object.assign(new Error(""), { code: "ECONNREFUSED" }), "ECONNREFUSED"],
  [Object.assign(new TypeError(""), { code: 5 }), "TypeError"],
  ["text", "unknown reason"],
  [new Error("redis://me:secret@host:1/0 and //a@b"), "redis://host:1/0 and //b"],
  [new Error("https://host/a@b"), "https://host/a@b"],
  [new Error("x".repeat(300)), "x".repeat(200)],
])("why it failed, in words only: %s", (thrown, want) => {
  expect(reasonOf(thrown)).toBe(want);
  expect(new LimitStoreError("take a place", want)).toMatchObject({
    name: "LimitStoreError",
    isRetryable: true,
    step: "take a place",
    message: `The limits in Redis can't be used: to take a place failed (${want}).`,
  });
});

describe("limits of a name", () => {
  it.each(["", "{a}", "a}", "{", "}a"])("are refused for %j", (prefix) => {
    const client = { eval: async () => 0, evalsha: null };
    expect(() => redisLimits(client, { prefix })).toThrow("The prefix must be a name without braces.");
  });

  it("are asked with their name, and the leases they are given or by default", async () => {
    const given: string[][] = [];
    const client = {
      eval: async (_: string, ...all: unknown[]) => given.push(all.map(String)) && 0,
      evalsha: null,
    };
    const ask = async (options: object) => {
      const store = redisLimits(client, { prefix: "a", ...options });
      await store.take(policy);
      await store.takeSlot(3);
      await store.assignSlot("s", "j");
      return given.splice(0).map(([, ...all]) => all.map((text) => text.replace(/[\da-f-]{36}/, "uuid")));
    };
    expect(await ask({})).toEqual([
      ["{a}:rate:all", "{a}:pause:all", "uuid", "1", "1000", "300000"],
      ["{a}:slots", "slot:uuid", "3", "300000"],
      ["{a}:slots", "slot:s", "job:j", "86400000"],
    ]);
    expect(await ask({ leaseMs: 5, jobLeaseMs: 6 })).toEqual([
      ["{a}:rate:all", "{a}:pause:all", "uuid", "1", "1000", "5"],
      ["{a}:slots", "slot:uuid", "3", "5"],
      ["{a}:slots", "slot:s", "job:j", "6"],
    ]);
  });

  it("give back what a command that failed may have taken", async () => {
    const given: unknown[][] = [];
    const client = {
      eval: async (...all: unknown[]) => {
        given.push(all);
        throw new Error("gone");
      },
      evalsha: null,
    };
    const store = redisLimits(client, { prefix: "a" });
    await expect(store.take(policy)).rejects.toThrow(LimitStoreError);
    await expect(store.takeSlot(1)).rejects.toThrow(LimitStoreError);
    const [take, untake, slot, unslot] = given as string[][];
    expect([untake?.[2], untake?.[3]]).toEqual(["{a}:rate:all", take?.[4]]);
    expect([unslot?.[2], unslot?.[3]]).toEqual(["{a}:slots", slot?.[3]]);
    expect(untake?.[0]).toBe(unslot?.[0]);
  });

  it.each([
    [5, 5_000, "5000"],
    [0.2, 0.2, "1"],
    [1e12, 1e12, "2147483648"],
  ])("pause for whole milliseconds: %d", async (_, forMs, want) => {
    const given: unknown[][] = [];
    const client = { eval: async (...all: unknown[]) => given.push(all), evalsha: null };
    await redisLimits(client, { prefix: "a" }).pause(policy, forMs);
    await redisLimits(client, { prefix: "a" }).pause(policy, 0);
    expect(given.map((all) => all.slice(2))).toEqual([["{a}:pause:all", want]]);
  });

  it("stretch what there is to wait by a little", async () => {
    const client = { eval: async () => 100, evalsha: null };
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const store = redisLimits(client, { prefix: "a" });
    expect(await store.take({ ...policy, limit: 10 })).toEqual({ waitMs: 150 });
    expect(await store.take(policy)).toEqual({ waitMs: 225 });
  });

  it("have a place, or a slot, when Redis says so", async () => {
    for (const [answer, slot] of [
      [0, null],
      ["0", null],
      [1, expect.any(String)],
      ["1", expect.any(String)],
    ] as const) {
      const store = redisLimits({ eval: async () => answer, evalsha: null }, { prefix: "ab" });
      expect(await store.takeSlot(1)).toEqual(slot);
      if (Number(answer) === 0) expect(await store.take(policy)).toEqual({ place: expect.any(String) });
    }
  });

  it("tell what was settled and freed", async () => {
    const given: unknown[][] = [];
    const client = { eval: async (...all: unknown[]) => given.push(all), evalsha: null };
    const store = redisLimits(client, { prefix: "a" });
    await store.settle(policy, "p");
    await store.freeSlot("s");
    expect(given.map((all) => all.slice(1))).toEqual([
      [1, "{a}:rate:all", "p", "1000"],
      [1, "{a}:slots", "slot:s", "job:s"],
    ]);
  });

  it("are this process's own where Redis is gone, if they may be, and Redis is left alone for five time-outs", async () => {
    let asked = 0;
    const client = {
      eval: async () => {
        asked++;
        throw new Error("gone");
      },
      evalsha: null,
    };
    const alone = redisLimits(client, { prefix: "a", timeoutMs: 10, whenUnreachable: "alone" });
    expect(await alone.takeSlot(2)).toEqual(expect.any(String));
    const before = asked;
    nowMs += 49;
    await alone.takeSlot(2);
    expect(asked).toBe(before);
    nowMs += 1;
    await alone.takeSlot(2);
    expect(asked).toBeGreaterThan(before);
    const refusing = redisLimits(client, { prefix: "a", whenUnreachable: "refuse" });
    await expect(refusing.takeSlot(2)).rejects.toThrow(LimitStoreError);
  });

  it("list the jobs among what is taken", async () => {
    const client = {
      eval: async () => ["slot:job:x", "job:a", "job:job:b", Buffer.from("job:c")],
      evalsha: null,
    };
    expect(await redisLimits(client, { prefix: "a" }).runningJobs()).toEqual(["a", "job:b", "c"]);
  });
});
