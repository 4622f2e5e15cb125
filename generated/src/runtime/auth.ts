import type { ApiDescriptor, OperationDescriptor } from "./descriptors.js";
import { MissingApiKeyError } from "./errors.js";
import { contextOf, type Fetch, placeOf } from "./fetch.js";

interface AuthOptions {
  readonly api: Pick<ApiDescriptor, "auth" | "apiKeyEnv">;
  readonly apiKey: string | null;
  /** The only origin that may see the key of an operation. */
  readonly originOf: (operation: OperationDescriptor | null) => string;
}

/**
 * Puts the key on each request to the API's own origin, and takes any away that is on its way elsewhere. Throws
 * {@link MissingApiKeyError} where one is needed and none is known.
 */
export function withAuth(fetch: Fetch, { api, apiKey, originOf }: AuthOptions): Fetch {
  return (request, init) => {
    const { operation } = contextOf(request);
    const auth = operation ? operation.auth : api.auth;
    if (new URL(request.url).origin !== originOf(operation)) {
      for (const known of [auth, api.auth]) if (known) request.headers.delete(known.header);
    } else if (!auth) {
      return fetch(request, init);
    } else if (!request.headers.get(auth.header)) {
      if (apiKey !== null) {
        request.headers.set(auth.header, auth.prefix + apiKey);
      } else if (operation?.anonymous !== true) {
        const { method, path } = placeOf(request);
        const how = `Pass { apiKey } to the client, or set the environment variable ${api.apiKeyEnv}.`;
        return Promise.reject(new MissingApiKeyError(`${method} ${path} needs an API key. ${how}`));
      }
    }
    return fetch(request, init);
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
