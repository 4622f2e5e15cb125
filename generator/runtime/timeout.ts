import { unexpected } from "./answer.js";
import { type Clock, systemClock, within } from "./clock.js";
import { ApiError, ConnectionError, InvalidArgumentError, TimeoutError } from "./errors.js";
import type { CallContext, Fetch } from "./fetch.js";

/** @throws {InvalidArgumentError} for what is no number of milliseconds above 0 */
export function checkTimeout(ms: number, name = "timeoutMs"): number {
  if (typeof ms === "number" && ms > 0) return ms;
  throw new InvalidArgumentError(name, `${name} must be a number of milliseconds above 0.`);
}

/**
 * Ends an attempt that takes too long, its answer's body included, with a {@link TimeoutError}, even if the `fetch`
 * below ignores its signal. An answer that breaks off becomes an {@link UnexpectedResponseError}, any other failure
 * to get one a {@link ConnectionError}; an abort by the caller keeps the caller's reason.
 */
export function withTimeout(fetch: Fetch, clock: Clock = systemClock): Fetch {
  return (request) => {
    const { call } = request;
    const { place, timeoutMs, redact } = call;
    let response: Response | null = null;
    const late = () => new TimeoutError(place, timeoutMs, response?.status ?? null);
    return within(clock, { signal: call.signal, ms: timeoutMs, late }, async (signal) => {
      const start = clock.now();
      call.tell?.("onRequest", call, {});
      try {
        response = await fetch(request, signal);
        const complete = await read(response, call.reads, request.method);
        call.tell?.("onResponse", call, { status: response.status, durationMs: clock.now() - start });
        return complete;
      } catch (error) {
        if (error instanceof ApiError) throw error;
        const cause = redact.cause(error);
        throw response
          ? unexpected({ response, place, redact }, `the answer broke off (${cause.message})`, "", cause)
          : new ConnectionError(place, cause);
      }
    });
  };
}

/** Reads the body of an answer, and leaves it to be read again. */
async function read(response: Response, reads: CallContext["reads"], method: string): Promise<Response> {
  // A failure is read whole, for whoever asks for a stream too: nobody would cancel the body of what is tried again.
  if ((reads === "stream" && response.ok) || method === "HEAD" || !response.body) return response;
  if (reads === "response" || reads === "stream") {
    const body = await response.arrayBuffer();
    const { status, statusText, headers } = response;
    return new Response(body, { status, statusText, headers });
  }
  // A failure's body is read as text, whatever a success holds.
  const blob = reads === "blob" ? await response.blob() : null;
  const text = blob ? null : await response.text();
  const value = async () => text ?? (blob as Blob).text();
  return Object.defineProperties(response, { text: { value }, blob: { value: async () => blob } });
}
