import type { Clock } from "../runtime/clock.js";

/** Time that passes only when everyone waits: then it jumps to the next moment that somebody waits for. */
export function virtualClock(random: () => number = () => 0.5): Clock & {
  /** Lets time pass until a promise is settled; rejects if nobody waits for anything any more. */
  readonly run: <T>(promise: Promise<T>) => Promise<T>;
  readonly timers: () => number;
} {
  let nowMs = 0;
  let made = 0;
  const timers = new Map<number, { at: number; run: () => void }>();
  return {
    now: () => nowMs,
    random,
    after: (ms, run) => {
      const id = ++made;
      timers.set(id, { at: nowMs + Math.max(ms, 0), run });
      return () => timers.delete(id);
    },
    timers: () => timers.size,
    run: async (promise) => {
      let settled = false;
      const done = (): void => {
        settled = true;
      };
      promise.then(done, done);
      for (let idle = 0; ; ) {
        // Whatever is ready runs before time moves on.
        await new Promise((resolve) => setImmediate(resolve));
        if (settled) return promise;
        const [next] = [...timers].sort(([a, { at: atA }], [b, { at: atB }]) => atA - atB || a - b);
        if (!next) {
          if (++idle > 1000) throw new Error("Everybody waits, and for nothing.");
          continue;
        }
        idle = 0;
        timers.delete(next[0]);
        nowMs = next[1].at;
        next[1].run();
      }
    },
  };
}
