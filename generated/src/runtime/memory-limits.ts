import { type Clock, systemClock } from "./clock.js";
import type { LimitStore, RatePolicy } from "./limit-store.js";

interface Window {
  /** Requests that are on their way. */
  sent: number;
  /** When each place of an answered request is free again, the first first. */
  readonly freeAt: number[];
  pausedUntil: number;
}

/** Limits kept by this process. Give one to several clients that share a key. */
export function memoryLimits(clock: Clock = systemClock): LimitStore {
  const windows = new Map<string, Window>();
  const slots = new Set<string>();
  const jobs = new Set<string>();
  let made = 0;
  const windowOf = ({ name }: RatePolicy): Window => {
    const window = windows.get(name) ?? { sent: 0, freeAt: [], pausedUntil: 0 };
    windows.set(name, window);
    return window;
  };
  return {
    take: (policy) => {
      const window = windowOf(policy);
      const { freeAt, pausedUntil } = window;
      const now = clock.now();
      while (freeAt[0] !== undefined && freeAt[0] <= now) freeAt.shift();
      if (pausedUntil > now) return { waitMs: pausedUntil - now };
      if (window.sent + freeAt.length >= policy.limit) {
        // Those on their way take a whole period more, once they are answered.
        return { waitMs: freeAt[0] === undefined ? policy.periodMs : freeAt[0] - now };
      }
      window.sent++;
      return { place: "" };
    },
    settle: (policy) => {
      const window = windowOf(policy);
      window.sent--;
      window.freeAt.push(clock.now() + policy.periodMs);
    },
    pause: (policy, forMs) => {
      const window = windowOf(policy);
      window.pausedUntil = Math.max(window.pausedUntil, clock.now() + forMs);
    },
    takeSlot: (limit) => {
      if (slots.size + jobs.size >= limit) return null;
      const slot = `slot ${++made}`;
      slots.add(slot);
      return slot;
    },
    assignSlot: (slot, jobId) => {
      slots.delete(slot);
      jobs.add(jobId);
    },
    freeSlot: (slotOrJobId) => {
      if (!slots.delete(slotOrJobId)) jobs.delete(slotOrJobId);
    },
    runningJobs: () => [...jobs],
  };
}
