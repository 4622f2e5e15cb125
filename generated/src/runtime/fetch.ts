import type { OperationDescriptor } from "./descriptors.js";
import type { Redact } from "./redact.js";

/** The shape of every layer of the client: a `fetch` in, a `fetch` out. */
export type Fetch = (request: Request, init?: RequestInit) => Promise<Response>;

/** What a layer may need to know of a call beyond its request. */
export interface CallContext {
  readonly operation: OperationDescriptor | null;
  readonly timeoutMs: number;
  readonly redact: Redact;
}

const contexts = new WeakMap<Request, CallContext>();

export function setContext(request: Request, context: CallContext): void {
  contexts.set(request, context);
}

/** Every request of the client has one: it is set where the request enters the layers. */
export function contextOf(request: Request): CallContext {
  const context = contexts.get(request);
  if (!context) throw new Error("A request reached the client's layers without its context.");
  return context;
}

/** Method and path of a request: all of it that an error may show. */
export function placeOf(request: Request): { method: string; path: string } {
  return { method: request.method, path: new URL(request.url).pathname };
}
