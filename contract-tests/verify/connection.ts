import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { HttpRequest, HttpResponse } from "./case.js";

/** The server could not be reached: nothing can be said of it. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

/** The server was reached, and gave no answer, none that is HTTP, or only the beginning of one. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
  readonly why: "too late" | "cut off" | "not HTTP";

  constructor(why: NoAnswerError["why"], message: string) {
    super(message);
    this.why = why;
  }
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

  /** Throws a `ConnectionError` or a `NoAnswerError`. */
  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    try {
      return await this.#once(request, signal);
    } catch (error) {
      // A server may close a kept connection just when it is used again; whoever closed it has not seen the request.
      if (error instanceof StaleConnection && !signal.aborted) return this.#once(request, signal, true);
      throw error;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #once(
    { method, target, headers, body }: HttpRequest,
    signal: AbortSignal,
    isFresh = false,
  ): Promise<HttpResponse> {
    const { protocol, hostname, port, pathname, host } = this.#base;
    const send = protocol === "https:" ? httpsRequest : httpRequest;
    return new Promise((done, fail) => {
      let begun = false;
      let isLate = false;
      const outgoing = send(
        {
          agent: isFresh ? false : this.#agent,
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
        },
        (incoming) => {
          begun = true;
          answerOf(incoming).then((answer) => {
            clearTimeout(timer);
            done(answer);
          }, failed);
        },
      );
      const failed = (error: Error & { code?: string }): void => {
        clearTimeout(timer);
        const connected = outgoing.socket?.connecting === false;
        const seconds = this.#timeoutMs / 1000;
        if (isLate && connected)
          fail(
            new NoAnswerError(
              "too late",
              begun
                ? `The answer has no end within ${seconds} s.`
                : `There is no answer within ${seconds} s.`,
            ),
          );
        else if (isLate) fail(new ConnectionError(`It can't be connected to within ${seconds} s.`));
        else if (error.code?.startsWith("HPE_"))
          fail(new NoAnswerError("not HTTP", `The answer is not HTTP: ${error.message}.`));
        else if (error.code !== "ECONNRESET" && error.code !== "EPIPE") fail(unreachable(error));
        else if (outgoing.reusedSocket && !begun) fail(new StaleConnection());
        // It may have answered, and not waited for the rest; what it said is lost with the connection.
        else if (!begun && !outgoing.writableFinished) fail(unreachable(error));
        else
          fail(
            new NoAnswerError(
              "cut off",
              begun ? "The answer is cut off." : "The connection is closed without an answer.",
            ),
          );
      };
      const timer = setTimeout(() => {
        isLate = true;
        outgoing.destroy();
      }, this.#timeoutMs);
      outgoing.on("error", (error) => begun || failed(error)); // an answer that has begun tells its end itself
      outgoing.on("close", () => isLate && failed(new Error("closed")));
      outgoing.end(body ?? undefined);
    });
  }
}

/** The request is sent once more, on a connection of its own. */
class StaleConnection extends Error {}

function unreachable(error: Error & { code?: string }): ConnectionError {
  return new ConnectionError(error.message || error.code || String(error));
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
