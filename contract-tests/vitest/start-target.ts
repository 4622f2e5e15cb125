import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import type { ContractTestTarget, FetchApp } from "./entry.js";

export interface StartedTarget {
  readonly url: string;
  stop(): Promise<void>;
}

/** The server to be tested, started if it must be. Throws a `TypeError` for what is no address, app or server. */
export async function startTarget(target: ContractTestTarget): Promise<StartedTarget> {
  const given = typeof target === "function" ? await target() : target;
  if (typeof given === "string" || given instanceof URL)
    return { url: addressOf(given), stop: async () => undefined };
  if (isApp(given)) return serve(given);
  return {
    url: addressOf(given.url),
    stop: async () => {
      await given.close?.();
    },
  };
}

function isApp(given: object): given is FetchApp {
  return "fetch" in given && typeof given.fetch === "function";
}

function addressOf(given: string | URL): string {
  if (!URL.canParse(String(given)) || !/^https?:$/.test(new URL(given).protocol))
    throw new TypeError(
      "The target must be an http or https address, an app with a method fetch, or a function that starts one.",
    );
  return String(given);
}

async function serve(app: FetchApp): Promise<StartedTarget> {
  const server = createServer((incoming, outgoing) => {
    answer(app, incoming, outgoing).catch((error: unknown) => {
      console.error(error); // whoever wrote the app wants to see where it failed
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(500, { "content-type": "text/plain" }).end("The app threw an error.");
    });
  });
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(0, "127.0.0.1", done);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function answer(app: FetchApp, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const response = await app.fetch(requestOf(incoming));
  const cookies = response.headers.getSetCookie();
  const headers = [...response.headers].filter(([name]) => name !== "set-cookie");
  if (cookies.length > 0) outgoing.setHeader("set-cookie", cookies);
  outgoing.writeHead(response.status, headers.flat());
  if (response.body === null || incoming.method === "HEAD") outgoing.end();
  else await pipeline(Readable.fromWeb(response.body as ReadableStream), outgoing);
}

function requestOf(incoming: IncomingMessage): Request {
  const { method = "GET", url = "/", rawHeaders } = incoming;
  const headers = new Headers();
  for (let index = 0; index < rawHeaders.length; index += 2)
    headers.append(rawHeaders[index] as string, rawHeaders[index + 1] as string);
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(new URL(url, `http://${headers.get("host") ?? "localhost"}`), {
    method,
    headers,
    ...(hasBody && { body: Readable.toWeb(incoming) as unknown as BodyInit, duplex: "half" }),
  });
}
