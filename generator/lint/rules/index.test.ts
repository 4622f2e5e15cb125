import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { rules } from "./index.js";

const page = readFileSync(new URL("../../../docs/lint-rules.md", import.meta.url), "utf8");

test("every rule has a row of its own in the documentation", () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` +\| ([a-z ]+?) +\|/gm)].map(
    ([, id, kind]) => `${id} ${kind}`,
  );
  expect(rows).toEqual(rules.map(({ id, kind }) => `${id} ${kind.replace("-", " ")}`));
});

test.each(rules.map(({ id }) => id))("%s has a file and a test of its name", (id) => {
  for (const name of [`${id}.ts`, `${id}.test.ts`]) {
    expect(existsSync(new URL(name, import.meta.url)), name).toBe(true);
  }
});
