import { RedirectError } from "./errors.js";
import type { Fetch } from "./fetch.js";

const redirectStatuses = new Set([301, 302, 303, 307, 308]);
const maxHops = 5;

/**
 * Follows a redirect only where nothing can leak or happen twice: a GET or HEAD, within its own origin. The
 * platform's own following, which would hand the key to any origin and for 307 and 308 send a POST again, is
 * switched off, whatever the request says.
 */
export function withRedirects(fetch: Fetch): Fetch {
  return async (request, signal) => {
    const { place, redact } = request.call;
    const refuse = (response: Response, target: URL | null, why: string): RedirectError =>
      new RedirectError(
        {
          ...place,
          status: response.status,
          headers: redact.headers(response.headers),
          body: undefined,
          messages: [
            `The server redirects ${target ? `to ${redact.text(target.origin)}` : "elsewhere"}; not followed (${why}).`,
          ],
          errorCode: null,
          requestId: null,
        },
        target && redact.text(target.origin + target.pathname),
      );
    let at = request;
    for (let hop = 0; ; hop++) {
      const response = await fetch(at, signal);
      if (response.redirected)
        throw refuse(response, parse(response.url, at.url), "the given fetch had followed it");
      const hidden = response.type === "opaqueredirect"; // a browser shows neither status nor location
      const location = response.headers.get("location");
      if (!hidden && !(redirectStatuses.has(response.status) && location !== null)) return response;

      const target = location === null ? null : parse(location, at.url);
      await response.body?.cancel();
      if (!target)
        throw refuse(response, null, hidden ? "the platform hides where to" : "its location is none");
      if (target.origin !== new URL(at.url).origin) throw refuse(response, target, "another origin");
      if (at.method !== "GET" && at.method !== "HEAD")
        throw refuse(response, target, "only a GET is followed: no body is sent twice");
      if (hop === maxHops) throw refuse(response, target, "too many hops");
      target.username = "";
      target.password = "";
      at = { ...at, url: target.href };
    }
  };
}

function parse(location: string, base: string): URL | null {
  return URL.canParse(location, base) ? new URL(location, base) : null;
}
