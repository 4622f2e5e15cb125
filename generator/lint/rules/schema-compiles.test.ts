import { expect, test } from "vitest";
import { applyRule, schemas } from "../testing/apply-rule.js";
import { schemaCompiles } from "./schema-compiles.js";

test.each<{ given: string; want: string[] }>([
  {
    given: schemas("{type: object, properties: {a: {type: string}}, x-max-bytes: 1, example: 1, xml: {}}"),
    want: [],
  },
  { given: schemas("{type: string, minLenght: 1}"), want: ["#/components/schemas/A/minLenght"] },
  { given: schemas("{properties: {a: {type: strng}}}"), want: ["#/components/schemas/A/properties/a/type"] },
  { given: schemas("{type: string, minLength: -1}"), want: ["#/components/schemas/A/minLength"] },
  {
    given: schemas("{properties: {a: {then: {required: [b]}}}}"),
    want: ["#/components/schemas/A/properties/a"],
  },
  { given: schemas("{type: array, minContains: 2}"), want: ["#/components/schemas/A"] },
  {
    given: schemas("{$ref: '#/components/schemas/B'}", "B: {allOf: [{else: {}}]}"),
    want: ["#/components/schemas/B/allOf/0"],
  },
  { given: schemas("{pattern: '[', format: nonsense}"), want: [] },
  { given: schemas("{properties: {minLenght: {}}}"), want: [] },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(schemaCompiles, given)).toEqual(want);
});
