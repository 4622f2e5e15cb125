import fc from "fast-check";
import { simplestAnswer } from "../declared-answers.js";
import { httpBytes, whole } from "../wire-server.js";
import { any, broken, givesJson, hasBody, successes, type UndeclaredKind } from "./kind.js";
import { answer, json, nested } from "./odd-values.js";

/** Answers that do not come, or not whole, or can't be read. */
export const brokenAnswers: readonly UndeclaredKind[] = [
  broken(
    "with an error that is nested deeply",
    hasBody,
    () =>
      fc
        .tuple(fc.constantFrom(400, 503), fc.constantFrom(100, 5_000, 60_000))
        .map(([status, depth]) => whole(answer(status, `{"a":${nested(depth)}}`))),
    ["BadRequestError", "ServiceUnavailableError", "UnexpectedResponseError"],
    { share: 0.25 },
  ),
  broken(
    "that never begins: the connection is reset",
    any,
    () => fc.constant({ bytes: Buffer.alloc(0), end: "reset" as const }),
    "ConnectionError",
  ),
  broken(
    "that never begins: the connection is closed",
    any,
    () => fc.constant({ bytes: Buffer.alloc(0), end: "close" as const }),
    "ConnectionError",
  ),
  broken(
    "whose head breaks off",
    any,
    (contract, operation) =>
      fc
        .tuple(
          fc.double({ min: 0.01, max: 0.99, noNaN: true }),
          fc.constantFrom("reset" as const, "close" as const),
        )
        .map(([part, end]) => {
          const bytes = httpBytes({ ...simplestAnswer(contract, operation), body: null });
          return { bytes: bytes.subarray(0, Math.floor((bytes.length - 4) * part)), end };
        }),
    "ConnectionError",
  ),
  broken(
    "that is no HTTP",
    any,
    () =>
      fc
        .constantFrom(
          "SSH-2.0-OpenSSH_9.6\r\n",
          "HTTP/9.9 200 OK\r\n\r\n",
          "HTTP/1.1 2000 OK\r\n\r\n",
          "\0\0\0",
          "HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
          "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 7\r\n\r\nabcde",
          "HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n",
          "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
        )
        .map((text) => ({ bytes: Buffer.from(text), end: "close" as const })),
    "ConnectionError",
  ),
  broken(
    "whose body breaks off",
    givesJson,
    (contract, operation) =>
      fc
        .tuple(
          successes(contract, operation),
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.constantFrom("reset" as const, "close" as const),
        )
        .map(([success, part, end]) => {
          const body = success.body ?? Buffer.alloc(0);
          const head = httpBytes({ ...success, body: Buffer.alloc(body.length + 1) }).subarray(
            0,
            -(body.length + 1),
          );
          return { bytes: Buffer.concat([head, body.subarray(0, Math.floor(body.length * part))]), end };
        }),
    // A reset can overtake the head of the answer.
    ["UnexpectedResponseError", "ConnectionError"],
  ),
  broken(
    "in pieces that break off",
    hasBody,
    () =>
      fc
        .tuple(
          fc.constantFrom(200, 400, 503),
          fc.constantFrom("", '5\r\n{"a":', "zz\r\n{}\r\n", '5\r\n{"a":\r\n', "-1\r\n"),
        )
        .map(([status, text]) => ({
          bytes: Buffer.from(
            `HTTP/1.1 ${status} OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${text}`,
          ),
          end: "close" as const,
        })),
    ["UnexpectedResponseError", "ConnectionError"],
  ),
  broken(
    "that says it is compressed, and is not",
    hasBody,
    () =>
      fc
        .tuple(fc.constantFrom(200, 400, 503), fc.constantFrom("gzip", "br", "deflate"))
        .map(([status, encoding]) =>
          whole(answer(status, '{"a":1,"b":[1,2,3]}', [json, ["content-encoding", encoding]])),
        ),
    "UnexpectedResponseError",
  ),
  broken(
    "that never comes",
    any,
    () => fc.constant({ bytes: Buffer.alloc(0), end: "hang" as const }),
    "TimeoutError",
    {
      options: { timeoutMs: 25 },
      leavesRequests: true,
      share: 0.1,
    },
  ),
  broken(
    "whose body never ends",
    hasBody,
    () =>
      fc.constantFrom(200, 500).map((status) => ({
        bytes: Buffer.from(
          `HTTP/1.1 ${status} OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"a":`,
        ),
        end: "hang" as const,
      })),
    "TimeoutError",
    { options: { timeoutMs: 25 }, leavesRequests: true, share: 0.1 },
  ),
];
