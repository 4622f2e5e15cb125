import { expect, test } from "vitest";
import { applyRule, schemas } from "../testing/apply-rule.js";
import { patternUnicode } from "./pattern-unicode.js";

test.each<{ given: string; want: string[] }>([
  { given: schemas("{pattern: '^[a-z]+$'}"), want: [] },
  { given: schemas("{pattern: '^[\\w-.]+$'}"), want: ["#/components/schemas/A/pattern"] },
  {
    given: schemas("{properties: {a: {pattern: '\\-'}}}"),
    want: ["#/components/schemas/A/properties/a/pattern"],
  },
  { given: schemas("{patternProperties: {'[': {}}}"), want: ["#/components/schemas/A/patternProperties/["] },
  { given: schemas("{properties: {pattern: {type: string}}}"), want: [] },
  { given: schemas("{const: {pattern: '['}}"), want: [] },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(patternUnicode, given)).toEqual(want);
});
