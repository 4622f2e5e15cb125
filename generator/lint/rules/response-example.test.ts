import { expect, test } from "vitest";
import { applyRule, operation } from "../testing/apply-rule.js";
import { responseExample } from "./response-example.js";

const at = "#/paths/~1a~1{id}/post/responses";
const response = (responses: string): string => operation(`responses: {${responses}}`);

test.each<{ given: string; want: string[] }>([
  { given: response("'200': {content: {application/json: {example: 1}}}"), want: [] },
  {
    given: response("'200': {content: {application/json; charset=utf-8: {}}}"),
    want: [`${at}/200/content/application~1json; charset=utf-8`],
  },
  {
    given: response("'404': {content: {application/problem+json: {}}}"),
    want: [`${at}/404/content/application~1problem+json`],
  },
  {
    given: response("5XX: {content: {application/json: {}}}"),
    want: [`${at}/5XX/content/application~1json`],
  },
  {
    given: response("'302': {content: {application/json: {}}}, default: {content: {application/json: {}}}"),
    want: [],
  },
  { given: response("'200': {content: {text/html: {}}}, '204': {}"), want: [] },
  { given: "webhooks: {a: {post: {responses: {'200': {content: {application/json: {}}}}}}}", want: [] },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(responseExample, given)).toEqual(want);
});
