import { describe, expect, test } from "vitest";
import type { Fault } from "./fault.js";
import { type Reason, Refusals } from "./refusal.js";
import type { ErrorExample, ResponseKind, SandboxContract, SandboxOperation } from "./sandbox-contract.js";
import { SpecNode } from "./spec-node.js";

const node = (value: unknown): SpecNode => new SpecNode({ value }, ["value"]);
const string = { type: "string" };
const errorSchema = node({
  "x-error": { messageProperty: "text", codeProperty: "code" },
  type: "object",
  required: ["text"],
  properties: {
    code: string,
    text: { anyOf: [string, { type: "array", items: string }] },
    field: { ...string, "x-holds": "field" },
    wait: { type: "integer", "x-holds": "retryAfterSeconds" },
    more: string,
  },
});
const plain = { code: "plain", text: "It is wrong.", field: "no", wait: 9, more: "m", extra: 1 };

const kind = (status: number, more: Partial<ResponseKind> = {}): ResponseKind => ({
  status,
  mediaType: "application/json",
  schema: errorSchema,
  examples: [{ name: "plain", when: null, value: plain }],
  headers: [],
  links: [],
  ...more,
});
const operation = (responses: Readonly<Record<string, ResponseKind>>): SandboxOperation =>
  ({ responses: new Map(Object.entries(responses)) }) as unknown as SandboxOperation;
const fault = (pointer: string, rule = "type", more: Partial<Fault> = {}): Fault => ({
  pointer,
  rule,
  message: "is wrong",
  ...more,
});
const general: Fault = { pointer: "", rule: "", message: "Not now." };

const answer = (
  given: SandboxOperation | null,
  reason: Partial<Reason>,
  errorExample: ErrorExample | null = null,
) => {
  const whole = { rule: "shape", statuses: [400, 422], faults: [fault("/a")], ...reason };
  const { status, headers, body } = new Refusals({ errorExample } as SandboxContract).of(given, whole);
  return { status, headers, body: body === null ? null : JSON.parse(String(body)) };
};

describe("the answer is the one", () => {
  const when = (rule: string, ...place: readonly string[]) => ({
    rule,
    place: place.length === 0 ? null : ["", ...place],
  });
  const example = (name: string, one: ReturnType<typeof when> | null) => ({
    name,
    when: one,
    value: { ...plain, code: name },
  });
  const responses = {
    "400": kind(400),
    "409": kind(409, {
      examples: [example("items", when("minItems", "list", "*", "deep")), example("any", when("clash"))],
    }),
    "422": kind(422, { examples: [example("query", when("type", "who"))] }),
  };
  test.each([
    { reason: {}, want: [400, "plain"] },
    { reason: { rule: "clash" }, want: [409, "any"] },
    { reason: { faults: [fault("/x/y", "clash")] }, want: [409, "any"] },
    { reason: { faults: [fault("/list/7/deep", "minItems")] }, want: [409, "items"] },
    { reason: { faults: [fault("/list/7/other", "minItems")] }, want: [400, "plain"] },
    { reason: { faults: [fault("/list/7/deep/er", "minItems")] }, want: [400, "plain"] },
    { reason: { faults: [fault("/list/7/deep", "maxItems")] }, want: [400, "plain"] },
    { reason: { rule: "minItems", faults: [fault("/other", "minItems")] }, want: [400, "plain"] },
    {
      reason: { faults: [fault("/list/7/deep", "minItems"), fault("/list/8/deep", "minItems")] },
      want: [400, "plain"],
    },
    { reason: { faults: [fault("who", "type", { in: "query" })] }, want: [422, "query"] },
    { reason: { statuses: [410, 422] }, want: [422, undefined] },
    { reason: { statuses: [409], errorCode: "any" }, want: [409, "any"] },
    { reason: { statuses: [409], errorCode: "new" }, want: [409, "new"] },
  ])("of $reason: $want", ({ reason, want }) => {
    const { status, body } = answer(operation(responses), reason);
    expect([status, body.code]).toEqual(want);
  });

  test.each([
    { declared: { "4XX": kind(400) }, statuses: [410, 411], want: [410, "application/json"] },
    {
      declared: { "5XX": kind(500), "411": kind(411) },
      statuses: [410, 411],
      want: [411, "application/json"],
    },
    { declared: { default: kind(200) }, statuses: [410], want: [410, "application/json"] },
    { declared: { default: kind(200) }, statuses: [], want: [400, "application/problem+json"] },
    { declared: {}, statuses: [410, 411], want: [410, "application/problem+json"] },
  ])("of $declared for $statuses", ({ declared, statuses, want }) => {
    const { status, headers } = answer(operation(declared as Record<string, ResponseKind>), { statuses });
    expect([status, headers["content-type"]]).toEqual(want);
  });
});

