import { type BodyLimits, type HandlerOptions, type OnEvent, receiving } from "./receive.js";
import { WebhookBodyError } from "./webhook-errors.js";
import type { Secrets, Verify } from "./webhooks.js";

export type HandleRequest<Event> = (
  secret: Secrets,
  onEvent: OnEvent<Event>,
  options?: HandlerOptions,
) => (request: Request) => Promise<Response>;

/** `handleRequest` for the webhooks of a contract. */
export function requestHandling<Event>(verify: Verify<Event>): HandleRequest<Event> {
  return (secret, onEvent, options = {}) => {
    const receive = receiving(verify, secret, onEvent, options);
    return async (request) => {
      const { method, headers } = request;
      const outcome = await receive({ method, headers, read: (limits) => readBody(request, limits) });
      if (outcome.error !== null) options.onError?.(outcome.error);
      return new Response(outcome.body, {
        status: outcome.status,
        headers: withoutConnection(outcome.headers),
      });
    };
  };
}

/** In fetch's world connections are the platform's business; HTTP/2 forbids the header. */
function withoutConnection(headers: Readonly<Record<string, string>>): Headers {
  const rest = new Headers(headers);
  rest.delete("connection");
  return rest;
}

async function readBody(request: Request, { maxBytes, timeoutMs }: BodyLimits): Promise<Uint8Array> {
  if (request.bodyUsed || request.body?.locked) throw new WebhookBodyError("body-already-read");
  if (Number(request.headers.get("content-length")) > maxBytes) throw new WebhookBodyError("body-too-large");
  if (!request.body) return new Uint8Array();
  const reader = request.body.getReader();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new WebhookBodyError("body-too-slow")), timeoutMs);
  });
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), late]);
      if (done) return joined(chunks, length);
      chunks.push(value);
      length += value.byteLength;
      if (length > maxBytes) throw new WebhookBodyError("body-too-large");
    }
  } catch (error) {
    reader.cancel().catch(() => undefined); // nobody wants the rest, and it may be gone
    throw error instanceof WebhookBodyError ? error : new WebhookBodyError("body-cut-off", error);
  } finally {
    clearTimeout(timer);
  }
}

export function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
