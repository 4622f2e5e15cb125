import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { object, operationsOf, type Schema } from "../support/contract.js";
import { parseMultipart } from "../support/multipart.js";
import { readSpecDocument, withStructureResolved } from "../support/spec-document.js";
import { encodeForm, formView } from "./form-view.js";
import { CheckedArbitrary, EitherArbitrary, NoValueError, TooManyTriesError } from "./own-arbitraries.js";
import { SchemaArbitraries } from "./schema-arbitrary.js";
import { schemaJudge } from "./schema-judge.js";

const ref = (name: string): Schema => ({ $ref: `spec://document#/components/schemas/${name}` });

/** Schemas that ask for themselves. */
const recursive = {
  components: {
    schemas: {
      Tree: {
        type: "object",
        required: ["value"],
        additionalProperties: false,
        properties: { value: { type: "integer" }, children: { type: "array", items: ref("Tree") } },
      },
      Term: {
        oneOf: [
          {
            type: "object",
            required: ["not"],
            additionalProperties: false,
            properties: { not: ref("Term") },
          },
          {
            type: "object",
            required: ["all"],
            additionalProperties: false,
            properties: { all: { type: "array", minItems: 1, items: ref("Term") } },
          },
          {
            type: "object",
            required: ["is"],
            additionalProperties: false,
            properties: { is: { type: "string" } },
          },
        ],
      },
      Endless: { type: "object", required: ["next"], properties: { next: ref("Endless") } },
    },
  },
};

const judge = schemaJudge(recursive);
const arbitraries = new SchemaArbitraries(judge);

