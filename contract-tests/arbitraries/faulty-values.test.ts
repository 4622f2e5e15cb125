import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { object, operationsOf, type Schema } from "../support/contract.js";
import { readSpecDocument, withStructureResolved } from "../support/spec-document.js";
import { boundaryValues } from "./boundary-values.js";
import { FaultyValues } from "./faulty-values.js";
import { formView, isWrongWhenSent } from "./form-view.js";
import { SchemaArbitraries } from "./schema-arbitrary.js";
import { schemaJudge } from "./schema-judge.js";

const judge = schemaJudge({});
const arbitraries = new SchemaArbitraries(judge);
const faulty = new FaultyValues(judge, arbitraries);

const letter = { type: "object", required: ["to"], properties: { to: { type: "string" } } };
/** Schemas, and the faults that are found: keyword, pointer, and an example of how it is broken. */
const given: readonly {
  schema: Schema;
  value: unknown;
  want: readonly (readonly [keyword: string, pointer: string, value?: unknown])[];
}[] = [
  {
    schema: { type: "integer" },
    value: 1,
    want: [
      ["type", "", null],
      ["type", "", 1.5],
      ["type", "", "1"],
    ],
  },
  {
    schema: { type: ["string", "null"] },
    value: "a",
    want: [
      ["type", "", true],
      ["type", "", {}],
    ],
  },
  {
    schema: { const: "video" },
    value: "video",
    want: [
      ["const", "", "VIDEO"],
      ["const", "", "not-in-the-contract"],
    ],
  },
  { schema: { enum: [1, 2] }, value: 1, want: [["enum", "", 3]] },
  {
    schema: { type: "number", minimum: 0, maximum: 1 },
    value: 0.5,
    want: [
      ["minimum", "", -0.001],
      ["maximum", "", 1.001],
    ],
  },
  { schema: { type: "integer", exclusiveMinimum: 0 }, value: 5, want: [["exclusiveMinimum", "", 0]] },
  { schema: { type: "integer", exclusiveMaximum: 9 }, value: 5, want: [["exclusiveMaximum", "", 9]] },
  { schema: { type: "integer", multipleOf: 4 }, value: 8, want: [["multipleOf", "", 10]] },
  {
    schema: { type: "string", minLength: 2, maxLength: 3 },
    value: "ab",
    want: [
      ["minLength", "", "a"],
      ["maxLength", "", "abbb"],
    ],
  },
  {
    schema: { type: "string", pattern: "^[a-z]+$" },
    value: "ab",
    want: [
      ["pattern", "", ""],
      ["pattern", "", "ab!"],
    ],
  },
  {
    schema: { type: "string", format: "uuid" },
    value: "6533643b-aceb-4c40-967e-d9ba9baac39e",
    want: [["format", "", "not a uuid"]],
  },
  {
    schema: { type: "array", items: { type: "integer" }, minItems: 2, maxItems: 2 },
    value: [1, 2],
    want: [
      ["minItems", "", [1]],
      ["maxItems", "", [1, 2, 1]],
      ["type", "/1", [1, "1"]],
    ],
  },
  { schema: { type: "array", uniqueItems: true }, value: [1, 2], want: [["uniqueItems", "", [1, 2, 1]]] },
  {
    schema: { type: "array", prefixItems: [{ type: "integer" }], items: false },
    value: [1],
    want: [
      ["type", "/0", [null]],
      ["items", ""],
    ],
  },
  {
    schema: { type: "array", contains: { const: 1 }, maxContains: 1 },
    value: [1, 2],
    want: [
      ["contains", "", [2]],
      ["maxContains", "", [1, 2, 1]],
    ],
  },
  {
    schema: { type: "array", contains: { const: 1 }, minContains: 2 },
    value: [1, 1],
    want: [["contains", "", [1]]],
  },
  {
    schema: { type: "array", "x-unique-by": "id" },
    value: [{ id: 1 }, { id: 2 }],
    want: [["x-unique-by", "", [{ id: 1 }, { id: 1 }]]],
  },
  {
    schema: { ...letter, additionalProperties: false },
    value: { to: "a" },
    want: [
      ["required", "", {}],
      ["additionalProperties", "", { to: "a", "not-in-the-contract": 1 }],
    ],
  },
  {
    schema: { type: "object", additionalProperties: { type: "integer" } },
    value: {},
    want: [["additionalProperties", "", { "not-in-the-contract": null }]],
  },
  {
    schema: { allOf: [letter], unevaluatedProperties: false },
    value: { to: "a" },
    want: [["unevaluatedProperties", "", { to: "a", "not-in-the-contract": 1 }]],
  },
  {
    schema: { type: "object", properties: { a: true, b: true }, dependentRequired: { a: ["b"] } },
    value: { a: 1, b: 1 },
    want: [["dependentRequired", "", { a: 1 }]],
  },
  {
    schema: { type: "object", propertyNames: { pattern: "^[a-c]$" } },
    value: { a: 1 },
    want: [["propertyNames", "", { a: 1, "": 1 }]],
  },
  {
    schema: { type: "object", minProperties: 1, maxProperties: 1 },
    value: { a: 1 },
    want: [
      ["minProperties", "", {}],
      ["maxProperties", "", { a: 1, more0: 1 }],
    ],
  },
  { schema: { type: "object", not: { required: ["a", "b"] } }, value: {}, want: [["not", ""]] },
  {
    schema: {
      oneOf: [
        { type: "object", required: ["a"] },
        { type: "object", required: ["b"] },
      ],
    },
    value: { a: 1 },
    want: [
      ["oneOf", ""],
      ["required", "", {}],
    ],
  },
  {
    schema: JSON.parse('{"type":"object","if":{"required":["a"]},"then":{"required":["b"]}}') as Schema,
    value: { a: 1, b: 1 },
    want: [["required", "", { a: 1 }]],
  },
  {
    schema: { type: "object", if: { required: ["a"] }, else: { required: ["b"] } },
    value: { b: 1 },
    want: [["required", "", {}]],
  },
];

