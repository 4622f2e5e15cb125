import { gzipSync } from "node:zlib";
import fc from "fast-check";
import type { ClientOperation } from "../client-contract.js";
import { simplestAnswer } from "../declared-answers.js";
import { anError, expectedOf } from "../expected-outcome.js";
import { key } from "../make-call.js";
import { httpBytes, whole } from "../wire-server.js";
import { any, givesJson, hasBody, successes, type UndeclaredAnswer, type UndeclaredKind } from "./kind.js";
import { answer } from "./odd-values.js";

/** Answers that HTTP has ways of its own to give: behind others, in pieces, compressed, elsewhere. */
export const roundaboutAnswers: readonly UndeclaredKind[] = [
  {
    name: "behind 100 and 103",
    applies: hasBody,
    answers: (contract, operation) =>
      fc
        .constantFrom(
          "HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n",
          "HTTP/1.1 102 Processing\r\n\r\n",
        )
        .map((before) => {
          const success = simplestAnswer(contract, operation);
          return {
            wires: [{ bytes: Buffer.concat([Buffer.from(before), httpBytes(success)]), end: "keep" }],
            expected: expectedOf(contract, operation, success),
            http: success,
          };
        }),
    share: 0.3,
  },
  {
    name: "compressed",
    applies: givesJson,
    answers: (contract, operation) =>
      successes(contract, operation).map((success) => {
        const body = gzipSync(success.body ?? Buffer.alloc(0));
        const packed = {
          ...success,
          headers: [...success.headers, ["content-encoding", "gzip"] as const],
          body,
        };
        return { wires: [whole(packed)], expected: expectedOf(contract, operation, success), http: null };
      }),
    share: 0.3,
  },
  {
    name: "in pieces, one byte each",
    applies: givesJson,
    answers: (contract, operation) =>
      successes(contract, operation).map((success) => {
        const [head = ""] = httpBytes({ ...success, body: null })
          .toString("latin1")
          .split("content-length: 0\r\n");
        const chunks = [...(success.body ?? [])].flatMap((byte) => [
          Buffer.from("1\r\n"),
          Buffer.from([byte]),
          Buffer.from("\r\n"),
        ]);
        const bytes = Buffer.concat([
          Buffer.from(`${head}transfer-encoding: chunked\r\n\r\n`, "latin1"),
          ...chunks,
          Buffer.from("0\r\n\r\n"),
        ]);
        return {
          wires: [{ bytes, end: "keep" }],
          expected: expectedOf(contract, operation, success),
          http: success,
        };
      }),
    share: 0.3,
  },
  {
    name: "that redirects to another origin",
    applies: any,
    answers: (_, operation) =>
      fc
        .tuple(
          fc.constantFrom(301, 302, 303, 307, 308),
          fc.constantFrom(
            "http://127.0.0.2:9/elsewhere",
            "https://evil.example/?k=1",
            "//evil.example/",
            "ftp://evil.example/",
            "data:application/json,[]",
            `https://evil.example/${key}`,
            "http://[bad",
            "file:///etc/passwd",
          ),
        )
        .map(([status, location]) => redirect(operation, status, location)),
  },
  {
    name: "that redirects for ever",
    applies: any,
    answers: (_, operation) =>
      fc.constantFrom(301, 302, 307, 308).map((status) => ({
        ...redirect(operation, status, "/base%20path/v1/again"),
        ...(operation.method === "GET" || operation.method === "HEAD" ? { requestCount: 6 } : {}),
      })),
    share: 0.3,
  },
  {
    name: "that redirects within its origin",
    applies: ({ method }) => method === "GET" || method === "HEAD",
    answers: (contract, operation) =>
      fc.constantFrom(301, 302, 303, 307, 308).map((status) => {
        const success = simplestAnswer(contract, operation);
        return {
          wires: [whole(answer(status, null, [["location", "/base%20path/v1/there?a=b"]])), whole(success)],
          expected: expectedOf(contract, operation, success),
          http: success,
          requestCount: 2,
        };
      }),
    share: 0.3,
  },
];

function redirect(operation: ClientOperation, status: number, location: string): UndeclaredAnswer {
  const http = answer(status, null, [["location", location]]);
  // Node's fetch does not tell of a redirect that it refuses for a body it was told not to send again.
  return {
    wires: [whole(http)],
    expected: anError("RedirectError", { method: operation.method, body: undefined }),
    http: null,
  };
}
