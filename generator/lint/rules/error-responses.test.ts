import { expect, test } from "vitest";
import { applyRule, operation } from "../testing/apply-rule.js";
import { errorResponses } from "./error-responses.js";

const wrong = ["#/paths/~1a~1{id}/post/responses"];

test.each<{ given: string; want: string[] }>([
  { given: operation("responses: {'200': {}}"), want: [] },
  { given: operation("parameters: [{in: query, name: a}], responses: {'200': {}}"), want: wrong },
  { given: operation("parameters: [{in: query, name: a}], responses: {'422': {}}"), want: [] },
  { given: operation("requestBody: {}, responses: {'400': {}}"), want: wrong },
  { given: operation("requestBody: {}, responses: {'400': {}, '415': {}}"), want: [] },
  { given: operation("requestBody: {}, responses: {default: {}}"), want: [] },
  { given: operation("requestBody: {}, responses: {4XX: {}}"), want: [] },
  { given: operation("security: [{key: []}], responses: {}"), want: wrong },
  { given: operation("security: [{key: []}], responses: {'401': {}}"), want: [] },
  { given: operation("security: [{key: []}, {}], responses: {}"), want: [] },
  { given: `security: [{key: []}]\n${operation("responses: {}")}`, want: wrong },
  { given: `security: [{key: []}]\n${operation("security: [], responses: {}")}`, want: [] },
  { given: `x-rate-limit: [slow]\n${operation("responses: {}")}`, want: wrong },
  { given: `x-rate-limit: [slow]\n${operation("responses: {'429': {}}")}`, want: [] },
  { given: `x-rate-limit: [slow]\n${operation("x-rate-limit: [], responses: {}")}`, want: [] },
  { given: "webhooks: {a: {post: {requestBody: {}, responses: {}}}}", want: [] },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(errorResponses, given)).toEqual(want);
});
