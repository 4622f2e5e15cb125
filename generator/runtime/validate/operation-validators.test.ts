import { describe, expect, it } from "vitest";
import { create, get, list, operation, update } from "../../testing/example-api.js";
import type { OperationDescriptor } from "../descriptors.js";
import { UnexpectedResponseError } from "../errors.js";
import { redacting } from "../redact.js";
import { InvalidRequestError, InvalidResponseError } from "../validation-errors.js";
import type { Failure, Validate } from "./failures.js";
import { argumentsSchema, type OperationValidators, validationBy } from "./operation-validators.js";

/** Finds every property whose value is "wrong", and a whole that is; remembers what it was given. */
function checking(): { validate: Validate; seen: unknown[] } {
  const seen: unknown[] = [];
  const validate: Validate = (value, pointer = "") => {
    seen.push(value);
    const entries = typeof value === "object" && value !== null ? Object.entries(value) : [["", value]];
    const failures = entries
      .filter(([, part]) => part === "wrong")
      .map(
        ([key]): Failure => ({
          pointer: `${pointer}${key === "" ? "" : `/${key}`}`,
          rule: "not",
          params: {},
        }),
      );
    return failures.length > 0 ? failures : null;
  };
  return { validate, seen };
}

const none: OperationValidators = { path: null, parameters: null, body: null, responses: {} };
const split = operation({ ...update, id: "things.split", arguments: "split", bodyMember: "the/body~" });

describe("an arguments object", () => {
  const pointersOf = (
    form: OperationDescriptor,
    args: unknown,
  ): { pointers: readonly string[]; parameters: unknown[]; body: unknown[] } => {
    const [parameters, body] = [checking(), checking()];
    const schema = argumentsSchema(form, { parameters: parameters.validate, body: body.validate });
    const { issues = [] } = schema["~standard"].validate(args);
    const pointers = issues.map(({ pointer, rule }) => (rule === "not" ? pointer : `${pointer} ${rule}`));
    return { pointers, parameters: parameters.seen, body: body.seen };
  };
  const form = new FormData();
  const search = new URLSearchParams();

  it.each([
    { form: get, args: { id: "wrong" }, want: [] },
    { form: list, args: undefined, want: [], parameters: [{}] },
    { form: list, args: null, want: [], parameters: [{}] },
    { form: list, args: { state: "wrong", other: "wrong" }, want: ["/state", "/other"], parameters: 1 },
    { form: list, args: "wrong", want: [" type"] },
    { form: list, args: [], want: [" type"] },
    { form: create, args: { a: "wrong", b: 1 }, want: ["/a"], body: 1 },
    { form: create, args: "wrong", want: [""], body: 1 },
    { form: create, args: undefined, want: [], body: 1 },
    { form: create, args: null, want: [], body: [undefined] },
    { form: { ...create, body: { ...create.body, required: false } }, args: undefined, want: [], body: [] },
    { form: { ...create, body: { ...create.body, required: false } }, args: "wrong", want: [""], body: 1 },
    { form: create, args: form, want: [], body: [] },
    { form: create, args: search, want: [], body: [] },
    {
      form: update,
      args: { dryRun: "wrong", id: 1, a: "wrong" },
      want: ["/dryRun", "/a"],
      parameters: [{ dryRun: "wrong" }],
      body: [{ id: 1, a: "wrong" }],
    },
    { form: update, args: {}, want: [], parameters: [{}], body: [{}] },
    {
      form: split,
      args: { dryRun: "wrong", "the/body~": { a: "wrong" }, x: 1 },
      want: ["/dryRun", "/the~1body~0/a"],
      parameters: [{ dryRun: "wrong", x: 1 }],
      body: [{ a: "wrong" }],
    },
    { form: split, args: { dryRun: true }, want: [" required"], parameters: [{ dryRun: true }], body: [] },
    { form: { ...split, body: undefined }, args: {}, want: [], parameters: [{}], body: [] },
  ])("$form.id $args → $want", ({ form: given, args, want, parameters = [], body = [] }) => {
    const found = pointersOf(given as OperationDescriptor, args);
    expect(found.pointers).toEqual(want);
    expect(found.parameters).toEqual(parameters === 1 ? [args] : parameters);
    expect(found.body).toEqual(body === 1 ? [args] : body);
  });

  it("names the member of a body that is missing, and what an arguments object must be", () => {
    const schema = (given: OperationDescriptor) => argumentsSchema(given, none)["~standard"];
    expect(schema(split).validate({})).toEqual({
      issues: [
        {
          pointer: "",
          rule: "required",
          path: ["the/body~"],
          message: 'the value must have the property "the/body~" (required)',
        },
      ],
    });
    expect(schema(list).validate(1)).toMatchObject({
      issues: [{ message: "the value must be an object (type)", path: [] }],
    });
  });

  it("takes a property __proto__ for one", () => {
    const args = JSON.parse('{"__proto__":"wrong","dryRun":1}');
    expect(pointersOf(update, args)).toMatchObject({ pointers: ["/__proto__"] });
  });

  it("is fine where there is nothing to check", () => {
    for (const given of [get, list, create, update])
      expect(argumentsSchema(given, none)["~standard"].validate({ a: "wrong" })).toEqual({
        value: { a: "wrong" },
      });
  });
});

