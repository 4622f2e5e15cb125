import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import type { RecordedRequest } from "../support/recorder.js";

/** Bytes that the server writes, and what it does to the connection then. */
export interface WireAnswer {
  readonly bytes: Buffer;
  readonly end: "keep" | "close" | "reset" | "hang";
}

/** A server that writes down each request to the byte, and answers with bytes that may be anything. */
export interface WireServer {
  /** Address below which the API is said to be. */
  readonly baseUrl: string;
  /** Path of that address. */
  readonly prefix: string;
  /** Does something while requests are answered so, and says which requests came. */
  serve<T>(
    answer: (request: RecordedRequest, index: number) => WireAnswer,
    work: () => Promise<T>,
  ): Promise<{ readonly value: T; readonly requests: readonly RecordedRequest[] }>;
  stop(): Promise<void>;
}

const prefix = "/base%20path/v1";

export async function startWireServer(): Promise<WireServer> {
  let requests: RecordedRequest[] = [];
  let answer: (request: RecordedRequest, index: number) => WireAnswer = () => {
    throw new Error("Nothing is asked of the server now.");
  };
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined); // the client has broken off, as some tests want it to
    let received = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      for (let parsed = parseRequest(received); parsed; parsed = parseRequest(received)) {
        received = received.subarray(parsed.length);
        requests.push(parsed.request);
        const { bytes, end } = answer(parsed.request, requests.length - 1);
        if (end === "reset") socket.write(bytes, () => socket.resetAndDestroy());
        else if (end === "close") socket.end(bytes);
        else socket.write(bytes);
      }
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    prefix,
    serve: async (given, work) => {
      requests = [];
      const mine = requests;
      answer = given;
      const value = await work();
      return { value, requests: mine };
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

/** A whole request at the beginning of what has come; `null`: there is more to come. */
function parseRequest(received: Buffer): { request: RecordedRequest; length: number } | null {
  const end = received.indexOf("\r\n\r\n");
  if (end === -1) return null;
  const [first = "", ...lines] = received.subarray(0, end).toString("latin1").split("\r\n");
  const [method = "", target = "", version] = first.split(" ");
  if (version !== "HTTP/1.1") throw new Error(`A request begins with "${first}".`);
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const headerText = (name: string): string | undefined =>
    headers.find(([one]) => one.toLowerCase() === name)?.[1];
  const rest = received.subarray(end + 4);
  const body =
    headerText("transfer-encoding") === undefined
      ? sized(rest, Number(headerText("content-length") ?? 0))
      : chunked(rest);
  if (!body) return null;
  const request = { method, target, headers, body: Buffer.from(body.bytes) };
  return { request, length: end + 4 + body.length };
}

interface Body {
  readonly bytes: Buffer;
  /** How much of what came it takes. */
  readonly length: number;
}

function sized(rest: Buffer, length: number): Body | null {
  return rest.length < length ? null : { bytes: rest.subarray(0, length), length };
}

function chunked(rest: Buffer): Body | null {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = rest.indexOf("\r\n", at);
    if (end === -1) return null;
    const size = Number.parseInt(rest.subarray(at, end).toString("latin1"), 16);
    const next = end + 2 + size + 2;
    if (rest.length < next) return null;
    chunks.push(rest.subarray(end + 2, end + 2 + size));
    at = next;
    if (size === 0) return { bytes: Buffer.concat(chunks), length: at };
  }
}

/** A whole answer, as a well-behaved server writes it. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** `null`: without a body, and without a word of its length where none may be. */
  readonly body: Buffer | null;
}

export function httpBytes({ status, headers, body }: HttpAnswer): Buffer {
  const length = body === null ? (status === 204 || status === 304 ? [] : ["content-length: 0"]) : [];
  const lines = [
    `HTTP/1.1 ${status} Said so`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === null ? length : [`content-length: ${body.length}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body ?? Buffer.alloc(0)]);
}

export const whole = (answer: HttpAnswer): WireAnswer => ({ bytes: httpBytes(answer), end: "keep" });
