import { expect, test } from "vitest";
import { applyRule } from "../testing/apply-rule.js";
import { noBodyGet } from "./no-body-get.js";

test.each<{ given: string; want: string[] }>([
  { given: "paths: {/a: {get: {requestBody: {}}}}", want: ["#/paths/~1a/get/requestBody"] },
  {
    given: "paths: {/a: {head: {requestBody: {}}, delete: {requestBody: {}}}}",
    want: ["#/paths/~1a/delete/requestBody", "#/paths/~1a/head/requestBody"],
  },
  { given: "paths: {/a: {get: {}, post: {requestBody: {}}}}", want: [] },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(noBodyGet, given)).toEqual(want);
});
