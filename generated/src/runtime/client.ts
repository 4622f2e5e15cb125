import createClient, { type Client } from "openapi-fetch";
import { findApiKey, withAuth } from "./auth.js";
import { serializeBody } from "./body.js";
import type { ApiDescriptor, OperationDescriptor } from "./descriptors.js";
import { type CallContext, type Fetch, setContext } from "./fetch.js";
import { checkLines } from "./limits.js";
import { fillPath } from "./path.js";
import { serializeQuery } from "./query.js";
import { type Redact, redacting } from "./redact.js";
import { withRedirects } from "./redirects.js";
import { type Send, sending } from "./send.js";
import { checkTimeout, withTimeout } from "./timeout.js";

export interface ClientOptions {
  /** The API key; by default the environment variable that the package's README names. */
  readonly apiKey?: string | undefined;
  /** Where the API is; by default the contract's first server. The key goes to this origin only. */
  readonly baseUrl?: string | undefined;
  /** Used in place of the platform's `fetch`, for a proxy or a test. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Sent with every request. */
  readonly headers?: HeadersInit | undefined;
  /** How long a request may take, its answer's body included; 60,000 ms by default. */
  readonly timeoutMs?: number | undefined;
}

const defaultTimeoutMs = 60_000;
const verbs = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"] as const;

export interface Transport<Paths extends object> {
  readonly http: Client<Paths>;
  readonly send: Send;
}

/** openapi-fetch's call, whatever its path and method: what the typed verbs share. */
export type Call = (
  path: string,
  init?: CallInit,
) => Promise<{ data?: unknown; error?: unknown; response: Response }>;

export interface CallInit {
  readonly [option: string]: unknown;
  /** Used in place of the client's own `fetch`, below the same layers. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly headers?: unknown;
  readonly timeoutMs?: number | undefined;
  /** Told of the request before it is sent, and of the answer before its body is read. */
  readonly onRequest?: ((request: Request, redact: Redact) => void) | undefined;
  readonly onAnswer?: ((response: Response) => void) | undefined;
}

/**
 * Puts the layers of the client together: fetch → redirects → time-out → auth → openapi-fetch → the operations'
 * own wire format. Both the typed openapi-fetch client and the resources' `send` go through all of them.
 *
 * @throws {TypeError} for a key that no header can hold, and for a `baseUrl` or `fetch` that is none
 * @throws {InvalidArgumentError} for a `timeoutMs` that is none
 */
export function createTransport<Paths extends object>(
  api: ApiDescriptor,
  operations: Readonly<Record<string, OperationDescriptor>>,
  options: ClientOptions,
): Transport<Paths> {
  const baseUrl = checkBaseUrl(options.baseUrl ?? api.baseUrl);
  const { fetch } = options;
  if (fetch !== undefined && typeof fetch !== "function") throw new TypeError("fetch must be a function.");
  const { apiKey, headers } = findCredentials(api, options);
  const timeoutMs = checkTimeout(options.timeoutMs ?? defaultTimeoutMs);
  /** An operation's own server, unless the caller sends all calls elsewhere. */
  const ownUrl = (operation: OperationDescriptor | null): string | null =>
    options.baseUrl === undefined && operation?.baseUrl ? checkBaseUrl(operation.baseUrl) : null;
  const originOf = (operation: OperationDescriptor | null): string =>
    new URL(ownUrl(operation) ?? baseUrl).origin;

  const layers = (own: typeof globalThis.fetch | undefined): Fetch => {
    const platform: Fetch = (request, init) => (own ?? fetch ?? globalThis.fetch)(request, init);
    return withAuth(withTimeout(withRedirects(platform)), { api, apiKey, originOf });
  };
  const http = createClient<Paths>({ baseUrl, headers, redirect: "manual" });
  const calls = http as unknown as Record<OperationDescriptor["method"] | "request", Call>;
  const secrets = [apiKey, api.auth && headers[api.auth.header.toLowerCase()]].filter((secret) => !!secret);
  speakContract(calls, { api, operations, layers, ownUrl, timeoutMs, secrets: secrets as string[] });
  return { http, send: sending({ api, call: calls }) };
}

/** The key, wherever it was given, and the client's headers without it: a key is no ordinary header. */
function findCredentials(
  { auth, apiKeyEnv }: ApiDescriptor,
  options: ClientOptions,
): { apiKey: string | null; headers: Record<string, string> } {
  const headers = new Headers(options.headers);
  const given = auth && headers.get(auth.header);
  const inHeader = auth && given?.startsWith(auth.prefix) ? given.slice(auth.prefix.length) : undefined;
  if (auth && inHeader !== undefined) headers.delete(auth.header);
  return { apiKey: findApiKey(options.apiKey ?? inHeader, apiKeyEnv), headers: Object.fromEntries(headers) };
}

