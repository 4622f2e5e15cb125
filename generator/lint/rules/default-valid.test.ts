import { expect, test } from "vitest";
import { applyRule, schemas } from "../testing/apply-rule.js";
import { defaultValid } from "./default-valid.js";

test.each<{ given: string; want: string[] }>([
  { given: schemas("{enum: [a, b], default: a}"), want: [] },
  { given: schemas("{enum: [a, b], default: c}"), want: ["#/components/schemas/A/default"] },
  { given: schemas("{const: 1, default: 2}"), want: ["#/components/schemas/A/default"] },
  { given: schemas("{enum: [{a: 1}], default: {a: 1}}"), want: [] },
  {
    given: schemas("{properties: {a: {$ref: '#/components/schemas/B', default: c}}}", "B: {enum: [a]}"),
    want: ["#/components/schemas/A/properties/a/default"],
  },
  { given: schemas("{type: string, default: c}"), want: [] },
  { given: schemas("{type: integer, default: c}"), want: ["#/components/schemas/A/default"] },
  { given: schemas("{type: integer, minimum: 2, default: 1}"), want: ["#/components/schemas/A/default"] },
  { given: schemas("{type: integer, maximum: 2, default: 3}"), want: ["#/components/schemas/A/default"] },
  { given: schemas("{type: string, pattern: ^a, default: b}"), want: ["#/components/schemas/A/default"] },
  { given: schemas("{type: string, pattern: ^a, default: ab}"), want: [] },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(defaultValid, given)).toEqual(want);
});
