import createClient, { type Client } from "openapi-fetch";
import { findApiKey, withAuth } from "./auth.js";
import { serializeBody } from "./body.js";
import { type Clock, systemClock, within } from "./clock.js";
import { withConcurrency } from "./concurrency.js";
import type { ApiDescriptor, JobDescriptor, OperationDescriptor } from "./descriptors.js";
import { type PlanOfContract, type RequestPlace, TimeoutError } from "./errors.js";
import { type CallContext, type Fetch, type Outgoing, platformFetch } from "./fetch.js";
import { type Hooks, telling } from "./hooks.js";
import type { LimitStore } from "./limit-store.js";
import { memoryLimits } from "./memory-limits.js";
import { fillPath } from "./path.js";
import { serializeQuery } from "./query.js";
import { withRateLimits } from "./rate-limit.js";
import { redacting } from "./redact.js";
import { withRedirects } from "./redirects.js";
import { checkRetries, withRetries } from "./retry.js";
import { type Send, sending } from "./send.js";
import { checkTimeout, withTimeout } from "./timeout.js";
import { type UploadProgress, withUpload } from "./upload.js";
import { findValidation, type Validation, type ValidationScope } from "./validation.js";

export interface ClientOptions extends Hooks {
  /** The API key; by default the environment variable that the package's README names. */
  readonly apiKey?: string | undefined;
  /** Where the API is; by default the contract's first server. The key goes to this origin only. */
  readonly baseUrl?: string | undefined;
  /** Used in place of the platform's `fetch`, for a proxy or a test. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Sent with every request. */
  readonly headers?: HeadersInit | undefined;
  /** How long an attempt may take, its answer's body included; 60,000 ms by default. */
  readonly timeoutMs?: number | undefined;
  /** How long a call may take as a whole, with its attempts and its waiting for limits; without it, as long as that takes. */
  readonly totalTimeoutMs?: number | undefined;
  /**
   * How often to try again what failed for a passing reason and is safe to repeat; 2 by default. A request that the
   * server may have accepted is only repeated if the contract has an idempotency key for it.
   */
  readonly maxRetries?: number | undefined;
  /**
   * Waits for a free place under the contract's rate limits instead of running into them: `true`, the default, counts
   * what this client sends; a {@link LimitStore} counts for all that share it; `false` does not count.
   */
  readonly rateLimit?: boolean | LimitStore | undefined;
  /** Your plan: at most as many jobs as it allows are in flight at once, and others wait. Without it, nothing waits. */
  readonly plan?: PlanOfContract | undefined;
  /** Jobs in flight at once, where it is not the plan that says, or the plan leaves it to agreement. */
  readonly concurrency?: number | undefined;
  /**
   * Checks the methods' requests against the contract before they are sent, or with `"all"` their results too. A program
   * that is bundled gives `validation("all")` of the package's entry `validate` instead of the word.
   */
  readonly validate?: ValidationScope | Validation | undefined;
}

const defaultTimeoutMs = 60_000;
const defaultRetries = 2;
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
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  readonly totalTimeoutMs?: number | undefined;
  readonly maxRetries?: number | undefined;
  readonly onUploadProgress?: ((progress: UploadProgress) => void) | undefined;
  readonly checkFileKinds?: boolean | undefined;
  readonly reads?: CallContext["reads"] | undefined;
  /** The operation that is called, where more than one has its verb and path; by default the first, or what fits the body. */
  readonly operation?: OperationDescriptor | undefined;
  /** Told of the call before it is sent. */
  readonly onCall?: ((call: CallContext) => void) | undefined;
}

/** What the layers need beside the options: the jobs that a plan limits, and the time. */
interface Surroundings {
  readonly jobs?: Readonly<Record<string, JobDescriptor>>;
  readonly clock?: Clock;
}

/**
 * Puts the layers of the client together: fetch → upload → redirects → time-out → rate limits → retries → concurrency →
 * auth → openapi-fetch → the operations' own wire format. Both the typed openapi-fetch client and the resources' `send` go
 * through all of them.
 *
 * @throws {TypeError} for a key that no header can hold, for a `baseUrl` or `fetch` that is none, for an unknown plan
 * @throws {RangeError} for a `maxRetries` or `concurrency` that is none
 * @throws {InvalidArgumentError} for a `timeoutMs` that is none
 */
