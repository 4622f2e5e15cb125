import { expect, test } from "vitest";
import { applyRule, operation } from "../testing/apply-rule.js";
import { encodingStyle } from "./encoding-style.js";

const at = "#/paths/~1a~1{id}/post/requestBody/content/multipart~1form-data";
const form = (schema: string, encoding: string): string =>
  operation(`requestBody: {content: {multipart/form-data: {schema: {${schema}}, encoding: {${encoding}}}}}`);

test.each<{ given: string; want: string[] }>([
  { given: form("properties: {a: {}}", "a: {contentType: image/png}"), want: [] },
  {
    given: form("properties: {a: {}}", "a: {style: form, explode: false}"),
    want: [`${at}/encoding/a/style`, `${at}/encoding/a/explode`],
  },
  {
    given: form("properties: {a: {}}", "a: {style: form}").replace(
      "multipart/form-data",
      "application/x-www-form-urlencoded",
    ),
    want: [],
  },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(encodingStyle, given)).toEqual(want);
});
