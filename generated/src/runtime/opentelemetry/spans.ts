import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { ApiDescriptor } from "../descriptors.js";
import { type CallContext, contextOf } from "../fetch.js";

interface SpansOptions {
  /** Name of the package, as the scope of its spans. */
  readonly scope: string;
  readonly api: ApiDescriptor;
}

/** Puts spans around a `fetch`, by default the platform's. */
export type WithSpans = (fetch?: typeof globalThis.fetch) => typeof globalThis.fetch;

const knownMethods = new Set("GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH".split(" "));

/**
 * One span of kind CLIENT for each attempt, retries and redirects included, by OpenTelemetry's HTTP conventions. It is
 * named by the contract's path template, and ends when the answer's headers are there: a body may never be read. The
 * trace's context travels in the headers to the API's own origin only. No span holds a query, a header or a body, and
 * the key is struck out of what it does hold. Without an OpenTelemetry SDK nothing is recorded.
 */
export function spansOf({ scope, api }: SpansOptions): WithSpans {
  const tracer = trace.getTracer(scope);
  const attempts = new WeakMap<CallContext, number>();

  return (fetch = (input, init) => globalThis.fetch(input, init)) =>
    async (input, init) => {
      // Only looked at: a request made of these here would take their body away.
      const request = typeof input === "string" || input instanceof URL ? null : input;
      const call = request ? contextOf(request) : null;
      const resends = call ? (attempts.get(call) ?? 0) : 0;
      if (call) attempts.set(call, resends + 1);

      const given = (init?.method ?? request?.method ?? "GET").toUpperCase();
      const method = knownMethods.has(given) ? given : "_OTHER";
      const template = call?.operation?.path;
      const span = tracer.startSpan(
        [method === "_OTHER" ? "HTTP" : method, template].filter((word) => word !== undefined).join(" "),
        {
          kind: SpanKind.CLIENT,
          attributes: {
            "http.request.method": method,
            ...placeOf(request?.url ?? String(input), call),
            ...(template !== undefined && { "url.template": template }),
            ...(resends > 0 && { "http.request.resend_count": resends }),
          },
        },
      );
      const active = trace.setSpan(context.active(), span);
      const settings = request && isOwn(request, call, api) ? withTraceContext(request, init, active) : init;
      try {
        const response = await context.with(active, () => fetch(input, settings));
        span.setAttribute("http.response.status_code", response.status);
        if (response.status >= 400) {
          span.setAttribute("error.type", String(response.status));
          span.setStatus({ code: SpanStatusCode.ERROR });
        }
        return response;
      } catch (error) {
        recordFailure(span, error, call);
        throw error;
      } finally {
        span.end();
      }
    };
}

/** Where a request goes, without its query, and without user name and password. */
function placeOf(url: string, call: CallContext | null): Record<string, string | number> {
  if (!URL.canParse(url)) return {}; // relative to a page
  const { origin, pathname, hostname, port, protocol } = new URL(url);
  const full = origin + pathname;
  return {
    "server.address": hostname,
    "server.port": port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
    "url.full": call ? call.redact.text(full) : full,
  };
}

/**
 * Whether a request goes to the API: to an origin that the contract names, or to the one that the client was given,
 * which is told by the key, for the client sends it there alone.
 */
function isOwn(request: Request, call: CallContext | null, api: ApiDescriptor): boolean {
  if (!call) return false;
  const auth = call.operation ? call.operation.auth : api.auth;
  if (auth && request.headers.has(auth.header)) return true;
  const { origin } = new URL(request.url);
  return [call.operation?.baseUrl, api.baseUrl].some(
    (url) => typeof url === "string" && URL.canParse(url) && new URL(url).origin === origin,
  );
}

function withTraceContext(
  request: Request,
  init: RequestInit | undefined,
  active: ReturnType<typeof context.active>,
): RequestInit {
  const headers = new Headers(init?.headers ?? request.headers);
  propagation.inject(active, headers, { set: (carrier, name, value) => carrier.set(name, value) });
  return { ...init, headers };
}

/** Of what was thrown only what is safe: the client's own requests know their key, of others just the name is kept. */
function recordFailure(span: Span, thrown: unknown, call: CallContext | null): void {
  const error = call ? call.redact.cause(thrown) : null;
  const name = error?.name ?? (thrown instanceof Error ? thrown.name : "_OTHER");
  span.recordException({
    name,
    message: error?.message ?? "",
    ...(error?.stack !== undefined && { stack: error.stack }),
  });
  span.setAttribute("error.type", name);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
