import type { Call } from "../client.js";
import { ApiError, InvalidArgumentError } from "../errors.js";
import { BatchResultError } from "./batch-errors.js";

export interface FetchResultsOptions {
  /** The `fetch` that was given to the client, if one was. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long it may take in all, in milliseconds; by default as long as any call of the client. */
  readonly timeoutMs?: number | undefined;
}

const redirectStatuses = new Set([301, 302, 303, 307, 308]);
const maxHops = 5;

/**
 * Fetches the results of a batch, whole, for their signed address does not stay good for long. The key goes to the
 * API's own origin only: the redirect to wherever the results are kept is followed without it, and never from https to
 * http.
 *
 * @param address what the batch names as the address of its results
 * @throws {BatchResultError} if there is no address, a redirect is not followed, or the answer is no success
 */
export async function fetchResults(
  client: unknown,
  address: string,
  { fetch, signal, timeoutMs }: FetchResultsOptions = {},
): Promise<Blob> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new BatchResultError(0, address === "" ? "are not there yet" : "are at no http(s) address");
  }
  const get = (client as { http?: { GET?: Call } } | null)?.http?.GET;
  if (!get) throw new InvalidArgumentError("client", "The client has no http.GET.");
  try {
    // Through the client's own layers, which put the key on it if it goes to the API's origin.
    const { data, response } = await get(url.pathname + url.search, {
      baseUrl: url.origin,
      parseAs: "blob",
      fetch: withBareRedirects(fetch),
      ...(signal && { signal }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
    if (response.ok) return data instanceof Blob ? data : new Blob([]);
    throw new BatchResultError(0, `were not sent: the status is ${response.status}`);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ApiError) throw error;
    throw new BatchResultError(0, "could not be fetched", error);
  }
}

/** Follows redirects of a GET with nothing of the first request on the next: no key, no other header. */
function withBareRedirects(given: typeof globalThis.fetch | undefined): typeof globalThis.fetch {
  const fetch = given ?? ((...args: Parameters<typeof globalThis.fetch>) => globalThis.fetch(...args));
  return async (input, init) => {
    let response = await fetch(input, init);
    let at = input instanceof Request ? input.url : String(input);
    for (let hop = 0; redirectStatuses.has(response.status); hop++) {
      const location = response.headers.get("location");
      const target = location !== null && URL.canParse(location, at) ? new URL(location, at) : null;
      if (!target || !/^https?:$/.test(target.protocol)) return response;
      const refuse = async (why: string): Promise<never> => {
        await response.body?.cancel();
        throw new BatchResultError(0, `are redirected to ${target.origin}; not followed (${why})`);
      };
      if (new URL(at).protocol === "https:" && target.protocol === "http:") await refuse("no longer https");
      if (hop === maxHops) await refuse("too many hops");
      await response.body?.cancel();
      at = target.href;
      response = await fetch(new Request(at, { redirect: "manual" }), {
        redirect: "manual",
        ...(init?.signal && { signal: init.signal }),
      });
    }
    return response;
  };
}