export function createTransport<Paths extends object>(
  api: ApiDescriptor,
  operations: Readonly<Record<string, OperationDescriptor>>,
  options: ClientOptions,
  { jobs = {}, clock = systemClock }: Surroundings = {},
): Transport<Paths> {
  const baseUrl = checkBaseUrl(options.baseUrl ?? api.baseUrl);
  const { fetch, rateLimit = true } = options;
  if (fetch !== undefined && typeof fetch !== "function") throw new TypeError("fetch must be a function.");
  const { apiKey, headers } = findCredentials(api, options);
  const limit = concurrencyOf(api, options);
  const store = typeof rateLimit === "object" ? rateLimit : memoryLimits(clock);
  const tell = telling(options);
  let send: Send | undefined;

  const layers = (own: typeof globalThis.fetch | undefined): Fetch => {
    let next = withTimeout(withRedirects(withUpload(platformFetch(own ?? fetch))), clock);
    if (rateLimit !== false) next = withRateLimits(next, api, store, clock);
    next = withRetries(next, clock);
    if (limit !== null) {
      const look = async (job: JobDescriptor, id: string, signal: AbortSignal | null) =>
        send?.(job.operation, { [job.idParameter]: id }, undefined, signal ? { signal } : {});
      next = withConcurrency(next, { api, jobs: Object.values(jobs), store, limit, look, clock });
    }
    return withAuth(next, { api, apiKey });
  };
  const Draft = DraftRequest as unknown as typeof Request;
  const http = createClient<Paths>({ baseUrl, headers, Request: Draft });
  const calls = http as unknown as Record<OperationDescriptor["method"] | "request", Call>;
  const secrets = [apiKey, api.auth && headers[api.auth.header.toLowerCase()]].filter((secret) => !!secret);
  const defaults = {
    timeoutMs: checkTimeout(options.timeoutMs ?? defaultTimeoutMs),
    totalTimeoutMs: checkTotal(options.totalTimeoutMs),
    maxRetries: checkRetries(options.maxRetries ?? defaultRetries),
  };
  speakContract(http, calls, {
    api,
    baseUrl: options.baseUrl === undefined ? null : baseUrl,
    operations,
    pipeline: layers(undefined),
    layers,
    defaults,
    tell,
    clock,
    secrets: secrets as string[],
  });
  const validation = findValidation(options.validate, api.validators);
  send = sending({ api, call: calls, validation });
  return { http, send };
}

/** What openapi-fetch makes in place of a `Request`, which is costly to make and can't be sent twice. */
class DraftRequest {
  readonly settings: RequestInit;
  declare readonly method: string;

  constructor(
    readonly url: string,
    init: RequestInit,
  ) {
    this.settings = init;
    Object.assign(this, { method: init.method });
  }
}

const checkTotal = (ms: number | undefined): number | null =>
  ms === undefined ? null : checkTimeout(ms, "totalTimeoutMs");

/** Jobs in flight at once; `null`: as many as there come. */
function concurrencyOf({ plans }: ApiDescriptor, { plan, concurrency }: ClientOptions): number | null {
  if (plan !== undefined && !Object.hasOwn(plans, plan))
    throw new TypeError(`There is no such plan; there are ${Object.keys(plans).join(", ")}.`);
  if (concurrency !== undefined && !(concurrency >= 1))
    throw new RangeError("concurrency must be a number of jobs, 1 or more.");
  return concurrency ?? (plan === undefined ? null : (plans[plan] ?? null));
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
  /** Where the caller sends all calls; `null`: each to its own server. */
  readonly baseUrl: string | null;
  readonly operations: Readonly<Record<string, OperationDescriptor>>;
  readonly pipeline: Fetch;
  /** The layers over a call's own `fetch`. */
  readonly layers: (own: typeof globalThis.fetch) => Fetch;
  readonly defaults: { timeoutMs: number; totalTimeoutMs: number | null; maxRetries: number };
  readonly tell: CallContext["tell"];
  readonly clock: Clock;
  readonly secrets: readonly string[];
}

