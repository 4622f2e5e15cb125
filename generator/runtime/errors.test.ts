import { describe, expect, it } from "vitest";
import * as errors from "./errors.js";

const place = { method: "GET", path: "/a" };
const init = (more: Partial<errors.HttpErrorInit> = {}): errors.HttpErrorInit => ({
  ...place,
  status: 404,
  headers: new Headers(),
  body: undefined,
  messages: [],
  errorCode: null,
  requestId: null,
  ...more,
});

describe("errors before an answer", () => {
  it.each([
    [new Error("c"), "c"],
    [new TypeError("fetch failed", { cause: new Error("ECONNRESET") }), "ECONNRESET"],
    [new TypeError("fetch failed", { cause: new Error("") }), "fetch failed"],
    [new TypeError("fetch failed", { cause: "text" }), "fetch failed"],
    ["text", "unknown reason"],
  ])("of a connection: %s", (cause, reason) => {
    expect(new errors.ConnectionError(place, cause)).toMatchObject({
      name: "ConnectionError",
      message: `GET /a: no answer came (${reason}).`,
      isRetryable: true,
      retryAfterMs: null,
      requestId: null,
      idempotencyKey: null,
      cause,
      ...place,
    });
  });

  it.each([
    [null, "no answer"],
    [200, "an answer (status 200) began, but did not end"],
  ])("of time: %s", (status, what) => {
    expect(new errors.TimeoutError(place, 50, status)).toMatchObject({
      name: "TimeoutError",
      message: `GET /a: ${what} within 50 ms.`,
      isRetryable: true,
      timeoutMs: 50,
      status,
      ...place,
    });
  });

  it("of arguments, limits and keys", () => {
    expect(new errors.ApiError("m")).toMatchObject({ name: "ApiError", isRetryable: false });
    expect(new errors.MissingApiKeyError("m")).toMatchObject({ name: "MissingApiKeyError", message: "m" });
    expect(new errors.InvalidArgumentError("a", "m")).toMatchObject({
      name: "InvalidArgumentError",
      argument: "a",
      message: "m",
      isRetryable: false,
    });
    expect(new errors.LimitError("a", "maxBytes", 1, 2, "m")).toMatchObject({
      name: "LimitError",
      argument: "a",
      limit: "maxBytes",
      allowed: 1,
      actual: 2,
      message: "m",
    });
  });
});

describe("an error of an answer", () => {
  it.each([
    [400, "BadRequestError"],
    [401, "AuthenticationError"],
    [402, "PaymentRequiredError"],
    [403, "PermissionDeniedError"],
    [404, "NotFoundError"],
    [409, "ConflictError"],
    [413, "PayloadTooLargeError"],
    [415, "UnsupportedMediaTypeError"],
    [418, "RefusalError"],
    [422, "UnprocessableContentError"],
    [429, "RateLimitError"],
    [499, "RefusalError"],
    [500, "InternalServerError"],
    [503, "ServiceUnavailableError"],
    [599, "InternalServerError"],
  ] as const)("%d is a %s", (status, name) => {
    const error = errors.httpErrorOf(init({ status }), ["many"]);
    expect(error.constructor).toBe(errors[name]);
    expect(error).toBeInstanceOf(errors.RefusalError);
    expect(error).toMatchObject({ name, status, isRetryable: status === 429 || status >= 500 });
  });

  it.each([
    [429, "many", "ConcurrencyLimitError"],
    [429, "other", "RateLimitError"],
    [429, null, "RateLimitError"],
    [400, "many", "BadRequestError"],
  ])("%d with the code %s is a %s", (status, errorCode, name) => {
    expect(errors.httpErrorOf(init({ status, errorCode }), ["few", "many"])).toMatchObject({
      name,
      errorCode,
    });
  });

  it("knows what the answer said", () => {
    const headers = new Headers({ "retry-after": "2" });
    const body = { a: 1 };
    const cause = new Error("c");
    const given = init({ status: 409, headers, body, messages: ["a", "b"], errorCode: "x", requestId: "r" });
    expect(new errors.HttpError(given, cause)).toMatchObject({
      name: "HttpError",
      message: "GET /a: 409 [x] a; b",
      messages: ["a", "b"],
      status: 409,
      errorCode: "x",
      requestId: "r",
      headers,
      body,
      retryAfterMs: 2_000,
      isRetryable: true,
      cause,
      ...place,
    });
    const bare = new errors.HttpError(init());
    expect(bare.message).toBe("GET /a: 404");
    expect("cause" in bare).toBe(false);
  });

  it("of a redirect says where to", () => {
    expect(new errors.RedirectError(init({ status: 302 }), "https://b.example/")).toMatchObject({
      name: "RedirectError",
      location: "https://b.example/",
      isRetryable: false,
    });
  });

  it.each([
    [200, true],
    [399, true],
    [400, false],
    [404, false],
    [429, true],
    [502, true],
  ])("that is unexpected, of status %d, may pass: %s", (status, isRetryable) => {
    expect(new errors.UnexpectedResponseError(init({ status }), "s")).toMatchObject({
      name: "UnexpectedResponseError",
      isRetryable,
      sample: "s",
    });
  });
});
