import { ApiError, ConnectionError, TimeoutError } from "./errors.js";
import { contextOf, type Fetch, placeOf } from "./fetch.js";
import type { Redact } from "./redact.js";

const bodyReaders = ["arrayBuffer", "blob", "bytes", "formData", "json", "text"] as const;

interface TimeoutOptions {
  readonly timeoutMs: number;
  readonly redact: Pick<Redact, "error">;
}

/**
 * Ends a request that takes too long, its body included, with a {@link TimeoutError}, even if the `fetch` below
 * ignores its signal. Any other failure to get an answer becomes a {@link ConnectionError}; an abort by the caller
 * keeps the caller's reason.
 */
export function withTimeout(fetch: Fetch, { timeoutMs, redact }: TimeoutOptions): Fetch {
  return async (request, init) => {
    const limit = contextOf(request)?.timeoutMs ?? timeoutMs;
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
    const timer = setTimeout(() => stop(new TimeoutError(place, limit, status)), limit);
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
      throw error instanceof ApiError ? error : new ConnectionError(place, redact.error(error));
    }
    status = response.status;
    if (response.body === null) {
      finish();
      return response;
    }
    for (const name of bodyReaders) {
      const read = response[name] as (() => Promise<unknown>) | undefined;
      if (!read) continue; // `bytes` is newer than the others
      Object.defineProperty(response, name, {
        value: async () => {
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
