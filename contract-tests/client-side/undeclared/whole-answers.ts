import fc from "fast-check";
import { resultKind } from "../expected-outcome.js";
import { key } from "../make-call.js";
import { addTo, changed, elsewhere, mapParts } from "./changed-json.js";
import { any, complete, givesJson, hasBody, successes, type UndeclaredKind } from "./kind.js";
import { answer, anyFailure, errorBody, html, json, retryAfters, word } from "./odd-values.js";

/** Answers that come whole, and are not what the contract says. */
export const wholeAnswers: readonly UndeclaredKind[] = [
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
];
