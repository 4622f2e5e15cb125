import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A request exactly as it came over the wire. */
export interface RecordedRequest {
  readonly method: string;
  /** Path and query, unparsed. */
  readonly target: string;
  /** In the order and letters they came in. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

export interface RecordedResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

export interface Exchange {
  readonly request: RecordedRequest;
  readonly response: RecordedResponse;
}

export type Outcome = { readonly result: unknown } | { readonly error: unknown };

/** An HTTP server that writes down whatever it is sent and what it answered. */
export interface Recorder {
  readonly url: string;
  /** What a call came to, and what went over the wire meanwhile. */
  record(call: () => Promise<unknown>): Promise<{ outcome: Outcome; exchanges: readonly Exchange[] }>;
  /** Tells of each exchange from now on. */
  watch(onExchange: (exchange: Exchange) => void): void;
  stop(): Promise<void>;
}

export type Answer = (request: RecordedRequest) => Promise<RecordedResponse> | RecordedResponse;

export async function startRecorder(answer: Answer): Promise<Recorder> {
  let exchanges: Exchange[] = [];
  let tell: (exchange: Exchange) => void = () => undefined;
  const server = createServer(async (incoming, outgoing) => {
    const request = {
      method: incoming.method ?? "",
      target: incoming.url ?? "",
      headers: headerPairs(incoming),
      body: await bytesOf(incoming),
    };
    let response: RecordedResponse;
    try {
      response = await answer(request);
    } catch (error) {
      response = { status: 502, headers: new Headers(), body: Buffer.from(String(error)) };
    }
    exchanges.push({ request, response });
    tell({ request, response });
    outgoing.writeHead(response.status, [...response.headers].flat());
    outgoing.end(response.body);
  });
  server.keepAliveTimeout = 120_000; // a busy machine would close a connection just when it is used again
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    record: async (call) => {
      exchanges = [];
      const outcome = await call().then(
        (result) => ({ result }),
        (error: unknown) => ({ error }),
      );
      return { outcome, exchanges };
    },
    watch: (onExchange) => {
      tell = onExchange;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** Hands each request on as it is, byte for byte; only `Host` is the target's own. */
export function forwardTo(url: string): Answer {
  const { hostname, port, host } = new URL(url);
  return ({ method, target, headers, body }) =>
    new Promise((done, fail) => {
      const passed = headers.flatMap(([name, value]) =>
        name.toLowerCase() === "host" ? [name, host] : [name, value],
      );
      const onward = httpRequest({ hostname, port, method, path: target, headers: passed }, (incoming) => {
        bytesOf(incoming).then(
          (bytes) =>
            done({
              status: incoming.statusCode ?? 0,
              headers: new Headers(headerPairs(incoming).filter(([name]) => !isOfConnection(name))),
              body: bytes,
            }),
          fail,
        );
      });
      onward.on("error", fail);
      onward.end(body);
    });
}

export function answerWith(status: number, mediaType: string | null, body: unknown): Answer {
  return () => ({
    status,
    headers: new Headers(mediaType === null ? {} : { "content-type": mediaType }),
    body: Buffer.from(mediaType === null ? "" : JSON.stringify(body)),
  });
}

/** Sends a request as a plain client would, header for header. */
export function send(url: string, request: RecordedRequest): Promise<RecordedResponse> {
  return Promise.resolve(forwardTo(url)(request));
}

function isOfConnection(name: string): boolean {
  return ["connection", "keep-alive", "transfer-encoding"].includes(name.toLowerCase());
}

function headerPairs({ rawHeaders }: IncomingMessage): [string, string][] {
  return rawHeaders.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""]] : [],
  );
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
