import { ApiError, ConnectionError, InvalidArgumentError, TimeoutError } from "./errors.js";
import { contextOf, type Fetch, placeOf } from "./fetch.js";

const bodyReaders = ["arrayBuffer", "blob", "bytes", "formData", "json", "text"] as const;

/** The longest time a timer can be set to: about 24 days. */
const longestMs = 2 ** 31 - 1;

/** @throws {InvalidArgumentError} for what is no number of milliseconds above 0 */
export function checkTimeout(timeoutMs: number): number {
  if (typeof timeoutMs === "number" && timeoutMs > 0) return Math.min(timeoutMs, longestMs);
  throw new InvalidArgumentError("timeoutMs", "timeoutMs must be a number of milliseconds above 0.");
}

/**
 * Ends a request that takes too long, its body included, with a {@link TimeoutError}, even if the `fetch` below
 * ignores its signal. Any other failure to get an answer becomes a {@link ConnectionError}; an abort by the caller
 * keeps the caller's reason.
 */
export function withTimeout(fetch: Fetch): Fetch {
  return async (request, init) => {
    const { timeoutMs, redact } = contextOf(request);
    const place = placeOf(request);
    const caller = request.signal;
    caller.throwIfAborted();

    const controller = new AbortController();
    let status: number | null = null;
    let stop: (reason: unknown) => void = () => undefined;
    const stopped = new Promise<never>((_, reject) => {
      stop = (reason) => {
        controller.abort(reason);
        reject(reason);
      };
    });
    stopped.catch(() => undefined); // whoever waits is told by the race
    const onAbort = (): void => stop(caller.reason);
    const timer = setTimeout(() => stop(new TimeoutError(place, timeoutMs, status)), timeoutMs);
    caller.addEventListener("abort", onAbort, { once: true });
    const finish = (): void => {
      clearTimeout(timer);
      caller.removeEventListener("abort", onAbort);
    };

    let response: Response;
    try {
      response = await Promise.race([fetch(request, { ...init, signal: controller.signal }), stopped]);
    } catch (error) {
      finish();
      if (controller.signal.aborted) throw controller.signal.reason;
      throw error instanceof ApiError ? error : new ConnectionError(place, redact.cause(error));
    }
    status = response.status;
    if (
      response.body === null ||
      response.headers.get("content-length") === "0" ||
      request.method === "HEAD"
    ) {
      finish();
      return response;
    }
    // A body that nobody reads must not keep a process alive.
    (timer as { unref?: () => void }).unref?.();
    for (const name of bodyReaders) {
      const read = response[name] as (() => Promise<unknown>) | undefined;
      if (!read) continue; // `bytes` is newer than the others
      Object.defineProperty(response, name, {
        configurable: true,
        value: async () => {
          (timer as { ref?: () => void }).ref?.();
          try {
            return await Promise.race([read.call(response), stopped]);
          } catch (error) {
            throw controller.signal.aborted ? controller.signal.reason : error;
          } finally {
            finish();
          }
        },
      });
    }
    return response;
  };
}
