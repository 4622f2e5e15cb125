import { type BodyLimits, type HandlerOptions, type OnEvent, receiving } from "./receive.js";
import { joined } from "./receive-request.js";
import { WebhookBodyError } from "./webhook-errors.js";
import type { RawBody, Secrets, Verify } from "./webhooks.js";

/** What is needed of a request of Node's `http`, with what Express and others may have added. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly readableEnded: boolean;
  readonly destroyed: boolean;
  /** The body, where a middleware has read it: bytes or a string, or else it was parsed. */
  readonly body?: unknown;
  /** The body as it came, where a middleware or the platform kept it. */
  readonly rawBody?: unknown;
  on(event: string, listener: (chunk: Uint8Array | string) => void): unknown;
  off(event: string, listener: (chunk: Uint8Array | string) => void): unknown;
}

/** What is needed of a response of Node's `http`. */
export interface NodeResponse {
  statusCode: number;
  readonly headersSent: boolean;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

export type HandleNode<Event> = (
  secret: Secrets,
  onEvent: OnEvent<Event>,
  options?: HandlerOptions,
) => (request: NodeRequest, response: NodeResponse) => Promise<void>;

/** `handleNode` for the webhooks of a contract. */
export function nodeHandling<Event>(verify: Verify<Event>): HandleNode<Event> {
  return (secret, onEvent, options = {}) => {
    const receive = receiving(verify, secret, onEvent, options);
    return async (request, response) => {
      const { method, headers } = request;
      const outcome = await receive({ method, headers, read: (limits) => readBody(request, limits) });
      if (!response.headersSent) {
        response.statusCode = outcome.status;
        for (const [name, value] of Object.entries(outcome.headers)) response.setHeader(name, value);
        response.end(outcome.body);
      }
      if (outcome.error !== null) options.onError?.(outcome.error);
    };
  };
}

async function readBody(request: NodeRequest, limits: BodyLimits): Promise<RawBody> {
  const kept = [request.rawBody, request.body].find(isRaw);
  if (kept !== undefined) return kept;
  // A parser that had no use for the body may have left an empty object; then the body is still to come.
  if (request.readableEnded) throw new WebhookBodyError("body-already-read");
  if (request.destroyed) throw new WebhookBodyError("body-cut-off");
  return readStream(request, limits);
}

function isRaw(value: unknown): value is string | Uint8Array {
  return typeof value === "string" || ArrayBuffer.isView(value);
}

function readStream(request: NodeRequest, { maxBytes, timeoutMs }: BodyLimits): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"]) > maxBytes) {
      reject(new WebhookBodyError("body-too-large"));
      return;
    }
    const chunks: Uint8Array[] = [];
    let length = 0;
    const settle = (failure: WebhookBodyError | null): void => {
      clearTimeout(timer);
      for (const [event, listener] of Object.entries(listeners)) request.off(event, listener);
      if (failure) reject(failure);
      else resolve(joined(chunks, length));
    };
    const listeners = {
      data: (chunk: Uint8Array | string): void => {
        const bytes = typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
        chunks.push(bytes);
        length += bytes.byteLength;
        if (length > maxBytes) settle(new WebhookBodyError("body-too-large"));
      },
      end: (): void => settle(null),
      // A client that goes away ends in `close` without an `end`; not every platform says `error` as well.
      close: (): void => settle(new WebhookBodyError("body-cut-off")),
      error: (): void => settle(new WebhookBodyError("body-cut-off")),
    };
    const timer = setTimeout(() => settle(new WebhookBodyError("body-too-slow")), timeoutMs);
    for (const [event, listener] of Object.entries(listeners)) request.on(event, listener);
  });
}
