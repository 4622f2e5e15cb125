import { type Clock, within } from "./clock.js";

/** Gives everyone a turn, one at a time. */
export type Queue = <T>(signal: AbortSignal | null, turn: () => Promise<T>) => Promise<T>;

/** First come, first served; who gives up leaves the queue at once. */
export function queueing(clock: Clock): Queue {
  let last: Promise<unknown> | null = null;
  return async (signal, turn) => {
    const before = last;
    let leave: (value?: unknown) => void = () => undefined;
    const mine = new Promise((resolve) => {
      leave = resolve;
    });
    last = mine;
    try {
      if (before) await within(clock, { signal, ms: null, late: () => undefined }, () => before);
    } catch (reason) {
      void before?.then(leave); // the turn that was given up passes on when it comes
      throw reason;
    }
    try {
      return await turn();
    } finally {
      leave();
      if (last === mine) last = null;
    }
  };
}
