import { describe, expect, it } from "vitest";
import { issuesOf } from "./issues.js";

const messageOf = (rule: string, params: Record<string, unknown> = {}, pointer = "/a") =>
  issuesOf({}, [{ pointer, rule, params }])[0]?.message;

describe("the sentence of a rule", () => {
  it.each([
    ["required", { missingProperty: "x" }, 'must have the property "x"'],
    ["dependentRequired", { property: "p", missingProperty: "x" }, 'must have the property "x"'],
    ["additionalProperties", { additionalProperty: 'a"b' }, 'must not have the property "a\\"b"'],
    ["unevaluatedProperties", { unevaluatedProperty: "x" }, 'must not have the property "x"'],
    ["additionalItems", { limit: 2 }, "must not have more than 2 items"],
    ["items", { limit: 2 }, "must not have more than 2 items"],
    ["unevaluatedItems", { len: 3 }, "must not have more than 3 items"],
    ["type", { type: "array" }, "must be an array"],
    ["type", { type: "boolean" }, "must be true or false"],
    ["type", { type: "integer" }, "must be an integer"],
    ["type", { type: "number" }, "must be a number"],
    ["type", { type: "object" }, "must be an object"],
    ["type", { type: ["string", "null"] }, "must be a string or null"],
    ["type", { type: "other" }, "must be other"],
    ["file", {}, "must be a Blob, a File or a stream of known size"],
    ["enum", { allowedValues: ["a", 1, null, undefined] }, 'must be one of "a", 1, null, undefined'],
    ["enum", { allowedValues: "abc" }, "must be one of "],
    ["const", { allowedValue: { a: 1 } }, 'must be {"a":1}'],
    ["format", { format: "date" }, 'must be in the format "date"'],
    ["pattern", { pattern: "^a$" }, 'must match the pattern "^a$"'],
    ["minLength", { limit: 1 }, "must have at least 1 characters"],
    ["maxLength", { limit: 1 }, "must have at most 1 characters"],
    ["minItems", { limit: 1 }, "must have at least 1 items"],
    ["maxItems", { limit: 1 }, "must have at most 1 items"],
    ["minProperties", { limit: 1 }, "must have at least 1 properties"],
    ["maxProperties", { limit: 1 }, "must have at most 1 properties"],
    ["minimum", { limit: 1.5 }, "must be at least 1.5"],
    ["maximum", { limit: 1 }, "must be at most 1"],
    ["exclusiveMinimum", { limit: 1 }, "must be more than 1"],
    ["exclusiveMaximum", { limit: 1 }, "must be less than 1"],
    ["multipleOf", { multipleOf: 3 }, "must be a multiple of 3"],
    ["uniqueItems", { i: 4, j: 2 }, "must not hold an item twice (2 and 4 are the same)"],
    ["contains", { minContains: 1 }, "must hold at least 1 of the items that are asked for"],
    [
      "contains",
      { minContains: 1, maxContains: 2 },
      "must hold at least 1 and at most 2 of the items that are asked for",
    ],
    ["oneOf", { passingSchemas: [0, 1] }, "must fit one variant only"],
    ["oneOf", { passingSchemas: null }, "must fit one of its variants"],
    ["anyOf", {}, "must fit one of its variants"],
    ["not", {}, "is what the contract rules out"],
    ["propertyNames", {}, "must not have a property of such a name"],
    ["false schema", {}, "is not allowed"],
  ] as const)("%s %j", (rule, params, want) => {
    expect(messageOf(rule, params)).toBe(`/a ${want} (${rule})`);
  });

  it("names the whole as the value", () => {
    expect(messageOf("anyOf", {}, "")).toBe("the value must fit one of its variants (anyOf)");
  });

  it.each([12, 13])("lists twelve values of %d", (count) => {
    const allowedValues = Array.from({ length: count }, (_, index) => index);
    const more = count > 12 ? ", … (13 in all)" : "";
    expect(messageOf("enum", { allowedValues })).toBe(
      `/a must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11${more} (enum)`,
    );
  });
});

describe("where it is shown", () => {
  const value = { list: [{ "a/b": { "~": 1 } }], "0": ["x"] };
  it.each([
    ["", {}, []],
    ["/list/0/a~1b/~0", {}, ["list", 0, "a/b", "~"]],
    ["/0/0", {}, ["0", 0]],
    ["/list/x", {}, ["list", "x"]],
    ["/list/0x", {}, ["list", "0x"]],
    ["/list/x0", {}, ["list", "x0"]],
    ["/none/0", {}, ["none", "0"]],
    ["/list/12/3", {}, ["list", 12, "3"]],
    ["/list", { missingProperty: "x" }, ["list", "x"]],
    ["/list", { additionalProperty: "x" }, ["list", "x"]],
    ["/list", { unevaluatedProperty: "x" }, ["list", "x"]],
    ["/list", { missingProperty: 1 }, ["list"]],
  ])("%s %j → %j", (pointer, params, want) => {
    expect(issuesOf(value, [{ pointer, rule: "r", params }])).toEqual([
      { pointer, rule: "r", path: want, message: expect.any(String) },
    ]);
  });

  it.each([null, "text", undefined])("in %j as in anything", (whole) => {
    expect(issuesOf(whole, [{ pointer: "/0", rule: "r", params: {} }])[0]?.path).toEqual(["0"]);
  });
});

describe("that a branch of `if` was not met", () => {
  const [branch, type] = [
    { pointer: "", rule: "if", params: { failingKeyword: "then" } },
    { pointer: "/a", rule: "type", params: { type: "string" } },
  ];
  it.each([
    { given: [branch, type], want: ["type"] },
    { given: [branch], want: ["if"] },
    { given: [], want: [] },
  ])("is told only where nothing else is: $want", ({ given, want }) => {
    expect(issuesOf({}, given).map(({ rule }) => rule)).toEqual(want);
  });
});
