import type { OperationDescriptor } from "./descriptors.js";

/** The shape of every layer of the client: a `fetch` in, a `fetch` out. */
export type Fetch = (request: Request, init?: RequestInit) => Promise<Response>;

/** What a layer may need to know of a call beyond its request. */
export interface CallContext {
  readonly operation: OperationDescriptor | null;
  readonly timeoutMs: number | null;
}

const contexts = new WeakMap<Request, CallContext>();

export function setContext(request: Request, context: CallContext): void {
  contexts.set(request, context);
}

export function contextOf(request: Request): CallContext | null {
  return contexts.get(request) ?? null;
}

/** Method and path of a request: all of it that an error may show. */
export function placeOf(request: Request): { method: string; path: string } {
  return { method: request.method, path: new URL(request.url).pathname };
}
