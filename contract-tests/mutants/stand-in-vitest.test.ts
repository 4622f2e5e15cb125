import { expect, test } from "vitest";
import * as standIn from "./stand-in-vitest.js";

test("tests are told by name, and each is run with all that stands around it", async () => {
  const done: string[] = [];
  const note = (what: string) => () => void done.push(what);
  const tests = await standIn.testsIn(async () => {
    standIn.beforeAll(note("before all"));
    standIn.afterEach(note("after each"));
    standIn.test("alone", note("alone"));
    standIn.describe("a suite", () => {
      standIn.beforeEach(note("before each"));
      standIn.afterAll(note("after all of it"));
      standIn.test.each([[1, 2], 3, { x: 4 }])("with %s", (...row) => note(JSON.stringify(row))());
    });
    standIn.afterAll(note("after all"));
  });
  expect(tests.map(({ title }) => title)).toEqual([
    "alone",
    "a suite › with %s (1)",
    "a suite › with %s (2)",
    "a suite › with %s (3)",
  ]);
  for (const one of tests.slice(0, 2)) expect(await one.run(1000)).toBe(null);
  expect(done).toEqual([
    ...["before all", "alone", "after each", "after all"],
    ...["before all", "before each", "[1,2]", "after each", "after all of it", "after all"],
  ]);
});

test("what a test objects to is told, and what comes after it is done all the same", async () => {
  let after = 0;
  let asked = 0;
  const tests = await standIn.testsIn(async () => {
    standIn.afterAll(() => void after++);
    standIn.test("throws", () => standIn.expect(1).toBe(2));
    standIn.test("waits", () => new Promise(() => undefined));
    standIn.test("polls", () => standIn.expect.poll(() => ++asked).toBe(3));
  });
  const said: (string | null)[] = [];
  for (const one of tests) said.push(await one.run(500));
  expect(said).toEqual([expect.stringContaining("expected 1 to be 2"), "has not ended after 500 ms", null]);
  expect([after, asked]).toEqual([3, 3]);
});