describe("a client's validation", () => {
  const { validate } = checking();
  const validators = { ...none, path: validate, parameters: validate, body: validate };
  const of = (responses: Record<string, Validate> = {}) =>
    validationBy({ [update.id]: { ...validators, responses }, [get.id]: none });

  it("takes its scope", () => {
    expect(() => of()("some" as "all")).toThrow(new TypeError('validation takes "requests" or "all".'));
  });

  it.each([
    { path: { id: "1" }, args: { a: 1 }, want: null },
    { path: { id: "wrong" }, args: { dryRun: "wrong" }, want: ["/id", "/dryRun"] },
    { path: { id: "wrong" }, args: {}, want: ["/id"] },
    { path: {}, args: { a: "wrong" }, want: ["/a"] },
  ])("of a request: $path $args", ({ path, args, want }) => {
    let thrown: unknown = null;
    try {
      of()("requests").request(update, path, args);
    } catch (error) {
      thrown = error;
    }
    if (want === null) return expect(thrown).toBeNull();
    expect(thrown).toBeInstanceOf(InvalidRequestError);
    expect((thrown as InvalidRequestError).operation).toBe("things.update");
    expect((thrown as InvalidRequestError).issues.map(({ pointer }) => pointer)).toEqual(want);
  });

  it("lets what has no validators pass", () => {
    const validation = of()("all");
    const answer = {
      response: Response.json({}),
      place: { method: "GET", path: "/" },
      redact: redacting([]),
    };
    for (const id of ["toString", "other", get.id]) {
      validation.request({ ...get, id }, { id: "wrong" }, "wrong");
      validation.response(answer, { ...get, id }, "wrong");
    }
  });

  it.each([
    { status: 200, has: ["200"], want: true },
    { status: 201, has: ["2XX"], want: true },
    { status: 299, has: ["2XX"], want: true },
    { status: 201, has: ["default"], want: true },
    { status: 201, has: ["200", "3XX", "1XX"], want: false },
    { status: 201, has: [], want: false },
  ])("of a result: $status by $has", ({ status, has, want }) => {
    const check = (scope: "requests" | "all", result: unknown, given = update) =>
      of(Object.fromEntries(has.map((name) => [name, validate])))(scope).response(
        {
          response: Response.json({}, { status }),
          place: { method: "PUT", path: "/things/1" },
          redact: redacting([]),
        },
        { ...given, result: given.result === "none" ? "json" : given.result },
        result,
      );
    check("requests", "wrong");
    check("all", { a: 1 });
    check("all", undefined);
    check("all", "wrong", { ...update, result: "text" });
    if (!want) return check("all", { a: "wrong" });
    expect(() => check("all", { a: "wrong" })).toThrow(InvalidResponseError);
    expect(() => check("all", { a: "wrong" })).toThrow(UnexpectedResponseError);
  });

  it("takes the exact status before its hundred, and that before the rest", () => {
    const fails =
      (rule: string): Validate =>
      () => [{ pointer: "", rule, params: {} }];
    const validation = of({ default: fails("c"), "2XX": fails("b"), "200": fails("a") })("all");
    const ruleAt = (status: number) => {
      const response = Response.json({}, { status });
      const answer = { response, place: { method: "PUT", path: "/" }, redact: redacting([]) };
      try {
        validation.response(answer, { ...update, result: "json" }, {});
        return null;
      } catch (error) {
        return (error as InvalidResponseError).issues[0]?.rule;
      }
    };
    expect([200, 201, 300].map(ruleAt)).toEqual(["a", "b", "c"]);
    const answer = {
      response: Response.json({}),
      place: { method: "PUT", path: "/" },
      redact: redacting([]),
    };
    validation.response(answer, { ...update, result: "json" }, undefined); // an answer that may be empty, and is
  });
});
