import { describe, expect, it } from "vitest";
import { InvalidArgumentError, UnexpectedResponseError } from "./errors.js";
import { findValidation, type Validation } from "./validation.js";
import { InvalidRequestError, InvalidResponseError } from "./validation-errors.js";

const issue = (message: string, path: readonly (string | number)[] = []) => ({
  message,
  path,
  pointer: "",
  rule: "type",
});

describe("findValidation", () => {
  const module = `data:text/javascript,export const validation = (scope) => ({ scope, made: {} });`;
  const own: Validation = { request: () => undefined, response: () => undefined };

  it("is nothing where it is not asked for", () => {
    expect(findValidation(undefined, module)).toBeUndefined();
  });

  it("takes one that is there, with or without a module", async () => {
    expect(await findValidation(own, module)?.()).toBe(own);
    expect(await findValidation(own, undefined)?.()).toBe(own);
  });

  it.each(["requests", "all"] as const)("loads the one for %s once", async (scope) => {
    const find = findValidation(scope, module);
    const [first, second] = [await find?.(), await find?.()];
    expect(first).toMatchObject({ scope });
    expect(second).toBe(first);
  });

  it.each([
    ["some", module, 'validate must be "requests" or "all".'],
    [null, module, 'validate must be "requests" or "all".'],
    ["all", undefined, "validate must be left out: this package has no validators."],
    ["requests", undefined, "validate must be left out: this package has no validators."],
  ])("refuses %j with the module %j", (option, entry, message) => {
    expect(() => findValidation(option as "all", entry)).toThrow(new TypeError(message));
  });

  it("says what to do where the module can't be loaded", async () => {
    await expect(findValidation("all", "no-such-module/validate")?.()).rejects.toMatchObject({
      name: "TypeError",
      message:
        "no-such-module/validate can't be loaded here, as in a bundle. " +
        'Import { validation } from "no-such-module/validate" and give validate: validation("all").',
      cause: expect.any(Error),
    });
  });
});

describe("InvalidRequestError", () => {
  it("names the operation, the first place and every issue up to five", () => {
    const issues = ["a", "b", "c", "d", "e"].map((message) => issue(message, [message, 0]));
    const error = new InvalidRequestError("things.create", issues);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({
      name: "InvalidRequestError",
      operation: "things.create",
      argument: "a",
      issues,
      message: "things.create can't be sent: a; b; c; d; e. Nothing was sent.",
    });
  });

  it("counts those beyond", () => {
    const error = new InvalidRequestError(
      "x",
      "abcdefg".split("").map((message) => issue(message)),
    );
    expect(error.message).toBe("x can't be sent: a; b; c; d; e; and 2 more. Nothing was sent.");
    expect(error.argument).toBe("request");
    expect(new InvalidRequestError("x", []).argument).toBe("request");
    expect(new InvalidRequestError("x", [issue("a", [3])]).argument).toBe("3");
  });
});

it("InvalidResponseError is the error it came from, with its issues", () => {
  const init = {
    method: "GET",
    path: "/a",
    status: 200,
    headers: new Headers({ "x-a": "1" }),
    body: undefined,
    messages: ["m"],
    errorCode: null,
    requestId: "r",
  };
  const error = new InvalidResponseError(new UnexpectedResponseError(init, "sample"), [
    issue("a"),
    issue("b"),
  ]);
  expect(error).toMatchObject({
    name: "InvalidResponseError",
    message: "GET /a: 200 the answer is not what the contract says: a; b",
    isRetryable: false,
    sample: "",
    requestId: "r",
    status: 200,
    issues: [{ message: "a" }, { message: "b" }],
  });
  expect(error.headers.get("x-a")).toBe("1");
});
