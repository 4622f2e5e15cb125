import createClient, { type Client } from "openapi-fetch";
import { findApiKey, withAuth } from "./auth.js";
import { serializeBody } from "./body.js";
import type { ApiDescriptor, OperationDescriptor } from "./descriptors.js";
import { type Fetch, setContext } from "./fetch.js";
import { fillPath } from "./path.js";
import { serializeQuery } from "./query.js";
import { redacting } from "./redact.js";
import { withRedirects } from "./redirects.js";
import { type Send, sending } from "./send.js";
import { withTimeout } from "./timeout.js";

export interface ClientOptions {
  /** The API key; by default the environment variable that the package's README names. */
  readonly apiKey?: string | undefined;
  /** Where the API is; by default the contract's first server. The key goes to this origin only. */
  readonly baseUrl?: string | undefined;
  /** Used in place of the platform's `fetch`, for a proxy or a test. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
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
  init: CallInit,
) => Promise<{ data?: unknown; error?: unknown; response: Response }>;

export interface CallInit {
  readonly [option: string]: unknown;
  readonly fetch?: Fetch | undefined;
  readonly headers?: unknown;
  readonly timeoutMs?: number | null | undefined;
  /** Told of the answer before its body is read, with the request that got it. */
  readonly onAnswer?: ((response: Response, request: Request) => void) | undefined;
}

/**
 * Puts the layers of the client together: fetch → redirects → time-out → auth → openapi-fetch → the operations'
 * own wire format. Both the typed openapi-fetch client and the resources' `send` go through all of them.
 */
export function createTransport<Paths extends object>(
  api: ApiDescriptor,
  operations: Readonly<Record<string, OperationDescriptor>>,
  options: ClientOptions,
): Transport<Paths> {
  const baseUrl = checkBaseUrl(options.baseUrl ?? api.baseUrl);
  const apiKey = findApiKey(options.apiKey, api.apiKeyEnv);
  const timeoutMs = checkTimeout(options.timeoutMs ?? defaultTimeoutMs);
  const redact = redacting(apiKey);
  const given = options.fetch;
  const platform: Fetch = (request, init) => (given ?? globalThis.fetch)(request, init);
  const pipeline = withAuth(withTimeout(withRedirects(platform, redact), { timeoutMs, redact }), {
    api,
    apiKey,
    origin: new URL(baseUrl).origin,
  });

  const http = createClient<Paths>({
    baseUrl,
    headers: { ...options.headers },
    redirect: "manual",
    fetch: pipeline as (request: Request) => Promise<Response>,
  });
  speakContract(http as unknown as Record<string, Call>, operations, pipeline);
  return {
    http,
    send: sending({ api, redact, call: http as unknown as Record<OperationDescriptor["method"], Call> }),
  };
}

/** Gives each verb of an openapi-fetch client the serializers that its operation's contract asks for. */
function speakContract(
  http: Record<string, Call>,
  operations: Readonly<Record<string, OperationDescriptor>>,
  pipeline: Fetch,
): void {
  const byRoute = new Map(
    Object.values(operations).map((operation) => [`${operation.method} ${operation.path}`, operation]),
  );
  for (const verb of verbs) {
    const call = http[verb] as Call;
    http[verb] = (path, { timeoutMs = null, onAnswer, headers, ...init } = {}) => {
      const operation = byRoute.get(`${verb} ${path}`) ?? null;
      const next = init.fetch ?? pipeline;
      return call(path, {
        ...(operation && wireFormat(operation)),
        ...init,
        headers: contentType(operation, init["body"], headers),
        fetch: async (request, extra) => {
          setContext(request, { operation, timeoutMs });
          const response = await next(request, extra);
          onAnswer?.(response, request);
          return response;
        },
      });
    };
  }
  http["request"] = ((method: string, path: string, init: CallInit) =>
    http[method.toUpperCase()]?.(path, init)) as unknown as Call;
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
      : descriptor.mediaType;
  return { "Content-Type": type, ...(headers as Record<string, string> | undefined) };
}

function checkBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "") {
    throw new TypeError(
      "baseUrl must be an http(s) address without a query, such as https://api.example.com.",
    );
  }
  if (url.username !== "" || url.password !== "")
    throw new TypeError("baseUrl must not hold a user name or a password.");
  return url.href.replace(/\/+$/, "");
}

function checkTimeout(timeoutMs: number): number {
  if (Number.isFinite(timeoutMs) && timeoutMs > 0) return timeoutMs;
  throw new TypeError("timeoutMs must be a number of milliseconds above 0.");
}
