import { expect, test } from "vitest";
import { applyRule, operation } from "../testing/apply-rule.js";
import { noCallbacks } from "./no-callbacks.js";

test.each<{ given: string; want: string[] }>([
  { given: operation("callbacks: {done: {}}"), want: ["#/paths/~1a~1{id}/post/callbacks"] },
  { given: operation("callbacks: {}"), want: [] },
  { given: "webhooks: {done: {post: {}}}", want: [] },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(noCallbacks, given)).toEqual(want);
});
