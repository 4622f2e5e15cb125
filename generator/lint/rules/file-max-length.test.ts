import { expect, test } from "vitest";
import { applyRule, operation } from "../testing/apply-rule.js";
import { fileMaxLength } from "./file-max-length.js";

const at = "#/paths/~1a~1{id}/post/requestBody/content/multipart~1form-data";
const form = (schema: string): string =>
  operation(`requestBody: {content: {multipart/form-data: {schema: {${schema}}}}}`);

test.each<{ given: string; want: string[] }>([
  {
    given: form("properties: {a: {type: string, format: binary, maxLength: 9}}"),
    want: [`${at}/schema/properties/a/maxLength`],
  },
  {
    given: form("properties: {a: {type: string, contentMediaType: image/png, maxLength: 9}}"),
    want: [`${at}/schema/properties/a/maxLength`],
  },
  {
    given: form(
      "properties: {a: {type: string, contentMediaType: application/json, maxLength: 9}, b: {type: string, maxLength: 9}}",
    ),
    want: [],
  },
  { given: form("properties: {a: {type: string, format: binary}}"), want: [] },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(fileMaxLength, given)).toEqual(want);
});
