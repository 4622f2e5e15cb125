import { expect, test } from "vitest";
import { applyRule, operation } from "../testing/apply-rule.js";
import { encodingProperty } from "./encoding-property.js";

const at = "#/paths/~1a~1{id}/post/requestBody/content/multipart~1form-data";
const form = (schema: string, encoding: string): string =>
  operation(`requestBody: {content: {multipart/form-data: {schema: {${schema}}, encoding: {${encoding}}}}}`);

test.each<{ given: string; want: string[] }>([
  { given: form("properties: {a: {}}", "a: {contentType: image/png}"), want: [] },
  { given: form("properties: {a: {}}", "b: {contentType: image/png}"), want: [`${at}/encoding/b`] },
  { given: form("allOf: [{properties: {a: {}}}]", "a: {}"), want: [] },
  { given: form("type: object", "a: {}"), want: [`${at}/encoding/a`] },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(encodingProperty, given)).toEqual(want);
});
