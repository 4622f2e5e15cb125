import { expect, test } from "vitest";
import { applyRule, operation } from "../testing/apply-rule.js";
import { multipartPart } from "./multipart-part.js";

const at = "#/paths/~1a~1{id}/post/requestBody/content/multipart~1form-data";
const form = (schema: string): string =>
  operation(`requestBody: {content: {multipart/form-data: {schema: {${schema}}}}}`);

test.each<{ given: string; want: string[] }>([
  {
    given: form(
      "properties: {a: {type: string, contentMediaType: application/json}, b: {type: integer}, c: {}}",
    ),
    want: [],
  },
  { given: form("properties: {a: {type: object}}"), want: [`${at}/schema/properties/a`] },
  { given: form("properties: {a: {type: [array, 'null']}}"), want: [`${at}/schema/properties/a`] },
  { given: form("properties: {a: {type: [array, string]}}"), want: [] },
  {
    given: form("properties: {a: {type: object}}").replace("multipart/form-data", "application/json"),
    want: [],
  },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(multipartPart, given)).toEqual(want);
});
