/** Statuses of a failure that may be gone at the next try. */
export const isPassingStatus = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** What `Retry-After` says, in seconds or as a date; `null` if it says nothing. */
export function retryAfterMs(headers: Headers): number | null {
  const text = headers.get("retry-after") ?? "";
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(ms, 0) : null;
}
