import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compareContracts } from "../compare-contracts.js";
import { rulesPage } from "../rules-page.js";
import { ruleFamilies, rulesById } from "./index.js";

const policies = [
  { today: "2026-08-01", deprecationDays: { beta: 0, stable: 0 } },
  { today: "2026-08-01", deprecationDays: { beta: 30, stable: 90 } },
] as const;

/** Rules about days that were agreed need some to be agreed. */
const policyOf = (id: string) => policies[/sunset-missing$/.test(id) ? 1 : 0];

describe.each(ruleFamilies)("$name", ({ name, rules }) => {
  test("has a file of its name", () => {
    expect(existsSync(new URL(`${name}.ts`, import.meta.url))).toBe(true);
  });

  test.each(rules)("$id is found in its fixture, and not in its other one", ({ id, found, absent }) => {
    const policy = policyOf(id);
    const ids = compareContracts(found.base, found.revision, policy).map((change) => change.id);
    expect(ids).toContain(id);
    const others = compareContracts(absent.base, absent.revision, policy).map((change) => change.id);
    expect(others).not.toContain(id);
  });
});

test("no two rules have one id, and every rule says what to do", () => {
  const all = ruleFamilies.flatMap(({ rules }) => rules);
  expect(all.length).toBe(rulesById.size);
  for (const { sentence, remedy } of all) {
    expect(sentence).toMatch(/\.$/);
    expect(remedy).toMatch(/\.$/);
  }
});

test("docs/rules.md is what the rules make", async () => {
  await expect(rulesPage()).toMatchFileSnapshot("../../../docs/rules.md");
});
