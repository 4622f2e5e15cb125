import { expect, test } from "vitest";
import { applyRule, schemas } from "../testing/apply-rule.js";
import { oneContains } from "./one-contains.js";

test.each<{ given: string; want: string[] }>([
  { given: schemas("{contains: {const: 1}}"), want: [] },
  {
    given: schemas("{allOf: [{contains: {const: 1}}, {contains: {const: 2}}]}"),
    want: ["#/components/schemas/A"],
  },
  {
    given: schemas(
      "{contains: {const: 1}, allOf: [{$ref: '#/components/schemas/B'}]}",
      "B: {contains: {const: 2}}",
    ),
    want: ["#/components/schemas/A"],
  },
  {
    given: schemas(
      "{allOf: [{$ref: '#/components/schemas/B'}]}",
      "B: {allOf: [{contains: {}}, {contains: {}}]}",
    ),
    want: ["#/components/schemas/B"],
  },
  { given: schemas("{anyOf: [{contains: {const: 1}}, {contains: {const: 2}}]}"), want: [] },
  { given: schemas("{allOf: [{$ref: '#/components/schemas/A'}, {contains: {}}]}"), want: [] },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(oneContains, given)).toEqual(want);
});
