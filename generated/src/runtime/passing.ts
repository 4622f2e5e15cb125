/** Statuses of a failure that may be gone at the next try. */
const isPassingStatus = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** Whether an answer says that the same request may succeed later; of a conflict, only its `Retry-After` can say so. */
export const isPassing = ({ status, headers }: Pick<Response, "status" | "headers">): boolean =>
  isPassingStatus(status) || (status === 409 && retryAfterMs(headers) !== null);

/** A server that asks for more patience than this is given up on; the error says when to come back. */
export const longestRetryAfterMs = 120_000;

/** What `Retry-After` says, in seconds or as a date; `null` if it says nothing. */
export function retryAfterMs(headers: Headers): number | null {
  const text = headers.get("retry-after") ?? "";
  // The engine takes "-5" and "soon 5" for dates; one of HTTP's has a time.
  const date = text.includes(":") ? Date.parse(text) : Number.NaN;
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : date - Date.now();
  return Number.isFinite(ms) ? Math.max(ms, 0) : null;
}
