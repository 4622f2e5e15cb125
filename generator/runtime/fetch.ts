import type { OperationDescriptor } from "./descriptors.js";
import type { RequestPlace } from "./errors.js";
import type { Tell } from "./hooks.js";
import type { Redact } from "./redact.js";
import type { UploadProgress } from "./upload.js";

/**
 * A request on its way through the client's layers: all that a `Request` says, but with its body as it was given, so
 * that another attempt can send it again.
 */
export interface Outgoing {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: BodyInit | null;
  /** The platform's other settings, such as `cache`. */
  readonly settings: RequestInit;
  readonly call: CallContext;
}

/** The shape of every layer of the client: a `fetch` in, a `fetch` out. */
export type Fetch = (request: Outgoing, signal?: AbortSignal) => Promise<Response>;

/** What the layers know of a call beyond its request. */
export interface CallContext {
  readonly operation: OperationDescriptor | null;
  readonly place: RequestPlace;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  /** Ends the call as a whole: the caller's, or its total time-out's. */
  readonly signal: AbortSignal | null;
  /** Sent with every attempt; `null` where the operation takes none. */
  readonly idempotencyKey: string | null;
  readonly redact: Redact;
  /**
   * What is read of an answer before it counts as complete: its text or bytes alone, which is quickest; all that a
   * `Response` offers; or nothing, for who wants its stream.
   */
  readonly reads: "text" | "blob" | "response" | "stream";
  /** The only origin that may see the key. */
  readonly keyOrigin: string;
  readonly tell: Tell | null;
  readonly onUploadProgress?: ((progress: UploadProgress) => void) | undefined;
  /** Counts the attempts, from 1. */
  attempt: number;
}

const contexts = new WeakMap<Request, CallContext>();

/** What a given `fetch` may learn of the call that a request of the client belongs to; `null` for a foreign request. */
export const contextOf = (request: Request): CallContext | null => contexts.get(request) ?? null;

const { process } = globalThis as { process?: { versions?: { undici?: string } } };

/**
 * Node's fetch keeps all that it has sent of a body, in case it must send it again to another place
 * (nodejs/undici#4058), unless it is told never to follow; then a redirect is a failure, see `upload.ts`.
 */
const forUploads: RequestInit = process?.versions?.undici
  ? { redirect: "error", window: null }
  : { redirect: "manual" };

/** The platform's `fetch`, or a given one, as the lowest layer. A given one gets a `Request`, and what it must pass on. */
export function platformFetch(given: typeof globalThis.fetch | undefined): Fetch {
  return ({ url, method, headers, body, settings, call }, signal) => {
    const rules = body instanceof Blob || isStream(body) ? forUploads : { redirect: "manual" as const };
    const init: RequestInit = { ...settings, method, headers, body, ...rules };
    if (isStream(body)) Object.assign(init, { duplex: "half" });
    if (signal) init.signal = signal;
    if (!given) return globalThis.fetch(url, init);
    const request = new Request(url, init);
    contexts.set(request, call);
    return given(request, signal ? { ...rules, signal } : rules);
  };
}

export const isStream = (body: BodyInit | null): boolean => body instanceof ReadableStream;
