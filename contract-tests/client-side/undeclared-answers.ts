import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { array, object } from "../support/contract.js";
import type { ClientContract, ClientOperation } from "./client-contract.js";
import { declaredAnswers, simplestAnswer } from "./declared-answers.js";
import { anError, type Expected, expectedOf, resultKind } from "./expected-outcome.js";
import { key } from "./make-call.js";
import { type HttpAnswer, httpBytes, type WireAnswer, whole } from "./wire-server.js";

/** What a server may do that no contract says, and what must become of it. */
export interface UndeclaredAnswer {
  /** One for each request; the last for all that follow. */
  readonly wires: readonly WireAnswer[];
  readonly expected: Expected;
  /** The answer as a whole, where it is one: its headers are held against the error's. */
  readonly http: HttpAnswer | null;
  /** How many requests must come; 1 unless given. */
  readonly requestCount?: number;
}

export interface UndeclaredKind {
  readonly name: string;
  readonly applies: (operation: ClientOperation) => boolean;
  readonly answers: (contract: ClientContract, operation: ClientOperation) => fc.Arbitrary<UndeclaredAnswer>;
  /** Of the client. */
  readonly options?: object;
  /** Part of the usual runs, for what is slow or has few cases; 1 unless given. */
  readonly share?: number;
  /** Whether a request may come when its call has ended already, so that none else may be counted beside it. */
  readonly leavesRequests?: boolean;
  /** Whether it is tried again with `validate: "all"`. */
  readonly validated?: boolean;
}

type Made = (contract: ClientContract, operation: ClientOperation) => fc.Arbitrary<HttpAnswer>;

const givesJson = (operation: ClientOperation): boolean =>
  resultKind(operation) === "json" && operation.method !== "HEAD";
const hasBody = ({ method }: ClientOperation): boolean => method !== "HEAD";
const any = (): boolean => true;

/** A kind whose answers come whole: what becomes of them is what the package says of any answer. */
const complete = (
  name: string,
  applies: UndeclaredKind["applies"],
  made: Made,
  more: Partial<UndeclaredKind> = {},
): UndeclaredKind => ({
  name,
  applies,
  answers: (contract, operation) =>
    made(contract, operation).map((answer) => ({
      wires: [whole(answer)],
      expected: expectedOf(contract, operation, answer),
      http: answer,
    })),
  ...more,
});

/** A kind whose answers are no whole ones, and always become the same. */
const broken = (
  name: string,
  applies: UndeclaredKind["applies"],
  wires: (contract: ClientContract, operation: ClientOperation) => fc.Arbitrary<WireAnswer>,
  classes: string | readonly string[],
  more: Partial<UndeclaredKind> = {},
): UndeclaredKind => ({
  name,
  applies,
  answers: (contract, operation) =>
    wires(contract, operation).map((wire) => ({
      wires: [wire],
      expected: anError(classes, { method: operation.method }),
      http: null,
    })),
  share: 0.5,
  ...more,
});

/** Answers of success with JSON, as the contract declares them. */
function successes(contract: ClientContract, operation: ClientOperation): fc.Arbitrary<HttpAnswer> {
  const all = declaredAnswers(contract, operation).filter(
    ({ isSuccess, schema }) => isSuccess && schema !== null,
  );
  return fc.oneof(...all.map(({ answers }) => answers));
}

/** JSON that was changed: what a newer, or a faulty, server might say. */
const changed =
  (change: (value: unknown) => fc.Arbitrary<unknown>): Made =>
  (contract, operation) =>
    successes(contract, operation).chain((answer) =>
      change(JSON.parse(String(answer.body ?? "null"))).map((value) => ({
        ...answer,
        body: Buffer.from(JSON.stringify(value ?? null)),
      })),
    );

/** A copy in which `change` made something else of every part that it gives something for. */
function mapParts(value: unknown, change: (part: unknown) => unknown): unknown {
  const made = change(value);
  if (made !== undefined) return made;
  if (Array.isArray(value)) return value.map((item) => mapParts(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, mapParts(part, change)]));
}