const video = { type: "object", required: ["type"], properties: { type: { const: "video" } } };
const given: readonly (readonly [what: string, schema: Schema])[] = [
  ["true", true],
  ["no keyword", {}],
  ["one type", { type: "boolean" }],
  ["a list of types", { type: ["string", "null", "integer"] }],
  ["const", { const: { a: [1, null] } }],
  ["enum", { enum: ["a", 1, null, { b: [] }] }],
  ["enum within limits", { type: "string", enum: ["a", "bb", "ccc"], minLength: 2 }],
  ["bounds", { type: "integer", minimum: 3, maximum: 5 }],
  ["exclusive bounds", { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 0.5 }],
  [
    "bounds beyond what a number counts exactly",
    { type: "integer", minimum: -9_223_372_036_854_776_000, maximum: 9_223_372_036_854_776_000 },
  ],
  ["a least number beyond that", { type: "integer", minimum: 1e17 }],
  ["a greatest number beyond that", { type: "number", maximum: -1e300 }],
  ["exclusive whole bounds", { type: "integer", exclusiveMinimum: 3, exclusiveMaximum: 5 }],
  ["multipleOf", { type: "integer", multipleOf: 7, minimum: 50 }],
  ["multipleOf a fraction", { type: "number", multipleOf: 0.25, minimum: -1, maximum: 1 }],
  ["lengths", { type: "string", minLength: 3, maxLength: 5 }],
  [
    "lengths in characters, not in units of UTF-16",
    { type: "string", minLength: 2, maxLength: 2, not: { pattern: "^[ -~]*$" } },
  ],
  ["a pattern", { type: "string", pattern: "^[A-Z]{2}-[0-9]{3,}$" }],
  ["a pattern and a length", { type: "string", pattern: "^[A-Za-z0-9_-]{1,255}$", maxLength: 20 }],
  ["a pattern without end", { type: "string", pattern: "^https?://", format: "uri" }],
  ["a pattern without the flag u", { type: "string", pattern: "^[\\w-.]+$" }],
  ...[
    "uuid",
    "uri",
    "uri-reference",
    "date-time",
    "date",
    "time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "byte",
    "regex",
    "json-pointer",
    "uri-template",
    "unheard-of",
  ].map((format) => [`format ${format}`, { type: "string", format }] as const),
  [
    "properties and required",
    { type: "object", required: ["a"], properties: { a: { type: "string" }, b: { type: "null" } } },
  ],
  ["a required property without a schema", { type: "object", required: ["a"] }],
  ["additionalProperties false", { type: "object", properties: { a: {} }, additionalProperties: false }],
  [
    "additionalProperties a schema",
    { type: "object", additionalProperties: { type: "integer" }, minProperties: 2 },
  ],
  [
    "patternProperties",
    {
      type: "object",
      patternProperties: { "^x-": { type: "boolean" } },
      additionalProperties: false,
      minProperties: 1,
    },
  ],
  ["propertyNames", { type: "object", propertyNames: { pattern: "^[a-c]+$" }, minProperties: 1 }],
  ["maxProperties", { type: "object", properties: { a: true, b: true, c: true }, maxProperties: 1 }],
  [
    "unevaluatedProperties over allOf",
    {
      allOf: [
        { type: "object", properties: { a: { type: "string" } } },
        { properties: { b: { type: "integer" } } },
      ],
      unevaluatedProperties: false,
    },
  ],
  [
    "dependentRequired",
    { type: "object", properties: { a: true, b: true, c: true }, dependentRequired: { a: ["b"], b: ["c"] } },
  ],
  [
    "dependentRequired of a required one",
    {
      type: "object",
      required: ["a"],
      properties: { b: { type: "string" } },
      dependentRequired: { a: ["b"] },
    },
  ],
  [
    "dependentSchemas",
    {
      type: "object",
      properties: { a: true },
      dependentSchemas: { a: { required: ["b"], properties: { b: { const: 1 } } } },
    },
  ],
  ["items", { type: "array", items: { type: "integer" }, minItems: 2, maxItems: 3 }],
  [
    "prefixItems",
    { type: "array", prefixItems: [{ const: 1 }, { type: "string" }], items: false, minItems: 2 },
  ],
  ["prefixItems and more", { type: "array", prefixItems: [{ const: 1 }], items: { const: 2 }, minItems: 3 }],
  ["contains", { type: "array", contains: { const: 7 } }],
  [
    "contains, least and most",
    {
      type: "array",
      items: { enum: [1, 2, 3] },
      contains: { const: 2 },
      minContains: 2,
      maxContains: 2,
      minItems: 4,
      maxItems: 5,
    },
  ],
  [
    "contains among branches",
    {
      type: "array",
      items: {
        oneOf: [
          { ...video, additionalProperties: false },
          { type: "object", required: ["type"], properties: { type: { const: "audio" } } },
        ],
      },
      contains: video,
      maxContains: 1,
      minItems: 2,
    },
  ],
  [
    "contains none or one",
    { type: "array", items: { enum: [1, 2] }, contains: { const: 1 }, minContains: 0, maxContains: 1 },
  ],
  [
    "contains beside prefixItems",
    {
      type: "array",
      prefixItems: [{ enum: [1, 2] }, { enum: [1, 2] }],
      contains: { const: 1 },
      minItems: 2,
      items: false,
    },
  ],
  [
    "two contains",
    {
      allOf: [
        { type: "array", contains: { const: 1 } },
        { contains: { const: 2 }, maxContains: 1 },
      ],
    },
  ],
  ["uniqueItems", { type: "array", items: { enum: ["a", "b", "c"] }, uniqueItems: true, minItems: 3 }],
  [
    "uniqueItems of objects",
    {
      type: "array",
      items: {
        type: "object",
        properties: { a: { type: "boolean" } },
        required: ["a"],
        additionalProperties: false,
      },
      uniqueItems: true,
    },
  ],
  [
    "unique by a property",
    {
      type: "array",
      items: { type: "object", required: ["id"], properties: { id: { enum: [1, 2, 3] } } },
      minItems: 3,
      "x-unique-by": "id",
    },
  ],
  [
    "unevaluatedItems",
    { allOf: [{ type: "array", prefixItems: [{ type: "string" }] }], unevaluatedItems: false },
  ],
  [
    "oneOf",
    {
      oneOf: [
        { type: "integer", minimum: 0 },
        { type: "integer", maximum: 10 },
      ],
    },
  ],
  [
    "oneOf whose number takes in the integer",
    { oneOf: [{ type: "string" }, { type: "integer" }, { type: "number" }] },
  ],
  [
    "anyOf of required",
    {
      type: "object",
      properties: { a: { type: "string" }, b: { type: "string" } },
      anyOf: [{ required: ["a"] }, { required: ["b"] }],
    },
  ],
  [
    "allOf of closed and open",
    {
      allOf: [
        { type: "object", properties: { a: { const: 1 } }, additionalProperties: false, required: ["a"] },
        { properties: { a: { type: "integer" } } },
      ],
    },
  ],
  ["not required", { type: "object", properties: { a: true, b: true }, not: { required: ["a", "b"] } }],
  [
    "not any of",
    {
      type: "object",
      properties: { a: true, b: true },
      not: { anyOf: [{ required: ["a"] }, { required: ["b"] }] },
    },
  ],
  ["not const", { enum: [1, 2, 3], not: { const: 2 } }],
  ["not a type", { not: { type: ["string", "number"] } }],
  [
    "if, then, else",
    // An object literal with `then` would look like a promise.
    JSON.parse(`{
      "type": "object",
      "properties": { "a": { "type": "boolean" }, "b": { "type": "integer" } },
      "if": { "required": ["a"], "properties": { "a": { "const": true } } },
      "then": { "required": ["b"] },
      "else": { "not": { "required": ["b"] } }
    }`) as Schema,
  ],
  [
    "if without then",
    {
      type: "object",
      properties: { url: { type: "string" }, id: { type: "string" } },
      if: { required: ["url"] },
      else: { required: ["id"] },
    },
  ],
  ["a keyword without its type", { minLength: 2 }],
  [
    "a reference with more beside it",
    { $ref: "spec://document#/components/schemas/Tree", required: ["children"] },
  ],
  ["a tree", ref("Tree")],
  ["terms of terms", ref("Term")],
];

