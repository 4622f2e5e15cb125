import { RedirectError } from "./errors.js";
import { type Fetch, placeOf } from "./fetch.js";
import type { Redact } from "./redact.js";

const redirectStatuses = new Set([301, 302, 303, 307, 308]);
const maxHops = 5;

/**
 * Follows a redirect only where nothing can leak or happen twice: a GET or HEAD, within its own origin. The
 * platform's own following would hand the key to any origin and, for 307 and 308, send a POST again. Needs
 * requests made with `redirect: "manual"`.
 */
export function withRedirects(fetch: Fetch, redact: Pick<Redact, "headers" | "text">): Fetch {
  return async (request, init) => {
    let at = request;
    for (let hop = 0; ; hop++) {
      const response = await fetch(at, init);
      const hidden = response.type === "opaqueredirect"; // a browser shows neither status nor location
      const location = response.headers.get("location");
      if (!hidden && !(redirectStatuses.has(response.status) && location !== null)) return response;

      const target = location === null ? null : parse(location, at.url);
      const sameOrigin = target !== null && target.origin === new URL(at.url).origin;
      const repeatable = at.method === "GET" || at.method === "HEAD";
      await response.body?.cancel();
      if (!sameOrigin || !repeatable || hop >= maxHops) {
        const where = target === null ? "elsewhere" : `to ${redact.text(target.origin)}`;
        const why = !sameOrigin
          ? "another origin"
          : repeatable
            ? "too many hops"
            : "a body is not sent twice";
        throw new RedirectError(
          {
            ...placeOf(request),
            status: response.status,
            headers: redact.headers(response.headers),
            body: undefined,
            messages: [`The server redirects ${where}; not followed (${why}).`],
            errorCode: null,
            requestId: null,
          },
          target === null ? null : redact.text(target.origin + target.pathname),
        );
      }
      at = new Request(target, {
        method: at.method,
        headers: at.headers,
        signal: request.signal,
        redirect: "manual",
      });
    }
  };
}

function parse(location: string, base: string): URL | null {
  try {
    return new URL(location, base);
  } catch {
    return null;
  }
}