/** Pointers of all properties and items below a value. */
function placesOf(value: unknown, at: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => [[...at, name], ...placesOf(part, [...at, name])]);
}

function replaced(value: unknown, [name, ...rest]: readonly string[], by: unknown): unknown {
  if (name === undefined) return by;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...object(value) };
  const part = replaced((copy as Record<string, unknown>)[name], rest, by);
  if (part === undefined && !Array.isArray(copy)) delete copy[name];
  else (copy as Record<string, unknown>)[name] = part ?? null;
  return copy;
}

/** Something else in one place, or in the whole. */
const elsewhere =
  (by: fc.Arbitrary<unknown>): ((value: unknown) => fc.Arbitrary<unknown>) =>
  (value) =>
    fc.tuple(fc.constantFrom([], ...placesOf(value)), by).map(([at, made]) => replaced(value, at, made));

const word = fc.stringMatching(/^[A-Z]{4,9}_[A-Z]{2,5}$/);
const json: readonly [string, string] = ["content-type", "application/json"];
const html = (title: string): Buffer =>
  Buffer.from(`<!doctype html>\n<title>${title}</title><h1>Down for\u0000 maintenance \u001b[31m</h1>`);
const answer = (
  status: number,
  body: string | Buffer | null,
  headers: HttpAnswer["headers"] = [json],
): HttpAnswer => ({ status, headers, body: typeof body === "string" ? Buffer.from(body) : body });

/** But 421, which says that nothing was done: the platform itself asks again, by another connection. */
const oddStatus = fc.constantFrom(
  402,
  405,
  406,
  410,
  418,
  424,
  425,
  431,
  451,
  499,
  501,
  502,
  504,
  511,
  529,
  599,
  999,
);
const anyFailure = fc.oneof(
  oddStatus,
  fc.constantFrom(400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503),
);

/** A body in the contract's error schema, or something like it. */
function errorBody({ error }: ClientContract): fc.Arbitrary<unknown> {
  const text = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(null, 7, true, ["a", 1, null, "b"], {}, []),
  );
  const names = Object.values(error).filter((name) => name !== null);
  return fc
    .tuple(
      fc.record(Object.fromEntries(names.map((name) => [name, text])), { requiredKeys: [] }),
      fc.object({ maxDepth: 1 }),
    )
    .map(([known, others]) => JSON.parse(JSON.stringify({ ...others, ...known })) as unknown);
}

const retryAfters = fc.oneof(
  fc.constantFrom(
    "0",
    "1",
    "120",
    "86400",
    "-5",
    "soon",
    "soon 5",
    "1, 2",
    "99999999999999999999",
    "0x10",
    "1e3",
    "5s",
    "NaN",
    "Infinity",
    "Wed, 21 Oct 2015 07:28:00 GMT",
    "Wed, 21 Oct 2105 07:28:00 GMT",
    "32:99:99",
    "٣",
  ),
  fc.stringMatching(/^[!-~]{1,8}$/),
);

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