describe("the body tells", () => {
  const tell = (reason: Partial<Reason>, more: Partial<ResponseKind> = {}) =>
    answer(operation({ "400": kind(400, more) }), reason).body;
  const sentence = (at: string) => `${at} is wrong (type)`;

  test.each([
    { reason: {}, want: { text: sentence("/a"), field: "a", wait: 9, more: "m", extra: 1 } },
    { reason: { held: { retryAfterSeconds: 4 } }, want: { wait: 4 } },
    { reason: { faults: [general] }, want: { code: "plain", text: "It is wrong.", field: undefined } },
    { reason: { errorCode: "known", faults: [general] }, want: { code: "known", text: "It is wrong." } },
    {
      reason: { faults: [general, fault("/a")] },
      want: { text: ["Not now.", sentence("/a")], field: undefined },
    },
    {
      reason: { faults: [fault("/a/b"), fault("/a/c")] },
      want: { text: [sentence("/a/b"), sentence("/a/c")], field: "a" },
    },
    { reason: { faults: [fault("/a"), fault("/b")] }, want: { field: undefined } },
    { reason: { faults: [fault("/a~1b/c")] }, want: { field: "a/b" } },
    {
      reason: { faults: [fault("who", "type", { in: "query" })] },
      want: { text: sentence("query parameter who"), field: "who" },
    },
    { reason: { faults: [] }, want: { text: "It is wrong.", field: undefined } },
  ])("of $reason: $want", ({ reason, want }) => {
    const body = tell(reason);
    const told = Object.fromEntries(Object.keys(want).map((name) => [name, body[name]]));
    expect(told).toEqual(want);
  });

  test("the first twenty faults, as a list where there is room for one", () => {
    const faults = Array.from({ length: 25 }, (_, index) => fault(`/${index}`));
    expect(tell({ faults }).text).toEqual(faults.slice(0, 20).map(({ pointer }) => sentence(pointer)));
    const always = node({ ...errorSchema.object, properties: { text: { type: "array", items: string } } });
    expect(tell({}, { schema: always }).text).toEqual([sentence("/a")]);
    const never = node({ ...errorSchema.object, properties: { text: string } });
    expect(tell({ faults: faults.slice(0, 2) }, { schema: never }).text).toBe(
      `${sentence("/0")}; ${sentence("/1")}`,
    );
  });

  test("what must be there, if only by a sample", () => {
    const schema = node({
      "x-error": { codeProperty: "code" },
      required: ["code", "count", "detail"],
      properties: { code: string, count: { type: "integer", minimum: 3 }, detail: string, title: string },
    });
    const body = tell({}, { schema, examples: [] });
    expect(body).toEqual({ code: "400", count: 3, detail: sentence("/a") });
    expect(tell({ errorCode: "mine" }, { schema, examples: [] }).code).toBe("mine");
  });

  test.each([
    { properties: { title: string, message: string }, example: {}, want: "message" },
    { properties: { title: string, why: string }, example: {}, want: "title" },
    { properties: { count: { type: "integer" }, why: string }, example: { count: 1, why: "x" }, want: "why" },
    { properties: { why: string }, example: {}, want: undefined },
  ])("its message in $want of $properties", ({ properties, example, want }) => {
    const body = tell(
      {},
      { schema: node({ properties }), examples: [{ name: "", when: null, value: example }] },
    );
    const found = Object.keys(body).find((name) => body[name] === sentence("/a"));
    expect(found).toBe(want);
  });

  test.each([
    { value: "text", want: "text" },
    { value: [1], want: [1] },
    { value: null, want: expect.any(Object) },
  ])("$value, where the example is no object", ({ value, want }) => {
    expect(tell({}, { examples: [{ name: "", when: null, value }] })).toEqual(want);
  });

  test("the words of the example that has its code", () => {
    const other = { ...plain, code: "other", text: "Another thing is wrong." };
    const examples = [plain, other].map((value) => ({ name: value.code, when: null, value }));
    expect(tell({ errorCode: "other", faults: [general] }, { examples })).toMatchObject({ text: other.text });
  });

  test("the words of an example for its own rule only where it is broken", () => {
    const examples = [{ name: "", when: { rule: "clash", place: null }, value: plain }];
    expect(tell({ faults: [general] }, { examples })).toMatchObject({ text: "Not now." });
    expect(tell({ faults: [general] }, { examples }).code).toBeUndefined();
    expect(tell({ rule: "clash", faults: [general] }, { examples })).toMatchObject({
      code: "plain",
      text: "It is wrong.",
    });
  });

  test("nothing, where the contract declares no body", () => {
    const told = answer(operation({ "400": kind(400, { mediaType: null }) }), { headers: { allow: "GET" } });
    expect(told).toEqual({ status: 400, headers: { allow: "GET" }, body: null });
  });
});

