import { describe, expect, it } from "vitest";
import { api, get } from "../testing/example-api.js";
import { type Answer, failureOf, isTooManyJobs, jsonOf, resultOf, unexpected } from "./answer.js";
import type { OperationDescriptor } from "./descriptors.js";
import { ConcurrencyLimitError, ConflictError, UnexpectedResponseError } from "./errors.js";
import type { CallContext } from "./fetch.js";
import { redacting } from "./redact.js";

const answer = (type: string | null, status = 200): Answer => ({
  response: new Response(null, {
    status,
    headers: { "x-a": "sk", ...(type !== null && { "content-type": type }) },
  }),
  place: { method: "GET", path: "/a" },
  redact: redacting(["sk"]),
});

/** The result, or the message of what is thrown. */
function outcome(
  type: string | null,
  data: unknown,
  rule: Partial<OperationDescriptor> = {},
  status = 200,
): unknown {
  try {
    return resultOf(answer(type, status), { ...get, ...rule }, data);
  } catch (error) {
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    return (error as Error).message;
  }
}

describe("a result", () => {
  const json = "application/json";
  it.each([
    [json, "1", {}, 1],
    [null, "null", {}, null],
    ["text/json", "[]", {}, []],
    ["application/problem+json; charset=utf-8", "{}", {}, {}],
    ["Application/JSON ;a=b", '"x"', {}, "x"],
    ["application/json5", "{}", {}, "GET /a: 200 the answer is application/json5, not JSON: {}"],
    ["text/plain;a=b/json", "{}", {}, "GET /a: 200 the answer is text/plain;a=b/json, not JSON: {}"],
    [json, "{", {}, "GET /a: 200 the answer is not well-formed JSON: {"],
    [json, "", {}, "GET /a: 200 the answer is empty, not JSON"],
    [json, undefined, {}, "GET /a: 200 the answer is empty, not JSON"],
    [json, "sk {", {}, "GET /a: 200 the answer is not well-formed JSON: [redacted] {"],
    [json, "", { emptyStatuses: ["200"] }, undefined],
    [json, "", { emptyStatuses: ["2XX"] }, undefined],
    [json, "", { emptyStatuses: ["default"] }, undefined],
    [json, "", { emptyStatuses: ["3XX", "201"] }, "GET /a: 200 the answer is empty, not JSON"],
    [json, "1", { emptyStatuses: ["200"] }, 1],
    [json, "[]", { resultShape: "array" }, []],
    [json, "{}", { resultShape: "object" }, {}],
    [json, "{}", { resultShape: "array" }, "GET /a: 200 the answer is JSON, but no array: {}"],
    [json, "[]", { resultShape: "object" }, "GET /a: 200 the answer is JSON, but no object: []"],
    [json, "null", { resultShape: "object" }, "GET /a: 200 the answer is JSON, but no object: null"],
    [json, "1", { resultShape: "object" }, "GET /a: 200 the answer is JSON, but no object: 1"],
    [json, "[]", { resultShape: "any" }, []],
    [json, "1", { result: "none" }, undefined],
    ["text/plain", "x", { result: "text" }, "x"],
    ["text/plain", undefined, { result: "text" }, ""],
    ["text/plain", null, { result: "text" }, ""],
  ] as const)("%s %j by %j is %j", (type, data, rule, want) => {
    expect(outcome(type, data, rule)).toEqual(want);
  });

  it("of bytes is a Blob, if only an empty one", async () => {
    const blob = new Blob(["x"]);
    expect(outcome(null, blob, { result: "blob" })).toBe(blob);
    const empty = outcome(null, undefined, { result: "blob" });
    expect(empty).toBeInstanceOf(Blob);
    expect((empty as Blob).size).toBe(0);
  });

  it("that is none says where it came from, without the key", () => {
    const error = unexpected(answer("text/html", 502), "what sk", "\u001b[1m<p>sk", new Error("c"));
    expect(error).toMatchObject({
      message: "GET /a: 502 what [redacted]: [1m<p>[redacted]",
      sample: "[1m<p>[redacted]",
      status: 502,
      messages: ["what [redacted]: [1m<p>[redacted]"],
      errorCode: null,
      requestId: null,
      body: undefined,
      cause: { message: "c" },
    });
    expect(error.headers.get("x-a")).toBe("[redacted]");
    expect(unexpected(answer(null), "what")).toMatchObject({ message: "GET /a: 200 what", sample: "" });
  });
});