export const undeclaredKinds: readonly UndeclaredKind[] = [
  complete("of another status with the API's error", any, (contract, operation) =>
    fc
      .tuple(anyFailure, errorBody(contract))
      .map(([status, body]) => answer(status, hasBody(operation) ? JSON.stringify(body) : null)),
  ),
  complete("of another status without a body", any, () =>
    fc
      .tuple(anyFailure, fc.constantFrom([json], []))
      .map(([status, headers]) => answer(status, null, headers)),
  ),
  complete("of another success", givesJson, (contract, operation) =>
    fc
      .tuple(successes(contract, operation), fc.constantFrom(200, 201, 202, 203, 206, 226, 299))
      .map(([success, status]) => ({ ...success, status })),
  ),
  complete("204, and 205", any, () => fc.constantFrom(answer(204, null, []), answer(205, null, [])), {
    share: 0.2,
  }),
  complete("304, and other redirects to nowhere", any, () =>
    fc.constantFrom(300, 301, 302, 303, 304, 305, 307, 308).map((status) => answer(status, null, [])),
  ),
  complete(
    "with words that are new",
    givesJson,
    changed((value) =>
      word.map((text) => mapParts(value, (part) => (typeof part === "string" ? text : undefined))),
    ),
    { validated: true },
  ),
  complete(
    "with properties that are new",
    givesJson,
    changed((value) =>
      fc.tuple(word, fc.jsonValue({ maxDepth: 2 })).map(([name, more]) => addTo(value, name, more)),
    ),
    { validated: true },
  ),
  complete("with null where none may be", givesJson, changed(elsewhere(fc.constant(null))), {
    validated: true,
  }),
  complete("without a part", givesJson, changed(elsewhere(fc.constant(undefined))), { validated: true }),
  complete("with another type in a place", givesJson, changed(elsewhere(fc.jsonValue({ maxDepth: 1 }))), {
    validated: true,
  }),
  complete(
    "that is empty",
    hasBody,
    () =>
      fc
        .tuple(
          fc.constantFrom(200, 201, 202),
          fc.constantFrom([json], [], [["content-type", "text/html"] as const]),
        )
        .map(([status, headers]) => answer(status, null, headers)),
    { share: 0.5 },
  ),
  complete("that is HTML", hasBody, () =>
    fc
      .tuple(
        fc.constantFrom(200, 201, 400, 403, 404, 429, 500, 502, 503, 504),
        fc.constantFrom("text/html", "text/html; charset=utf-8", null),
        fc.string({ maxLength: 8 }),
      )
      .map(([status, type, title]) =>
        answer(status, html(title), type === null ? [] : [["content-type", type]]),
      ),
  ),
  complete(
    "that says it is JSON, and is HTML",
    hasBody,
    () =>
      fc
        .tuple(fc.constantFrom(200, 404, 500, 503), fc.string({ maxLength: 300 }))
        .map(([status, title]) => answer(status, html(title))),
    { share: 0.5 },
  ),
  complete("with JSON of another content type", givesJson, (contract, operation) =>
    fc
      .tuple(
        successes(contract, operation),
        fc.constantFrom(
          "text/plain",
          "text/json",
          "application/octet-stream",
          "application/jsonp",
          "json",
          "",
          "application/x-json+xml",
          "application/problem+json",
          "APPLICATION/JSON",
          "application/json;charset=iso-8859-1",
        ),
      )
      .map(([success, type]) => ({
        ...success,
        headers: [
          ...success.headers.filter(([name]) => name.toLowerCase() !== "content-type"),
          ["content-type", type] as const,
        ],
      })),
  ),
  complete(
    "without a content type",
    givesJson,
    (contract, operation) =>
      successes(contract, operation).map((success) => ({
        ...success,
        headers: success.headers.filter(([name]) => name.toLowerCase() !== "content-type"),
      })),
    { share: 0.5 },
  ),
  complete("with half its JSON, and the length of that", givesJson, (contract, operation) =>
    fc
      .tuple(successes(contract, operation), fc.double({ min: 0, max: 0.999, noNaN: true }))
      .map(([success, part]) => ({
        ...success,
        body: (success.body ?? Buffer.alloc(0)).subarray(0, Math.floor((success.body?.length ?? 0) * part)),
      })),
  ),
  complete(
    "with more behind its JSON",
    givesJson,
    (contract, operation) =>
      fc
        .tuple(
          successes(contract, operation),
          fc.constantFrom("}", "{}", "\n\n", "<!-- 3 ms -->", ",", "\0", "\ufeff"),
        )
        .map(([success, more]) => ({
          ...success,
          body: Buffer.concat([success.body ?? Buffer.alloc(0), Buffer.from(more)]),
        })),
    { share: 0.5 },
  ),
  complete("that is no UTF-8", hasBody, (_, operation) =>
    fc
      .tuple(fc.constantFrom(200, 400, 500), fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.boolean())
      .map(([status, bytes, isInside]) =>
        answer(
          status,
          isInside
            ? Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('"}')])
            : Buffer.from(bytes),
          [
            [
              "content-type",
              resultKind(operation) === "text" ? "text/plain" : "application/json; charset=utf-16",
            ],
          ],
        ),
      ),
  ),
  complete(
    "with a byte order mark",
    givesJson,
    (contract, operation) =>
      successes(contract, operation).map((success) => ({
        ...success,
        body: Buffer.concat([Buffer.from("\ufeff"), success.body ?? Buffer.alloc(0)]),
      })),
    { share: 0.2 },
  ),
  complete("with names that mean something in JavaScript", hasBody, () =>
    fc
      .tuple(
        fc.constantFrom(200, 400, 500),
        fc.constantFrom(
          "__proto__",
          "constructor",
          "toString",
          "then",
          "toJSON",
          "status",
          "name",
          "message",
          "stack",
          "cause",
          "idempotencyKey",
          "headers",
        ),
        fc.jsonValue({ maxDepth: 1 }),
      )
      .map(([status, name, value]) =>
        answer(status, `{${JSON.stringify(name)}:${JSON.stringify(value)},"a":1}`),
      ),
  ),
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
  complete(
    "of megabytes",
    hasBody,
    () =>
      fc
        .tuple(fc.constantFrom(200, 400, 500), fc.constantFrom("json", "html"))
        .map(([status, what]) =>
          answer(
            status,
            what === "json" ? `{"a":"${"x".repeat(3_000_000)}"}` : Buffer.from("<p>".repeat(1_000_000)),
          ),
        ),
    { share: 0.1 },
  ),
  complete("with odd headers, and some twice", hasBody, (contract) =>
    fc
      .tuple(
        fc.constantFrom(400, 429, 500, 503),
        errorBody(contract),
        fc.constantFrom("application/json, text/html", "application/json", 'application/json; a="b;c"'),
      )
      .map(([status, body, type]) =>
        answer(status, JSON.stringify(body), [
          ["Content-Type", type],
          ["X-Twice", "a"],
          ["x-twice", "b"],
          ["x-empty", ""],
          ["x-latin", "Gr\u00fc\u00dfe"],
          ["set-cookie", "a=1"],
          ["set-cookie", "b=2"],
          ["__proto__", "x"],
        ]),
      ),
  ),
  complete("with Retry-After that may be anything", hasBody, (contract) =>
    fc
      .tuple(fc.constantFrom(408, 409, 429, 500, 503, 200), retryAfters, errorBody(contract))
      .map(([status, after, body]) => answer(status, JSON.stringify(body), [json, ["Retry-After", after]])),
  ),
  complete("that repeats the key", hasBody, ({ error }) =>
    fc
      .tuple(fc.constantFrom(400, 401, 404, 429, 500, 503), fc.constantFrom("json", "html", "status"))
      .map(([status, what]) =>
        answer(
          status,
          what === "json"
            ? JSON.stringify({
                [error.message ?? "message"]: [`No such key: ${key}`],
                [key]: { deep: [key, `Bearer ${key}`] },
              })
            : html(`${"x".repeat(180)}${key}`),
          [
            ["content-type", what === "json" ? "application/json" : `text/html; key=${key}`],
            ["x-key", key],
          ],
        ),
      )
      .map((made) => made),
  ),
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

function addTo(value: unknown, name: string, more: unknown): unknown {
  if (Array.isArray(value)) return array(value).map((item) => addTo(item, name, more));
  if (typeof value !== "object" || value === null) return value;
  const parts = Object.entries(value).map(([own, part]) => [own, addTo(part, name, more)]);
  return { ...Object.fromEntries(parts), [name]: more };
}

function redirect(operation: ClientOperation, status: number, location: string): UndeclaredAnswer {
  const http = answer(status, null, [["location", location]]);
  // Node's fetch does not tell of a redirect that it refuses for a body it was told not to send again.
  return {
    wires: [whole(http)],
    expected: anError("RedirectError", { method: operation.method, body: undefined }),
    http: null,
  };
}