/** Gives each verb of an openapi-fetch client what its operation's contract asks for, and the layers below it. */
function speakContract(
  { use }: { use: (...middleware: never[]) => void },
  http: Record<string, Call>,
  speaker: Speaker,
): void {
  const { api, operations, defaults, clock } = speaker;
  const byRoute = new Map<string, OperationDescriptor[]>();
  for (const operation of Object.values(operations)) {
    const route = `${operation.method} ${operation.path}`;
    byRoute.set(route, [...(byRoute.get(route) ?? []), operation]);
  }
  const redactKey = redacting(speaker.secrets);
  let hasMiddleware = false; // it is used to whole requests and responses
  Object.assign(http, {
    use: (...middleware: never[]) => {
      hasMiddleware = true;
      use(...middleware);
    },
  });
  for (const verb of verbs) {
    const call = http[verb] as Call;
    http[verb] = async (path, given = {}) => {
      const {
        timeoutMs,
        totalTimeoutMs,
        maxRetries,
        onUploadProgress,
        checkFileKinds,
        onCall,
        signal = null,
        headers,
        fetch,
        reads,
        operation = ofBody(byRoute.get(`${verb} ${path}`), given["body"], headers),
        ...init
      } = given;
      const start = clock.now();
      const ms = totalTimeoutMs === undefined ? defaults.totalTimeoutMs : checkTotal(totalTimeoutMs);
      /** Does a part of the call in what is left of its time. */
      const inTime = <T>(place: RequestPlace, work: (stop: AbortSignal | null) => Promise<T>): Promise<T> => {
        if (ms === null) return work(signal);
        const late = () => new TimeoutError(place, ms, null);
        return within(clock, { signal, ms: Math.max(ms - (clock.now() - start), 0), late }, work);
      };
      const form = operation?.body;
      const body =
        form && init["body"] !== undefined
          ? await inTime({ method: verb, path }, (stop) =>
              serializeBody(form, init["body"], {
                checkFileKinds,
                fields: operation?.parameters ?? [],
                signal: stop,
              }),
            )
          : null;
      const auth = operation ? operation.auth : api.auth;
      const ownKey = auth ? findHeader(headers, auth.header) : null;
      const whole = hasMiddleware || init["middleware"] !== undefined;
      const ownUrl = speaker.baseUrl === null && operation?.baseUrl ? checkBaseUrl(operation.baseUrl) : null;
      const next = fetch ? speaker.layers(fetch) : speaker.pipeline;
      const enter = async (drafted: DraftRequest | Request): Promise<Response> => {
        const request = drafted instanceof Request ? await requestParts(drafted) : draftParts(drafted);
        const { pathname } = new URL(request.url);
        if (operation?.accept && !request.headers.has("accept")) {
          request.headers.set("accept", operation.accept);
        }
        const context: CallContext = {
          operation,
          place: { method: request.method, path: pathname },
          timeoutMs: timeoutMs === undefined ? defaults.timeoutMs : checkTimeout(timeoutMs),
          maxRetries: maxRetries === undefined ? defaults.maxRetries : checkRetries(maxRetries),
          signal,
          idempotencyKey: operation && keyOf(operation, request.headers),
          redact:
            ownKey === null
              ? redactKey
              : redacting([...speaker.secrets, ownKey.slice(auth?.prefix.length ?? 0)]),
          reads: reads && !whole ? reads : init["parseAs"] === "stream" ? "stream" : "response",
          keyOrigin: new URL(ownUrl ?? speaker.baseUrl ?? api.baseUrl).origin,
          tell: speaker.tell,
          onUploadProgress,
          attempt: 0,
        };
        onCall?.(context);
        return inTime(context.place, (stop) =>
          next({ ...request, call: Object.assign(context, { signal: stop }) }),
        );
      };
      return call(path, {
        ...(whole && { Request: globalThis.Request }),
        ...(ownUrl !== null && { baseUrl: ownUrl }),
        ...(operation && wireFormat(operation)),
        ...(body !== null && { bodySerializer: () => body }),
        ...init,
        headers: contentType(operation, body, headers),
        fetch: enter as unknown as typeof globalThis.fetch,
      });
    };
  }
  const dispatch = async (method: string, path: string, init?: CallInit): ReturnType<Call> => {
    const call = http[method.toUpperCase()];
    if (!call) throw new TypeError(`There is no method ${method}; there are ${verbs.join(", ")}.`);
    return call(path, init);
  };
  http["request"] = dispatch as unknown as Call;
}

