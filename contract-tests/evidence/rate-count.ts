import { RateWindow } from "../sandbox/rate-limits.js";

export interface Rate {
  readonly limit: number;
  readonly periodSeconds: number;
}

/** Requests of one caller, all let through by the old rate, of which the new one refuses the last. */
export interface TellingRequests {
  readonly count: number;
  /** Time between two of them; 0: all at once. */
  readonly everyMs: number;
  readonly retryAfterSeconds: number;
}

/** More are not counted through: a rate may be any number. */
const mostCounted = 100_000;

/**
 * Finds, by the sandbox's own count, how to send requests so that a rate tells itself from the one before.
 *
 * @param was `null`: there was no limit
 * @returns `null` where neither a burst nor an even pace does, or the rate is too large to be counted through
 */
export function tellingRequests(was: Rate | null, is: Rate): TellingRequests | null {
  const count = is.limit + 1;
  if (!(count <= mostCounted) || (was !== null && !(was.limit <= mostCounted))) return null;
  for (const everyMs of [0, Math.floor((is.periodSeconds * 1000) / count)]) {
    if (was !== null && refusedAt(was, count, everyMs) !== null) continue;
    const refused = refusedAt(is, count, everyMs);
    if (refused?.index === count - 1) return { count, everyMs, retryAfterSeconds: refused.retryAfterSeconds };
  }
  return null;
}

function refusedAt(
  { limit, periodSeconds }: Rate,
  count: number,
  everyMs: number,
): { readonly index: number; readonly retryAfterSeconds: number } | null {
  const window = new RateWindow({ name: "", limit, periodSeconds, errorCode: null });
  for (let index = 0; index < count; index++) {
    const nowMs = index * everyMs;
    if (!window.hasRoom(nowMs))
      return { index, retryAfterSeconds: Math.max(1, Math.ceil(window.look(nowMs).resetMs / 1000)) };
    window.take(nowMs);
  }
  return null;
}