describe("single faults, each proved and labelled with what it breaks", () => {
  test.each(given)("$schema", ({ schema, value, want }) => {
    const found = [...faulty.of(schema, value)];
    for (const fault of found) expect(judge.isValid(schema, fault.value)).toBe(false);
    for (const [keyword, pointer, ...wrong] of want) {
      const told = found.filter((fault) => fault.keyword === keyword && fault.pointer === pointer);
      expect(told, `faults of ${keyword}`).not.toEqual([]);
      if (wrong.length > 0) expect(told.map((fault) => fault.value)).toContainEqual(wrong[0]);
    }
  });

  test("nothing that breaks two keywords at a time", () => {
    const schema = { type: "string", minLength: 2, pattern: "^[a-z]+$" };
    const shorter = [...faulty.of(schema, "ab")].filter(({ keyword }) => keyword === "pattern");
    expect(shorter.map(({ value }) => String(value).length >= 2)).not.toContain(false);
  });
});

describe("the faults of the contract's bodies", async () => {
  const document = await readSpecDocument("spec/openapi.yaml");
  const ofContract = schemaJudge(document);
  const made = new SchemaArbitraries(ofContract);
  const faults = new FaultyValues(ofContract, made);
  const bodies = operationsOf(withStructureResolved(document)).flatMap(({ id, body }) =>
    body ? [{ id, body }] : [],
  );

  test.each(bodies)("$id", ({ body }) => {
    const view = body.mediaType === "application/json" ? null : formView(ofContract, body);
    const schema = view?.schema ?? body.schema;
    const values = fc.sample(made.of(schema), {
      numRuns: view?.parts.some(({ lines }) => lines) ? 2 : 12,
      seed: 4,
    });
    const found = [...faults.coverage(schema, values)];
    expect(found.length).toBeGreaterThan(40);
    for (const { value } of found) expect(ofContract.isValid(schema, value)).toBe(false);
    const keywords = new Set(found.map(({ keyword }) => keyword));
    for (const keyword of ["type", "required", "additionalProperties", "enum"])
      expect(keywords).toContain(keyword);
    if (view) expect(found.some(({ value }) => isWrongWhenSent(ofContract, view, value))).toBe(true);
    const limits = [...boundaryValues(ofContract, schema, values)];
    expect(limits.length).toBeGreaterThan(10);
    for (const { value } of limits) expect(ofContract.isValid(schema, value)).toBe(true);
  });

  test("they shrink with the value they were made from", () => {
    const schema = { $ref: "spec://document#/components/schemas/GenerationOptions" };
    const result = fc.check(
      fc.property(faults.arbitrary(schema), ({ keyword }) => keyword !== "maximum"),
      { seed: 1, numRuns: 2000 },
    );
    const [least] = result.counterexample ?? [];
    expect(least).toMatchObject({ keyword: "maximum", pointer: "/temperature" });
    expect(Object.keys(object(least?.value)).length).toBe(1);
  });
});

test("a text of a form is wrong only if it is as it is read", () => {
  const view = formView(judge, {
    mediaType: "multipart/form-data",
    at: [],
    required: true,
    encoding: {},
    examples: [],
    schema: {
      type: "object",
      required: ["name"],
      properties: {
        name: { type: "string" },
        count: { type: "integer" },
        settings: { type: "string", contentMediaType: "application/json", contentSchema: { type: "object" } },
      },
    },
  });
  const given: readonly (readonly [value: unknown, wrong: boolean])[] = [
    [{ name: 5 }, false],
    [{ name: null }, false],
    [{ name: "a", count: "7" }, false],
    [{ name: "a", count: "seven" }, true],
    [{ name: "a", count: 1.5 }, true],
    [{ name: "a", settings: [] }, true],
    [{ count: 1 }, true],
    [null, false], // cannot be sent as a form
  ];
  expect(given.map(([value]) => isWrongWhenSent(judge, view, value))).toEqual(
    given.map(([, wrong]) => wrong),
  );
});