/** Of the operations of one verb and path, which differ in what they send, the one that a body and its headers are of. */
function ofBody(
  operations: readonly OperationDescriptor[] = [],
  body: unknown,
  headers: unknown,
): OperationDescriptor | null {
  const [first = null, ...others] = operations;
  if (others.length === 0) return first;
  const type = findHeader(headers, "content-type")?.split(";")[0]?.trim().toLowerCase();
  const encoding = body instanceof FormData ? "multipart" : body instanceof URLSearchParams ? "form" : null;
  const fits = ({ body: own }: OperationDescriptor): boolean =>
    type === undefined ? own?.encoding === encoding : own?.mediaType === type;
  return operations.find(fits) ?? first;
}

type Parts = Omit<Outgoing, "call">;

function draftParts({ url, settings }: DraftRequest): Parts {
  const { method = "GET", headers, body = null, ...rest } = settings;
  return { url, method, headers: headers as Headers, body, settings: rest };
}

/** A request that a middleware has seen, and perhaps made: its body is read once, to be sent as often as need be. */
async function requestParts(request: Request): Promise<Parts> {
  const { url, method, headers, credentials, cache, mode, keepalive } = request;
  const body = request.body ? await request.arrayBuffer() : null;
  return { url, method, headers, body, settings: { credentials, cache, mode, keepalive } };
}

/** A browser has UUIDs on secure pages only. */
const newKey = (): string => crypto.randomUUID?.() ?? crypto.getRandomValues(new Uint32Array(4)).join("-");

/** The key that all attempts carry: the caller's, or one made here, before the first. */
function keyOf({ idempotencyHeader }: OperationDescriptor, headers: Headers): string | null {
  if (idempotencyHeader === null) return null;
  const key = headers.get(idempotencyHeader) ?? newKey();
  headers.set(idempotencyHeader, key);
  return key;
}

/** A header among a call's own, however they were given. */
function findHeader(headers: unknown, name: string): string | null {
  if (typeof headers !== "object" || headers === null) return null;
  const entries: [string, unknown][] = headers instanceof Headers ? [...headers] : Object.entries(headers);
  const found = entries.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  return typeof found === "string" && found !== "" ? found : null;
}

function wireFormat({ path, parameters }: OperationDescriptor) {
  return {
    querySerializer: (values: Record<string, unknown>) => serializeQuery(parameters, values),
    pathSerializer: (url: string, values: Record<string, unknown>) =>
      url.slice(0, url.length - path.length) + fillPath(path, parameters, values),
  };
}

/** openapi-fetch takes a body for plain JSON unless a header says more. */
function contentType(
  operation: OperationDescriptor | null,
  body: BodyInit | null,
  headers: unknown,
): unknown {
  const { mediaType } = operation?.body ?? {};
  if (body === null || mediaType === undefined || mediaType === "application/json") return headers;
  const type =
    body instanceof Blob && body.type !== ""
      ? body.type
      : mediaType.includes("*") // a range is no type
        ? "application/octet-stream"
        : mediaType;
  const given: [string, unknown][] =
    headers instanceof Headers ? [...headers] : Object.entries(headers ?? {});
  // Nobody else knows what the parts of this form are set apart by.
  const isOver = ([name]: [string, unknown]): boolean =>
    type.startsWith("multipart/") && name.toLowerCase() === "content-type";
  return { "Content-Type": type, ...Object.fromEntries(given.filter((header) => !isOver(header))) };
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
