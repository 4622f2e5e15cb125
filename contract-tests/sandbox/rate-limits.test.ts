import { expect, test } from "vitest";
import { RateLimits, type RatePolicy, RateWindow } from "./rate-limits.js";

const policy = (limit: number, name = "few"): RatePolicy => ({
  name,
  limit,
  periodSeconds: 2,
  errorCode: null,
});

test.each([
  { limit: 1, at: [0, 0, 1999, 2000, 3999, 4000], want: [true, false, false, true, false, true] },
  { limit: 2, at: [0, 1, 1, 1999, 2000, 2000, 2001], want: [true, true, false, false, true, false, true] },
  {
    limit: 3,
    at: [0, 0, 0, 0, 9000, 9000, 9000, 9000],
    want: [true, true, true, false, true, true, true, false],
  },
])("$limit in two seconds, at $at: $want", ({ limit, at, want }) => {
  const window = new RateWindow(policy(limit));
  const told = at.map((nowMs) => {
    const hasRoom = window.hasRoom(nowMs);
    if (hasRoom) window.take(nowMs);
    return hasRoom;
  });
  expect(told).toEqual(want);
});

test("it tells what is left, and how long until there is more", () => {
  const window = new RateWindow(policy(2));
  const look = (nowMs: number) => {
    const { remaining, resetMs } = window.look(nowMs);
    return [remaining, resetMs];
  };
  expect(look(0)).toEqual([2, 0]);
  window.take(0);
  window.take(500);
  expect(look(600)).toEqual([0, 1400]);
  expect(look(2000)).toEqual([1, 500]);
  expect(look(2500)).toEqual([2, 0]);
});

test("a policy has one window for all lists that name it, and each list is made once", () => {
  const limits = new RateLimits();
  const [few, many] = [policy(1), policy(2, "many")];
  const both = [few, many];
  const windows = limits.windowsOf(both);
  expect(limits.windowsOf(both)).toBe(windows);
  expect(limits.windowsOf([many])[0]).toBe(windows[1]);
  windows[1]?.take(0);
  expect(limits.gauges(1).map(({ policy: { name }, remaining }) => `${name} ${remaining}`)).toEqual([
    "few 1",
    "many 1",
  ]);
});
