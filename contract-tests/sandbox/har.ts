import { renameSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import type { Keys } from "./keys.js";
import type { Answer } from "./refusal.js";

/** The most exchanges of a recording; the oldest go first. */
const maxEntries = 10_000;
const maxBodyBytes = 64 * 1024;

export interface RecordedExchange {
  readonly request: IncomingMessage;
  readonly url: string;
  readonly answer: Answer;
  readonly atMs: number;
  readonly durationMs: number;
  readonly body: unknown;
}

/** Writes what went over the wire as an HTTP Archive (HAR 1.2), which browsers and most tools can open. Keys are blotted out. */
export class HarRecorder {
  readonly #path: string;
  readonly #keys: Keys;
  #entries: object[] = [];

  constructor(path: string, keys: Keys) {
    this.#path = path;
    this.#keys = keys;
  }

  add({ request, url, answer, atMs, durationMs, body }: RecordedExchange): void {
    const headers = pairsOf(request.rawHeaders).map(({ name, value }) => ({
      name,
      value: this.#blotted(value),
    }));
    const sent =
      body === undefined ? "" : this.#blotted(typeof body === "string" ? body : JSON.stringify(body));
    const text = String(answer.body ?? "");
    const address = this.#blotted(url);
    this.#entries.push({
      startedDateTime: new Date(atMs).toISOString(),
      time: durationMs,
      request: {
        method: request.method ?? "",
        url: address,
        httpVersion: `HTTP/${request.httpVersion}`,
        cookies: [],
        headers,
        queryString: [...new URL(address, "http://localhost").searchParams].map(([name, value]) => ({
          name,
          value,
        })),
        ...(sent === ""
          ? {}
          : {
              postData: {
                mimeType: request.headers["content-type"] ?? "",
                text: sent.slice(0, maxBodyBytes),
              },
            }),
        headersSize: -1,
        bodySize: Number(request.headers["content-length"] ?? 0),
      },
      response: {
        status: answer.status,
        statusText: "",
        httpVersion: "HTTP/1.1",
        cookies: [],
        headers: Object.entries(answer.headers).map(([name, value]) => ({ name, value })),
        content: {
          size: Buffer.byteLength(text),
          mimeType: answer.headers["content-type"] ?? "",
          text: text.slice(0, maxBodyBytes),
        },
        redirectURL: answer.headers["location"] ?? "",
        headersSize: -1,
        bodySize: Buffer.byteLength(text),
      },
      cache: {},
      timings: { send: 0, wait: durationMs, receive: 0 },
    });
    if (this.#entries.length > 2 * maxEntries) this.#entries = this.#entries.slice(-maxEntries);
  }

  /** Writes it beside its place and then there, so that no one ever reads half of it. @throws Error if it can't be written */
  write(): void {
    const log = {
      version: "1.2",
      creator: { name: "specwright sandbox", version: "1" },
      entries: this.#entries.slice(-maxEntries),
    };
    const unfinished = `${this.#path}.${process.pid}.tmp`;
    writeFileSync(unfinished, `${JSON.stringify({ log }, null, 1)}\n`);
    renameSync(unfinished, this.#path);
  }

  #blotted(text: string): string {
    return this.#keys.all().reduce((left, { key }) => (key === "" ? left : left.replaceAll(key, "…")), text);
  }
}

function pairsOf(raw: readonly string[]): { name: string; value: string }[] {
  return raw.flatMap((name, index) =>
    index % 2 === 0
      ? [{ name, value: /^(authorization|cookie|.*api-?key)$/i.test(name) ? "…" : (raw[index + 1] ?? "") }]
      : [],
  );
}