describe("a failure", () => {
  const fail = (
    type: string | null,
    error: unknown,
    own: Partial<(typeof api)["error"]> = {},
    status = 409,
  ) => failureOf(answer(type, status), { error: { ...api.error, ...own } }, error);

  it("in the API's form is its error", () => {
    const body = { message: "no sk", code: "gone", request: "r-1" };
    const error = fail("application/json", body);
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({
      message: "GET /a: 409 [gone] no [redacted]",
      messages: ["no [redacted]"],
      errorCode: "gone",
      requestId: "r-1",
      body: { message: "no [redacted]", code: "gone", request: "r-1" },
    });
    expect(fail(null, body)).toBeInstanceOf(ConflictError);
  });

  it.each([
    [{ message: ["a", 1, "b"], code: 5, request: null }, {}, ["a", "b"], null],
    [{ message: { a: 1 } }, {}, [], null],
    [{ message: "a", code: "c" }, { message: null, code: null }, [], null],
    [{ text: "a", number: "c" }, { message: "text", code: "number" }, ["a"], "c"],
    [{}, {}, [], null],
  ])("%j by %j says %j, %j", (body, own, messages, errorCode) => {
    expect(fail("application/json", body, own)).toMatchObject({ messages, errorCode });
  });

  it.each([
    ["text/html", "<p>", "the answer is not the API's error: <p>"],
    ["text/html", { a: 1 }, 'the answer is not the API\'s error: {"a":1}'],
    ["application/json", undefined, "the answer is empty, not the API's error"],
    ["application/json", "", "the answer is empty, not the API's error"],
    ["application/json", [1], "the answer is not the API's error: [1]"],
    ["application/json", null, "the answer is not the API's error: null"],
    ["application/json", 5, "the answer is not the API's error: 5"],
  ])("%s %j is unexpected", (type, error, want) => {
    expect(fail(type, error)).toMatchObject({
      name: "UnexpectedResponseError",
      message: `GET /a: 409 ${want}`,
    });
  });

  it("for too many jobs has its own class", () => {
    expect(fail("application/json", { code: "too_many_jobs" }, {}, 429)).toBeInstanceOf(
      ConcurrencyLimitError,
    );
  });
});

describe("JSON that others read too", () => {
  const call = (reads: CallContext["reads"]) => ({ reads }) as CallContext;
  const response = (text: string, type: string | null = "application/json", status = 200) =>
    new Response(text, { status, headers: type === null ? {} : { "content-type": type } });

  it.each([
    ["text", '{"a":1}', "application/json", { a: 1 }],
    ["blob", "[1]", "a/b+json", [1]],
    ["text", "{", "application/json", undefined],
    ["text", "{}", "text/plain", undefined],
    ["text", "{}", null, undefined],
    ["stream", "{}", "application/json", undefined],
  ] as const)("as %s: %s of %s is %j", async (reads, text, type, want) => {
    const given = type === null ? new Response(new Blob([text])) : response(text, type);
    expect(await jsonOf(given, call(reads))).toEqual(want);
  });

  it("is left to be read again by who gets the response", async () => {
    const given = response("{}");
    expect(await jsonOf(given, call("response"))).toEqual({});
    expect(await given.text()).toBe("{}");
  });

  it.each([
    [429, '{"code":"too_many_jobs"}', {}, true],
    [429, '{"code":"other"}', {}, false],
    [429, "{}", {}, false],
    [429, "null", {}, false],
    [429, "{", {}, false],
    [503, '{"code":"too_many_jobs"}', {}, false],
    [429, '{"code":"too_many_jobs"}', { code: null }, false],
    [429, '{"code":"too_many_jobs"}', { concurrencyCodes: [] }, false],
    [429, '{"null":"too_many_jobs"}', { code: null }, false],
  ])("%d %s by %j is too many jobs: %s", async (status, text, own, want) => {
    const error = { ...api.error, ...own };
    const given = response(text, "application/json", status);
    expect(await isTooManyJobs(given, call("text"), { error })).toBe(want);
  });
});
