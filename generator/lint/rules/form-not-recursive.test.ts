import { expect, test } from "vitest";
import { applyRule, operation } from "../testing/apply-rule.js";
import { formNotRecursive } from "./form-not-recursive.js";

const at = "#/paths/~1a~1{id}/post/requestBody/content/multipart~1form-data";
const form = (schema: string): string =>
  operation(`requestBody: {content: {multipart/form-data: {schema: {${schema}}}}}`);

test.each<{ given: string; want: string[] }>([
  {
    given:
      form("properties: {a: {$ref: '#/components/schemas/A'}}") +
      "\ncomponents: {schemas: {A: {items: {$ref: '#/components/schemas/A'}}}}",
    want: [`${at}/schema`],
  },
  {
    given:
      form("properties: {a: {$ref: '#/components/schemas/A'}, b: {$ref: '#/components/schemas/A'}}") +
      "\ncomponents: {schemas: {A: {type: string}}}",
    want: [],
  },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(formNotRecursive, given)).toEqual(want);
});
