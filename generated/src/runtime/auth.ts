import type { ApiDescriptor } from "./descriptors.js";
import { MissingApiKeyError } from "./errors.js";
import type { Fetch } from "./fetch.js";

interface AuthOptions {
  readonly api: Pick<ApiDescriptor, "auth" | "apiKeyEnv">;
  readonly apiKey: string | null;
}

/**
 * Puts the key on each request to the API's own origin, and takes any away that is on its way elsewhere. Throws
 * {@link MissingApiKeyError} where one is needed and none is known.
 */
export function withAuth(fetch: Fetch, { api, apiKey }: AuthOptions): Fetch {
  return async (request) => {
    const { url, headers, call } = request;
    const { operation, place } = call;
    const auth = operation ? operation.auth : api.auth;
    if (new URL(url).origin !== call.keyOrigin) {
      for (const known of [auth, api.auth]) if (known) headers.delete(known.header);
    } else if (auth && !headers.get(auth.header)) {
      if (apiKey !== null) {
        headers.set(auth.header, auth.prefix + apiKey);
      } else if (!operation?.anonymous) {
        const how = `Pass { apiKey } to the client, or set the environment variable ${api.apiKeyEnv}.`;
        throw new MissingApiKeyError(`${place.method} ${place.path} needs an API key. ${how}`);
      }
    }
    return fetch(request);
  };
}

/**
 * The key to use: the given one, or else the environment's, on platforms that have an environment.
 *
 * @throws {TypeError} for a key that no header can hold; the message does not show it
 */
export function findApiKey(given: string | undefined, variable: string): string | null {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  const key = given ?? process?.env?.[variable];
  if (key === undefined || key === "") return null;
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new TypeError("The API key holds a blank or a character that no HTTP header can carry.");
  }
  return key;
}
