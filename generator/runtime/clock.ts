/** Time and chance, so that tests can hold them still. */
export interface Clock {
  /** Milliseconds that only ever grow, whatever is done to the machine's date. */
  now(): number;
  /** Runs something later, unless the function that is returned is called first. */
  after(ms: number, run: () => void): () => void;
  /** A number from 0 up to 1. */
  random(): number;
}

/** The longest time a timer can be set to: about 24 days. */
const longestMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, Math.min(ms, longestMs));
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/**
 * Does work that can be ended: by the caller's signal, with its reason, or because it took longer than `ms`, with the
 * error of `late`. The promise ends at once, whatever the work does; timer and listener end with it.
 */
export function within<T>(
  clock: Clock,
  { signal, ms, late }: { signal: AbortSignal | null; ms: number | null; late: () => unknown },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    signal?.throwIfAborted();
    const controller = new AbortController();
    const stop = (reason: unknown): void => {
      controller.abort(reason);
      finish();
      reject(reason);
    };
    const onAbort = (): void => stop(signal?.reason);
    const cancel = ms === null ? null : clock.after(ms, () => stop(late()));
    const finish = (): void => {
      cancel?.();
      signal?.removeEventListener("abort", onAbort);
    };
    signal?.addEventListener("abort", onAbort);
    work(controller.signal).finally(finish).then(resolve, reject);
  });
}

/** Waits; rejects with the signal's reason if that comes first. */
export function sleep(ms: number, signal: AbortSignal | null, clock: Clock = systemClock): Promise<void> {
  return within(
    clock,
    { signal, ms: null, late: () => undefined },
    (stop) =>
      new Promise((resolve) => {
        const cancel = clock.after(ms, resolve);
        stop.addEventListener("abort", cancel);
      }),
  );
}
