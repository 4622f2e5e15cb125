import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const readme = readFileSync(join(import.meta.dirname, "README.md"), "utf8");
const files = readdirSync(import.meta.dirname, { recursive: true }).map(String);
const programs = files.filter(
  (path) => /(?<!\.test|\.d)\.ts$/.test(path) && !/^(testing|dist)[\\/]/.test(path),
);

test.each(programs.map((path) => path.replaceAll("\\", "/")))("%s is in the index", (path) => {
  expect(readme).toContain(`](${path})`);
});

test("what the commands name is there", () => {
  const named = [...readme.matchAll(/(?<!dist\/)\bexamples\/[\w./-]+\.(?:ts|csv)/g)].map(([path]) => path);
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((path) => !existsSync(join(import.meta.dirname, "..", path)))).toEqual([]);
});