describe("every value of a schema is valid", () => {
  test.each(given)("%s", (_, schema) => {
    const values = fc.sample(arbitraries.of(schema), { numRuns: 100, seed: 5 });
    expect(values.filter((value) => !judge.isValid(schema, asSent(value)))).toEqual([]);
  });
});

describe("a schema that no value can satisfy is said to be one", () => {
  const impossible: readonly (readonly [what: string, schema: Schema])[] = [
    ["false", false],
    ["types that exclude each other", { allOf: [{ type: "string" }, { type: "integer" }] }],
    ["limits that cross", { type: "string", minLength: 3, maxLength: 2 }],
    ["a required property that is forbidden", { type: "object", required: ["a"], properties: { a: false } }],
    ["an end that never comes", ref("Endless")],
  ];
  test.each(impossible)("%s", (_, schema) => {
    expect(() => fc.sample(arbitraries.of(schema), 1)).toThrow(NoValueError);
  });
});

describe("limits are reached", () => {
  const wanted: readonly (readonly [schema: Schema, reached: readonly unknown[]])[] = [
    [{ type: "integer", minimum: -3, maximum: 900 }, [-3, 900]],
    [{ type: "number", minimum: 0, maximum: 1 }, [0, 1]],
    [{ type: "string", maxLength: 300, minLength: 1 }, ["a", "b".repeat(300)]],
  ];
  test.each(wanted)("%j", (schema, reached) => {
    expect(fc.sample(arbitraries.of(schema), { numRuns: 300, seed: 1 })).toEqual(
      expect.arrayContaining([...reached]),
    );
  });
});

test("a failing value shrinks to the least that fails, and stays valid", () => {
  const schema: Schema = {
    type: "object",
    required: ["list"],
    properties: {
      list: { type: "array", items: { type: "integer", minimum: 0 }, minItems: 1 },
      note: { type: "string" },
    },
  };
  const seen: unknown[] = [];
  const result = fc.check(
    fc.property(arbitraries.of(schema), (value) => {
      seen.push(value);
      return (object(value)["list"] as number[]).every((item) => item < 100);
    }),
    { seed: 3 },
  );
  expect(result.counterexample).toEqual([{ list: [100] }]);
  expect(seen.filter((value) => !judge.isValid(schema, value))).toEqual([]);
});

