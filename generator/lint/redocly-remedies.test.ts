import { createConfig } from "@redocly/openapi-core";
import { expect, test } from "vitest";
import { ownWork } from "./lint-with-redocly.js";
import { remedyFor } from "./redocly-remedies.js";

test("every rule of Redocly's that is on has a remedy of its own", async () => {
  const config = await createConfig({ extends: ["recommended-strict"] });
  config.skipRules([...ownWork]);
  const { rules } = config;
  const on = [...Object.entries(rules.oas3_0), ...Object.entries(rules.oas3_1)].filter(
    ([, rule]) => (typeof rule === "string" ? rule : rule.severity) !== "off",
  );
  expect(on.length).toBeGreaterThan(50);
  expect(on.map(([name]) => name).filter((name) => remedyFor(name, []).includes("documentation"))).toEqual(
    [],
  );
});

test.each<{ rule: string; suggestions: string[]; want: string }>([
  { rule: "struct", suggestions: ["minLength", "maxLength"], want: "Did you mean minLength or maxLength?" },
  { rule: "toString", suggestions: [], want: "See the rule toString in Redocly's documentation." },
])("$rule $suggestions → $want", ({ rule, suggestions, want }) => {
  expect(remedyFor(rule, suggestions)).toBe(want);
});
