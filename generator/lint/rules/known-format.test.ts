import { expect, test } from "vitest";
import { applyRule, schemas } from "../testing/apply-rule.js";
import { knownFormat } from "./known-format.js";

test.each<{ given: string; want: string[] }>([
  { given: schemas("{type: string, format: uuid}"), want: [] },
  { given: schemas("{type: integer, format: int64}"), want: [] },
  {
    given: schemas("{items: {type: string, format: zip-code}}"),
    want: ["#/components/schemas/A/items/format"],
  },
  { given: schemas("{properties: {format: {type: string}}}"), want: [] },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(knownFormat, given)).toEqual(want);
});