describe("tries are bounded", () => {
  const checked = <T>(source: fc.Arbitrary<T>, isValid: (value: T) => boolean): fc.Arbitrary<T> =>
    new CheckedArbitrary(source, isValid, () => "a value");
  let made = 0;
  const counted = fc.nat().map((value) => {
    made++;
    return value;
  });

  test("those of parts inside parts together, not multiplied by each other", () => {
    made = 0;
    const seldom = checked(counted, () => made % 300 === 0);
    const seldomer = checked(seldom, () => made % 900 === 0);
    expect(() =>
      fc.sample(
        checked(seldomer, () => false),
        1,
      ),
    ).toThrow(TooManyTriesError);
    expect(made).toBeLessThan(21_000);
  });

  test("each value has its own", () => {
    const seldom = checked(counted, () => made % 300 === 0);
    expect(fc.sample(seldom, { numRuns: 100, seed: 1 })).toHaveLength(100);
  });

  test("what took too many tries is not taken to be impossible", () => {
    let isHard = true;
    const hard = checked(
      checked(counted, () => made % 300 === 0),
      () => !isHard,
    );
    const either = new EitherArbitrary([hard, hard]);
    expect(() => fc.sample(either, 1)).toThrow(TooManyTriesError);
    isHard = false;
    expect(fc.sample(either, 1)).toHaveLength(1);
  });

  test("a value that a validator calls itself without end over is passed over", () => {
    const odd = (value: number): boolean => {
      if (value % 2 === 1) throw new RangeError("Maximum call stack size exceeded");
      return true;
    };
    expect(fc.sample(checked(fc.nat(), odd), 50).filter((value) => value % 2 === 1)).toEqual([]);
  });
});

test("the same seed makes the same values", () => {
  const values = () => fc.sample(arbitraries.of(ref("Term")), { numRuns: 20, seed: 9 });
  expect(values()).toEqual(values());
});

describe("300 of 300 bodies of the contract are valid", async () => {
  const document = await readSpecDocument("spec/openapi.yaml");
  const ofContract = schemaJudge(document);
  const made = new SchemaArbitraries(ofContract);
  const operations = operationsOf(withStructureResolved(document));
  const json = operations.flatMap(({ id, body, responses }): (readonly [string, Schema])[] => [
    ...(body?.mediaType === "application/json" ? [[`${id} body`, body.schema] as const] : []),
    ...responses
      .filter(({ mediaType }) => mediaType !== null)
      .map(({ status, schema }) => [`${id} ${status}`, schema] as const),
  ]);
  const webhooks = operationsOf(
    withStructureResolved({ ...document, paths: document["webhooks"] }),
    () => null,
  );
  const forms = operations.filter(({ body }) => body?.mediaType === "multipart/form-data");

  test.each([...json, ...webhooks.map(({ id, body }) => [id, body?.schema ?? false] as const)])(
    "%s",
    (_, schema) => {
      const values = fc.sample(made.of(schema), { numRuns: 300, seed: 42 });
      expect(values.filter((value) => ofContract.isValid(schema, asSent(value)))).toHaveLength(300);
    },
  );

  test.each(forms)("$id form", ({ body }) => {
    if (!body) return expect.fail("no body");
    const view = formView(ofContract, body);
    const count = view.parts.some(({ lines }) => lines) ? 60 : 300; // hundreds of lines each
    const values = fc.sample(made.of(view.schema), { numRuns: count, seed: 42 });
    for (const value of values) {
      expect(ofContract.faults(view.schema, asSent(value))).toEqual([]);
      const { contentType, bytes } = encodeForm(view, value);
      const parts = parseMultipart(contentType, bytes);
      expect(parts.map(({ name }) => name)).toEqual(Object.keys(object(value)));
      for (const { name, bytes: content } of parts) {
        const part = view.parts.find((one) => one.name === name);
        const text = content.toString();
        if (part?.kind === "json") expect(JSON.parse(text)).toEqual(asSent(object(value)[name]));
        if (part?.lines)
          expect(
            text
              .trimEnd()
              .split("\n")
              .map((line) => JSON.parse(line)),
          ).toEqual(asSent(object(value)[name]));
      }
    }
    expect(values).toHaveLength(count);
  });
});

function asSent(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