describe("where the contract declares no answer", () => {
  test("it is a problem", () => {
    const { headers, body } = answer(null, { statuses: [405], faults: [general, fault("/a")] });
    expect(headers).toEqual({ "content-type": "application/problem+json" });
    expect(body).toEqual({
      type: "about:blank",
      title: "Method Not Allowed",
      status: 405,
      detail: "Not now.; /a is wrong (type)",
      rule: "shape",
    });
    expect(answer(null, { statuses: [499] }).body.title).toBe("Error");
  });

  test("it is in the words of an error that the contract shows", () => {
    const value = { code: 400, text: "x", error: "bad request", more: "kept out", wait: 1 };
    const common = { status: 400, value, schema: errorSchema };
    const { headers, body } = answer(null, { statuses: [404], faults: [general] }, common);
    expect(headers).toEqual({ "content-type": "application/json" });
    expect(body).toEqual({ text: "Not now.", error: "Not Found" });
    const odd = { ...common, value: "text" };
    expect(answer(null, { statuses: [404], faults: [general] }, odd).body).toEqual({ text: "Not now." });
  });
});

describe("headers", () => {
  const header = (name: string, more: object = {}) => ({
    name,
    required: false,
    schema: node({ type: "integer", minimum: 5 }),
    example: undefined,
    holds: null,
    ...more,
  });
  const headersOf = (headers: ResponseKind["headers"], reason: Partial<Reason> = {}) => {
    const { "content-type": _, ...rest } = answer(
      operation({ "400": kind(400, { headers }) }),
      reason,
    ).headers;
    return rest;
  };
  test.each([
    { headers: [header("X-A")], reason: {}, want: {} },
    { headers: [header("X-A", { required: true })], reason: {}, want: { "X-A": "5" } },
    { headers: [header("X-A", { required: true, example: 7 })], reason: {}, want: { "X-A": "7" } },
    { headers: [header("X-A", { holds: "n" })], reason: { held: { n: 0 } }, want: { "X-A": "0" } },
    { headers: [header("X-A", { holds: "n" })], reason: { held: { m: 1 } }, want: {} },
    {
      headers: [header("X-A", { required: true, example: 7 })],
      reason: { headers: { "x-a": "1" } },
      want: { "x-a": "1" },
    },
    { headers: [header("X-A", { example: 7 })], reason: { headers: { "X-A": "1" } }, want: { "X-A": "1" } },
  ])("$headers with $reason are $want", ({ headers, reason, want }) => {
    expect(headersOf(headers, reason as Partial<Reason>)).toEqual(want);
  });
});
