import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { HttpRequest, HttpResponse } from "./case.js";

/** The server could not be reached, or did not answer as HTTP does. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

/** Answers longer than this are cut: no contract's answer is. */
const maxResponseBytes = 64 * 1024 * 1024;

/** Connections to one server, kept open between requests. What is given is sent as it is, byte for byte. */
export class Connection {
  readonly #base: URL;
  readonly #agent: HttpAgent;
  readonly #timeoutMs: number;

  constructor(baseUrl: string, workers: number, timeoutMs: number) {
    this.#base = new URL(baseUrl);
    const options = { keepAlive: true, maxSockets: workers };
    this.#agent = this.#base.protocol === "https:" ? new HttpsAgent(options) : new HttpAgent(options);
    this.#timeoutMs = timeoutMs;
  }

  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    try {
      return await this.#once(request, signal);
    } catch (error) {
      // A server may close a kept connection just when it is used again; whoever closed it has not seen the request. Others
      // may have been closed with it, so it takes a new one.
      const { code } = error as { code?: string };
      if (code === "ECONNRESET" && !signal.aborted) return this.#once(request, signal, false);
      throw error;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #once(
    { method, target, headers, body }: HttpRequest,
    signal: AbortSignal,
    agent: HttpAgent | false = this.#agent,
  ): Promise<HttpResponse> {
    const { protocol, hostname, port, pathname, host } = this.#base;
    const send = protocol === "https:" ? httpsRequest : httpRequest;
    return new Promise((done, fail) => {
      const outgoing = send(
        {
          agent,
          hostname: hostname.replace(/^\[|\]$/g, ""),
          port,
          method,
          path: `${pathname.replace(/\/$/, "")}${target}`,
          headers: [
            ...["Host", host],
            ...headers.flat(),
            ...(body || !["GET", "HEAD", "OPTIONS", "TRACE", "DELETE"].includes(method)
              ? ["Content-Length", String(body?.length ?? 0)]
              : []),
          ],
          signal,
          timeout: this.#timeoutMs,
        },
        (incoming) => {
          answerOf(incoming).then(done, fail);
        },
      );
      outgoing.on("timeout", () => {
        outgoing.destroy(new ConnectionError(`No answer within ${this.#timeoutMs / 1000} s.`));
      });
      outgoing.on("error", (error) => fail(error));
      outgoing.end(body ?? undefined);
    });
  }
}

async function answerOf(incoming: IncomingMessage): Promise<HttpResponse> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    length += (chunk as Buffer).length;
    if (length <= maxResponseBytes) chunks.push(chunk as Buffer);
  }
  const { rawHeaders, statusCode } = incoming;
  const headers = rawHeaders.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""]] : [],
  );
  return { status: statusCode ?? 0, headers, body: Buffer.concat(chunks) };
}
