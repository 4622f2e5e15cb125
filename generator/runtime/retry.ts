import { type Clock, sleep } from "./clock.js";
import { ApiError, ConnectionError } from "./errors.js";
import { type Fetch, isStream } from "./fetch.js";
import { isPassing, longestRetryAfterMs, retryAfterMs } from "./passing.js";

const safeMethods = /^(GET|HEAD|OPTIONS)$/;
/** What the platforms call a connection that was never made: nothing can have been sent. */
const neverSent = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;
/** A connection that was made can become unreachable too. */
const wasSent = /^(read|write) /;
const firstPauseMs = 500;
const longestPauseMs = 8_000;
/** Retries in stock, refilled by one a second: a server that is down is not asked three times by everyone. */
const budgetSize = 20;

/**
 * Tries again what failed for a passing reason, and only where the server can't do it twice: a read, what it certainly
 * did not accept, or what carries an idempotency key. Pauses grow with full jitter, or last as long as the server's
 * `Retry-After` says.
 */
export function withRetries(fetch: Fetch, clock: Clock): Fetch {
  let budget = budgetSize;
  let filledAt = clock.now();
  return async (request) => {
    const { call } = request;
    for (let retries = 0; ; retries++) {
      call.attempt++;
      let response: Response | null = null;
      let failure: unknown = null;
      try {
        response = await fetch(request);
      } catch (error) {
        failure = error;
      }
      // A conflict over our own key: the attempt that got no answer is still at work.
      const isOwnConflict = response?.status === 409 && retries > 0 && call.idempotencyKey !== null;
      const mayPass = response
        ? isPassing(response) || isOwnConflict
        : failure instanceof ApiError && failure.isRetryable;
      const waitMs =
        (response && retryAfterMs(response.headers)) ??
        clock.random() * Math.min(firstPauseMs * 2 ** retries, longestPauseMs);
      const now = clock.now();
      budget = Math.min(budgetSize, budget + (now - filledAt) / 1_000);
      filledAt = now;
      const again =
        mayPass &&
        retries < call.maxRetries &&
        budget >= 1 &&
        waitMs <= longestRetryAfterMs &&
        !isStream(request.body) &&
        (safeMethods.test(request.method) ||
          call.idempotencyKey !== null ||
          response?.status === 429 ||
          wasNeverSent(failure));
      if (!again) {
        if (response) return response;
        throw failure;
      }
      budget--;
      call.tell?.("onRetry", call, { waitMs, status: response?.status ?? null });
      await sleep(waitMs, call.signal, clock);
    }
  };
}

/** Whether a call failed before anything of it was sent. */
export function wasNeverSent(failure: unknown): boolean {
  if (!(failure instanceof ConnectionError)) return false;
  for (let cause: unknown = failure; cause instanceof Error; cause = cause.cause) {
    if (neverSent.test(String((cause as { code?: unknown }).code))) return !wasSent.test(cause.message);
  }
  return false;
}

/** @throws {RangeError} for what is no number of retries */
export function checkRetries(maxRetries: number): number {
  if (Number.isInteger(maxRetries) && maxRetries >= 0) return maxRetries;
  throw new RangeError("maxRetries must be a whole number, 0 or more.");
}
