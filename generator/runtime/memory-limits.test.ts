import { describe, expect, it } from "vitest";
import { memoryLimits } from "./memory-limits.js";

let nowMs = 0;
const limits = () => {
  nowMs = 1_000;
  return memoryLimits({ now: () => nowMs, after: () => () => undefined, random: () => 0 });
};
const policy = { name: "all", limit: 2, periodMs: 100 };
const place = { place: "" };

describe("places", () => {
  it("are taken until a period after they were settled", () => {
    const { take, settle } = limits();
    expect([take(policy), take(policy), take(policy)]).toEqual([place, place, { waitMs: 100 }]);
    settle(policy, "");
    nowMs += 40;
    expect(take(policy)).toEqual({ waitMs: 60 });
    settle(policy, "");
    nowMs += 59;
    expect(take(policy)).toEqual({ waitMs: 1 });
    nowMs += 1;
    expect([take(policy), take(policy)]).toEqual([place, { waitMs: 40 }]);
    nowMs += 40;
    expect([take(policy), take(policy)]).toEqual([place, { waitMs: 100 }]);
  });

  it("are each policy's own", () => {
    const { take } = limits();
    const one = { ...policy, limit: 1 };
    expect([take(one), take({ ...one, name: "other" }), take(one)]).toEqual([place, place, { waitMs: 100 }]);
  });

  it("are none during a pause, of which the longest counts", () => {
    const { take, pause } = limits();
    pause(policy, 50);
    pause(policy, 20);
    expect([take(policy), take({ ...policy, name: "other" })]).toEqual([{ waitMs: 50 }, place]);
    nowMs += 49;
    expect(take(policy)).toEqual({ waitMs: 1 });
    nowMs += 1;
    expect(take(policy)).toEqual(place);
  });
});

describe("slots", () => {
  it("are taken until they, or their jobs, are freed", () => {
    const { takeSlot, assignSlot, freeSlot, runningJobs } = limits();
    const [first, second] = [takeSlot(2) as string, takeSlot(2) as string];
    expect(first).not.toBe(second);
    expect(takeSlot(2)).toBeNull();
    assignSlot(first, "job");
    expect([takeSlot(2), runningJobs()]).toEqual([null, ["job"]]);
    freeSlot("unknown");
    expect(takeSlot(2)).toBeNull();
    freeSlot("job");
    expect(runningJobs()).toEqual([]);
    expect(takeSlot(2)).toEqual(expect.any(String));
    freeSlot(second);
    expect([takeSlot(2), takeSlot(2)]).toEqual([expect.any(String), null]);
  });
});
