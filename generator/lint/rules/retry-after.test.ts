import { expect, test } from "vitest";
import { applyRule, operation } from "../testing/apply-rule.js";
import { retryAfter } from "./retry-after.js";

test.each<{ given: string; want: string[] }>([
  { given: operation("responses: {'429': {headers: {Retry-After: {required: true}}}}"), want: [] },
  { given: operation("responses: {'429': {headers: {retry-after: {required: true}}}}"), want: [] },
  {
    given: operation("responses: {'429': {headers: {Retry-After: {}}}}"),
    want: ["#/paths/~1a~1{id}/post/responses/429/headers/Retry-After"],
  },
  { given: operation("responses: {'429': {}}"), want: ["#/paths/~1a~1{id}/post/responses/429"] },
  { given: operation("responses: {'503': {}}"), want: [] },
  {
    given:
      "paths: {/a: {get: {responses: {'429': {$ref: '#/components/responses/Slow'}}}, put: {responses: {'429': {$ref: '#/components/responses/Slow'}}}}}\ncomponents: {responses: {Slow: {}}}",
    want: ["#/components/responses/Slow"],
  },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(retryAfter, given)).toEqual(want);
});
