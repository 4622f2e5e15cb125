import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { startVitest, type TestCase } from "vitest/node";
import type { Planted } from "./server.js";

/** What each fault of the server must be found by, and no test else. */
const given: readonly (readonly [planted: Planted, operation: string, check: string, says: RegExp])[] = [
  [
    "rents a bike for any number of hours",
    "createRental",
    "negative_data_rejection",
    /^body\/hours breaks maximum \(above\), yet the answer is 201\..*\n {2}curl {2}curl -i -X POST '.*\/rentals'.*"hours":73/s,
  ],
  ["shows a rental to anyone", "getRental", "ignored_auth", /^With no key the answer is 40\d, not 401\./],
  ["writes the price as a text", "createRental", "response_schema_conformance", /^\/cents must be integer\./],
];

let tests: readonly TestCase[];
beforeAll(async () => {
  const before = process.exitCode;
  const vitest = await startVitest("test", [], {
    root: join(import.meta.dirname, ".."),
    config: false,
    include: ["testing/faulty-bike-rentals.ts"],
    watch: false,
    reporters: [{}],
  });
  const [file] = vitest.state.getTestModules();
  tests = [...(file?.children.allTests() ?? [])];
  await vitest.close();
  process.exitCode = before; // they were meant to fail
}, 120_000);

test("each fault is planted", () => {
  expect([...new Set(tests.map(({ fullName }) => fullName.split(" > ")[0]))]).toEqual(
    given.map(([planted]) => planted),
  );
});

describe.each(given)("a server that %s", (planted, operation, check, says) => {
  const failed = () =>
    tests.filter((one) => one.fullName.startsWith(`${planted} > `) && one.result().state === "failed");

  test(`fails ${check} of ${operation}, and nothing else`, () => {
    expect(failed().map(({ fullName }) => fullName)).toEqual([`${planted} > ${operation} > ${check}`]);
  });

  test("is told how to see it", () => {
    const [message = ""] = failed().map((one) => one.result().errors?.[0]?.message ?? "");
    expect(message).toMatch(says);
    expect(message).toContain("curl -i -X ");
    expect(message).not.toContain("key-of-the-test");
  });
});
