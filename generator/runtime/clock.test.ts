import { describe, expect, it, onTestFinished, vi } from "vitest";
import { virtualClock } from "../testing/virtual-clock.js";
import { sleep, systemClock, within } from "./clock.js";
import { queueing } from "./queue.js";

const late = (): unknown => "late";

describe("work that can be ended", () => {
  it("ends as it would, and leaves nothing behind", async () => {
    const clock = virtualClock();
    const { signal } = new AbortController();
    const [added, removed] = [vi.spyOn(signal, "addEventListener"), vi.spyOn(signal, "removeEventListener")];
    expect(await within(clock, { signal, ms: 5, late }, async () => "done")).toBe("done");
    await expect(within(clock, { signal, ms: 5, late }, () => Promise.reject("no"))).rejects.toBe("no");
    expect(clock.timers()).toBe(0);
    expect(removed.mock.calls).toEqual(added.mock.calls);
    expect(added).toHaveBeenCalledTimes(2);
    expect(added.mock.calls[0]?.[0]).toBe("abort");
  });

  it("ends at once when its time is up, or by the caller's signal, whatever it does", async () => {
    const clock = virtualClock();
    const seen: AbortSignal[] = [];
    const never = (stop: AbortSignal) => new Promise<never>(() => seen.push(stop));
    const timed = within(clock, { signal: null, ms: 5, late }, never);
    await expect(clock.run(timed)).rejects.toBe("late");
    const controller = new AbortController();
    const given = within(clock, { signal: controller.signal, ms: 5, late }, never);
    controller.abort(0);
    await expect(given).rejects.toBe(0);
    expect(clock.timers()).toBe(0);
    expect(seen.map(({ aborted, reason }) => [aborted, reason])).toEqual([
      [true, "late"],
      [true, 0],
    ]);
  });

  it("is not begun under a signal that has come", async () => {
    const work = vi.fn();
    await expect(
      within(virtualClock(), { signal: AbortSignal.abort("no"), ms: null, late }, work),
    ).rejects.toBe("no");
    expect(work).not.toHaveBeenCalled();
  });
});

describe("sleep", () => {
  it("lasts as long as it says, and leaves no timer when it is broken off", async () => {
    const clock = virtualClock();
    await clock.run(sleep(70, null, clock));
    expect(clock.now()).toBe(70);
    const controller = new AbortController();
    const asleep = sleep(70, controller.signal, clock);
    expect(clock.timers()).toBe(1);
    controller.abort("up");
    await expect(asleep).rejects.toBe("up");
    expect(clock.timers()).toBe(0);
  });

  it("is the system's by default, which takes no longer timer than there is", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const run = vi.fn();
    const cancel = systemClock.after(1e12, run);
    vi.advanceTimersByTime(2_147_483_646);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
    systemClock.after(5, run);
    const asleep = sleep(5, null);
    cancel();
    vi.advanceTimersByTime(5);
    await asleep;
    expect(run).toHaveBeenCalledTimes(2);
    systemClock.after(5, run)();
    expect(vi.getTimerCount()).toBe(0);
    expect(systemClock.random()).toBeLessThan(1);
    expect(systemClock.now()).toEqual(expect.any(Number));
  });
});

describe("a queue", () => {
  const turns = () => {
    const clock = virtualClock();
    const queue = queueing(clock);
    const order: string[] = [];
    const take = (name: string, ms: number, signal: AbortSignal | null = null) =>
      queue(signal, async () => {
        order.push(`${name}+`);
        await sleep(ms, null, clock);
        order.push(`${name}-`);
        return name;
      });
    return { clock, take, order };
  };

  it("gives each a turn, in order, one at a time", async () => {
    const { clock, take, order } = turns();
    const all = Promise.all([take("a", 5), take("b", 1), take("c", 1)]);
    expect(await clock.run(all)).toEqual(["a", "b", "c"]);
    expect(order).toEqual(["a+", "a-", "b+", "b-", "c+", "c-"]);
    expect(await clock.run(take("d", 1))).toBe("d");
  });

  it("goes on when a turn fails", async () => {
    const clock = virtualClock();
    const queue = queueing(clock);
    const failed = queue(null, () => Promise.reject(new Error("no")));
    const next = queue(null, async () => "next");
    await expect(failed).rejects.toThrow("no");
    expect(await next).toBe("next");
  });

  it("is left at once by who gives up, and those behind keep their place", async () => {
    const { clock, take, order } = turns();
    const controller = new AbortController();
    const first = take("a", 5);
    const given = take("b", 1, controller.signal);
    const last = take("c", 1);
    controller.abort("enough");
    await expect(given).rejects.toBe("enough");
    expect(order).toEqual(["a+"]);
    expect(await clock.run(Promise.all([first, last]))).toEqual(["a", "c"]);
    expect(order).toEqual(["a+", "a-", "c+", "c-"]);
  });
});
