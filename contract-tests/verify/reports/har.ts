import type { ExchangeReport, VerifyReport } from "../report.js";

/** HTTP Archive 1.2 of the exchanges that a report holds. */
export function harOf(report: VerifyReport): string {
  const entries = report.exchanges.map(entryOf);
  const creator = { name: "specwright verify", version: "0.1.0" };
  return `${JSON.stringify({ log: { version: "1.2", creator, entries } }, null, 1)}\n`;
}

function entryOf({ request, response, sentAt, durationMs, operation, case: one }: ExchangeReport): object {
  const url = new URL(request.url, "http://unknown");
  const type = (headers: readonly (readonly [string, string])[]): string =>
    headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  const pairs = (headers: readonly (readonly [string, string])[]) =>
    headers.map(([name, value]) => ({ name, value }));
  return {
    startedDateTime: sentAt,
    time: durationMs,
    comment: `${operation}: ${one}`,
    request: {
      method: request.method,
      url: request.url,
      httpVersion: "HTTP/1.1",
      cookies: [],
      headers: pairs(request.headers),
      queryString: [...url.searchParams].map(([name, value]) => ({ name, value })),
      ...(request.body === "" ? {} : { postData: { mimeType: type(request.headers), text: request.body } }),
      headersSize: -1,
      bodySize: Buffer.byteLength(request.body),
    },
    response: {
      status: response.status,
      statusText: "",
      httpVersion: "HTTP/1.1",
      cookies: [],
      headers: pairs(response.headers),
      content: {
        size: Buffer.byteLength(response.body),
        mimeType: type(response.headers),
        text: response.body,
      },
      redirectURL: response.headers.find(([name]) => name.toLowerCase() === "location")?.[1] ?? "",
      headersSize: -1,
      bodySize: Buffer.byteLength(response.body),
    },
    cache: {},
    timings: { send: 0, wait: durationMs, receive: 0 },
  };
}
