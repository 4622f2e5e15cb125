import { expect, test } from "vitest";
import { applyRule, operation } from "../testing/apply-rule.js";
import { tagDeclared } from "./tag-declared.js";

const at = "#/paths/~1a~1{id}/post/tags";

test.each<{ given: string; want: string[] }>([
  { given: `tags: [{name: A}]\n${operation("tags: [A]")}`, want: [] },
  { given: `tags: [{name: A}]\n${operation("tags: [A, B]")}`, want: [`${at}/1`] },
  { given: operation("tags: [A]"), want: [`${at}/0`] },
  { given: operation("responses: {}"), want: [] },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(tagDeclared, given)).toEqual(want);
});
