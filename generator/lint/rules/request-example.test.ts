import { expect, test } from "vitest";
import { applyRule, operation } from "../testing/apply-rule.js";
import { requestExample } from "./request-example.js";

const at = "#/paths/~1a~1{id}/post/requestBody/content";
const body = (content: string): string => operation(`requestBody: {content: {${content}}}`);

test.each<{ given: string; want: string[] }>([
  { given: body("application/json: {example: 1}"), want: [] },
  { given: body("application/json: {examples: {one: {value: 1}}}"), want: [] },
  { given: body("application/json: {schema: {examples: [1]}}"), want: [] },
  { given: body("application/json: {schema: {type: string}}"), want: [`${at}/application~1json`] },
  { given: body("multipart/form-data: {}"), want: [`${at}/multipart~1form-data`] },
  { given: body("image/png: {}"), want: [] },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(requestExample, given)).toEqual(want);
});