interface Speaker {
  readonly api: ApiDescriptor;
  readonly operations: Readonly<Record<string, OperationDescriptor>>;
  /** The layers over a call's own `fetch`, or over the client's. */
  readonly layers: (own: typeof globalThis.fetch | undefined) => Fetch;
  readonly ownUrl: (operation: OperationDescriptor | null) => string | null;
  readonly timeoutMs: number;
  readonly secrets: readonly string[];
}

/** Gives each verb of an openapi-fetch client what its operation's contract asks for, and the layers below it. */
function speakContract(http: Record<string, Call>, speaker: Speaker): void {
  const { api, operations, layers, secrets } = speaker;
  const byRoute = new Map(
    Object.values(operations).map((operation) => [`${operation.method} ${operation.path}`, operation]),
  );
  const pipeline = layers(undefined);
  const redactKey = redacting(secrets);
  for (const verb of verbs) {
    const call = http[verb] as Call;
    http[verb] = async (path, { timeoutMs, onRequest, onAnswer, headers, fetch, ...init } = {}) => {
      const operation = byRoute.get(`${verb} ${path}`) ?? null;
      await checkLines(operation?.body ?? null, init["body"]);
      const auth = operation ? operation.auth : api.auth;
      const ownKey = auth ? findHeader(headers, auth.header) : null;
      const context: CallContext = {
        operation,
        timeoutMs: timeoutMs === undefined ? speaker.timeoutMs : checkTimeout(timeoutMs),
        redact: ownKey === null ? redactKey : redacting([...secrets, ownKey.slice(auth?.prefix.length ?? 0)]),
      };
      const next = fetch ? layers(fetch) : pipeline;
      const enter: Fetch = async (request, extra) => {
        setContext(request, context);
        if (operation?.accept && !request.headers.has("accept")) {
          request.headers.set("accept", operation.accept);
        }
        onRequest?.(request, context.redact);
        const response = await next(request, extra);
        onAnswer?.(response);
        return response;
      };
      const ownUrl = speaker.ownUrl(operation);
      return call(path, {
        ...(ownUrl !== null && { baseUrl: ownUrl }),
        ...(operation && wireFormat(operation)),
        ...init,
        headers: contentType(operation, init["body"], headers),
        fetch: enter as typeof globalThis.fetch,
      });
    };
  }
  const request = http["request"] as unknown as (
    method: string,
    path: string,
    init?: CallInit,
  ) => ReturnType<Call>;
  const dispatch: typeof request = (method, path, init) => {
    const call = http[method.toUpperCase()];
    return call ? call(path, init) : request(method, path, init);
  };
  http["request"] = dispatch as unknown as Call;
}

/** A header among a call's own, however they were given. */
function findHeader(headers: unknown, name: string): string | null {
  if (typeof headers !== "object" || headers === null) return null;
  const entries: [string, unknown][] = headers instanceof Headers ? [...headers] : Object.entries(headers);
  const found = entries.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  return typeof found === "string" && found !== "" ? found : null;
}

function wireFormat({ path, parameters, body }: OperationDescriptor) {
  return {
    querySerializer: (values: Record<string, unknown>) => serializeQuery(parameters, values),
    pathSerializer: (url: string, values: Record<string, unknown>) =>
      url.slice(0, url.length - path.length) + fillPath(path, parameters, values),
    ...(body && { bodySerializer: (value: unknown) => serializeBody(body, value) }),
  };
}

/** openapi-fetch takes a body for plain JSON unless a header says more; a form's type, with its boundary, is the platform's to say. */
function contentType(operation: OperationDescriptor | null, body: unknown, headers: unknown): unknown {
  const descriptor = operation?.body;
  if (
    body === undefined ||
    !descriptor ||
    descriptor.encoding === "multipart" ||
    descriptor.mediaType === "application/json"
  )
    return headers;
  const type =
    descriptor.encoding === "raw" && body instanceof Blob && body.type !== ""
      ? body.type
      : descriptor.mediaType.includes("*") // a range is no type
        ? "application/octet-stream"
        : descriptor.mediaType;
  return { "Content-Type": type, ...(headers as Record<string, string> | undefined) };
}

function checkBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (!url || !/^https?:$/.test(url.protocol) || /[?#]/.test(baseUrl)) {
    throw new TypeError(
      "baseUrl must be an http(s) address without a query, such as https://api.example.com.",
    );
  }
  if (url.username !== "" || url.password !== "")
    throw new TypeError("baseUrl must not hold a user name or a password.");
  return url.href.replace(/(?<!\/)\/+$/, "");
}
