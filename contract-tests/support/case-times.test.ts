import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { caseTimes } from "./case-times.js";

const slowest = { name: "generations.create > example quick", ms: 120.4 };

test("a case's time on average, and the files that take longest", () => {
  const lines = caseTimes([
    { file: "a.test.ts", cases: 10, totalMs: 50, slowest },
    { file: "none.test.ts", cases: 0, totalMs: 0, slowest },
    { file: "b.test.ts", cases: 20, totalMs: 500, slowest },
  ]);
  expect(lines.map(stripVTControlCharacters)).toEqual([
    " Contract tests  30 cases, 18.3 ms a case",
    "  ms a case  cases  file, and its slowest case",
    "       25.0     20  b.test.ts  120 ms: generations.create > example quick",
    "        5.0     10  a.test.ts  120 ms: generations.create > example quick",
  ]);
});

test("nothing of a single file, and no more than ten", () => {
  const file = { file: "a.test.ts", cases: 1, totalMs: 1, slowest };
  expect(caseTimes([file])).toEqual([]);
  expect(caseTimes(Array(30).fill(file))).toHaveLength(12);
});
