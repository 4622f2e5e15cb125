import { describe, expect, test } from "vitest";
import { type Clock, Pacer, retryAfterMs } from "./pacer.js";

/** Time that passes only when somebody sleeps. */
function virtualClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
  };
}

const never = new AbortController().signal;
const limit = { name: "standard", limit: 3, periodSeconds: 60, errorCode: null };
const create = { name: "create", limit: 1, periodSeconds: 10, errorCode: null };

async function times(pacer: Pacer, clock: Clock, count: number, limits = [limit]): Promise<number[]> {
  const found: number[] = [];
  for (let index = 0; index < count; index++) {
    await pacer.admit(limits, never);
    found.push(clock.now() / 1000);
  }
  return found;
}

describe("requests keep within the contract's limits", () => {
  test("as many as a period allows, then the next when the first is past", async () => {
    const clock = virtualClock();
    expect(await times(new Pacer(clock, 1, true), clock, 7)).toEqual([0, 0, 0, 60, 60, 60, 120]);
  });

  test("of several limits the one that waits longest counts", async () => {
    const clock = virtualClock();
    expect(await times(new Pacer(clock, 1, true), clock, 4, [limit, create])).toEqual([0, 10, 20, 60]);
  });

  test("each key by itself", async () => {
    const clock = virtualClock();
    expect(await times(new Pacer(clock, 2, true), clock, 8)).toEqual([0, 0, 0, 0, 0, 0, 60, 60]);
  });

  test("or not at all, where that is asked for", async () => {
    const clock = virtualClock();
    expect(await times(new Pacer(clock, 1, false), clock, 5)).toEqual([0, 0, 0, 0, 0]);
  });
});

test("a key rests as long as it was asked to, and another does its work", async () => {
  const clock = virtualClock();
  const pacer = new Pacer(clock, 2, false);
  pacer.rest(0, 5000);
  expect(await pacer.admit([], never)).toBe(1);
  expect(await pacer.admit([], never)).toBe(1);
  pacer.rest(1, 30_000);
  expect(await pacer.admit([], never)).toBe(0);
  expect(clock.now()).toBe(5000);
});

describe("Retry-After", () => {
  const now = Date.parse("2026-03-01T09:30:00Z");
  const given: readonly (readonly [text: string | null, ms: number | null])[] = [
    ["30", 30_000],
    ["0", 0],
    ["Sun, 01 Mar 2026 09:30:10 GMT", 10_000],
    ["Sun, 01 Mar 2026 09:29:00 GMT", 0],
    ["soon", null],
    [null, null],
  ];
  test.each(given)("%s: %s", (text, ms) => {
    expect(retryAfterMs(text, now)).toBe(ms);
  });
});
