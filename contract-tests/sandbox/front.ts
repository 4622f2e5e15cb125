import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { announcesBody } from "./receive-body.js";
import type { Answer } from "./refusal.js";

export interface FrontOptions {
  readonly port: number;
  readonly host: string;
  /** Answers a request; `null`: it was answered on the connection itself. */
  readonly answer: (
    request: IncomingMessage,
    response: ServerResponse,
  ) => Answer | null | Promise<Answer | null>;
  /** Makes a refusal for what is not even HTTP. */
  readonly refuse: (status: number, rule: string, message: string) => Answer;
}

/** The HTTP server. Whatever comes over the wire, it answers, and lives on. */
export class Front {
  readonly #server: Server;
  readonly #options: FrontOptions;
  #unsent: {
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
    readonly answer: Answer;
  }[] = [];

  private constructor(server: Server, options: FrontOptions) {
    this.#server = server;
    this.#options = options;
  }

  /** @throws Error if the port is taken or may not be used */
  static async start(options: FrontOptions): Promise<Front> {
    const server = createServer({
      maxHeaderSize: 16 * 1024,
      requestTimeout: 120_000,
      keepAliveTimeout: 10_000,
    });
    const front = new Front(server, options);
    server.on("request", (request, response) => front.#serve(request, response));
    // With this listener the one who serves decides when to ask for the body.
    server.on("checkContinue", (request, response) => front.#serve(request, response));
    server.on("clientError", (error, socket) => front.#refuseRaw(error, socket as Socket));
    await new Promise<void>((done, fail) => {
      server.once("error", fail);
      server.listen(options.port, options.host, () => {
        server.off("error", fail);
        done();
      });
    });
    return front;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((done) => this.#server.close(() => done()));
    this.#server.closeAllConnections();
    await closed;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    response.on("error", ignore);
    request.on("error", ignore);
    const send = (answer: Answer | null): void => this.#send(request, response, answer);
    const fail = (error: unknown): void =>
      send(
        this.#options.refuse(500, "sandboxFault", `The sandbox itself failed: ${(error as Error).message}`),
      );
    try {
      const answer = this.#options.answer(request, response);
      if (answer instanceof Promise) answer.then(send, fail);
      else send(answer);
    } catch (error) {
      fail(error);
    }
  }

  /**
   * Answers of one turn of the event loop go out one after the other at its end: whoever has sent several requests is
   * woken once, not once for each, which costs both sides a fifth of their time.
   */
  #send(request: IncomingMessage, response: ServerResponse, answer: Answer | null): void {
    if (answer === null) return;
    if (this.#unsent.push({ request, response, answer }) === 1) setImmediate(this.#sendAll);
  }

  readonly #sendAll = (): void => {
    const unsent = this.#unsent;
    this.#unsent = [];
    for (const { request, response, answer } of unsent) {
      if (response.destroyed) continue;
      if (response.headersSent)
        response.destroy(); // it failed in the middle of answering; the server lives on
      else write(request, response, answer);
    }
  };

  /** The bytes were no request, so there is no response object either. */
  #refuseRaw(error: Error & { code?: string }, socket: Socket): void {
    if (error.code === "ECONNRESET" || !socket.writable) {
      socket.destroy();
      return;
    }
    const [status, message] =
      error.code === "HPE_HEADER_OVERFLOW"
        ? [431, "The headers are larger than 16 KiB."]
        : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
          ? [408, "The request took too long to arrive."]
          : [400, "This is not an HTTP request."];
    const { headers, body } = this.#options.refuse(status, "protocol", message);
    const text = String(body ?? "");
    const lines = Object.entries({
      ...headers,
      connection: "close",
      "content-length": Buffer.byteLength(text),
    });
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${text}`,
    );
  }
}

/** The most of an unread body that is read away, so that the sender can read the answer. */
const maxDrainBytes = 64 * 1024 * 1024;
/** The most that is read away without ending the connection. */
const maxIdleBytes = 1024 * 1024;

export function write(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const { status, headers, body } = answer;
  const all: (string | number)[] = [];
  for (const name in headers) all.push(name, headers[name] as string);
  if (request.headers.origin !== undefined)
    for (const [name, value] of corsHeaders) if (headers[name] === undefined) all.push(name, value);
  const hasBody = body !== null && status !== 204 && status !== 304;
  if (hasBody) all.push("content-length", Buffer.byteLength(body));
  else if (status !== 204) all.push("content-length", 0);
  if (
    !request.complete &&
    announcesBody(request) &&
    Number(request.headers["content-length"] ?? maxDrainBytes) > maxIdleBytes
  ) {
    all.push("connection", "close"); // what is still to come is not worth a connection
    let drained = 0;
    request.on("data", (chunk: Buffer) => {
      drained += chunk.length;
      if (drained > maxDrainBytes) request.destroy();
    });
  }
  response.writeHead(status, all);
  if (hasBody && request.method !== "HEAD") response.end(body);
  else response.end();
}

const ignore = (): void => undefined;

/** Browsers show a page only what they are told to. */
const corsHeaders = [
  ["access-control-allow-origin", "*"],
  ["access-control-expose-headers", "*, Retry-After, RateLimit, RateLimit-Policy, Idempotent-Replayed"],
  ["vary", "Origin"],
] as const;

/** The answer to OPTIONS: to a browser that asks beforehand, and to anyone who wants to know. */
export function optionsAnswer(request: IncomingMessage, allowed: readonly string[]): Answer {
  const isPreflight =
    request.headers.origin !== undefined && request.headers["access-control-request-method"] !== undefined;
  const headers: Record<string, string> = { Allow: allowed.join(", ") };
  if (isPreflight) {
    headers["access-control-allow-methods"] = allowed.join(", ");
    headers["access-control-allow-headers"] = request.headers["access-control-request-headers"] ?? "*";
    headers["access-control-max-age"] = "600";
  }
  return { status: 204, headers, body: null, rule: null, faults: [] };
}
