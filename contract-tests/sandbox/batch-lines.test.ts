import { expect, test } from "vitest";
import { readLines } from "./batch-lines.js";
import type { LineRules } from "./read-form.js";

const rules = { minItems: 2, maxItems: 4, uniqueBy: "id" } as LineRules;
/** A line says itself what is wrong with it. */
const check = (value: unknown) => {
  const faults = (value as { faults?: string[] }).faults ?? [];
  return faults.length === 0
    ? null
    : faults.map((rule) => ({ pointer: "/faults", rule, message: `breaks ${rule}` }));
};
const line = (id: number, ...faults: readonly string[]): string => JSON.stringify({ id, faults });

const read = (texts: readonly string[], given: Partial<LineRules> = {}) => {
  const { rule, ...rest } = readLines("in", Buffer.from(texts.join("\n")), { ...rules, ...given }, check);
  const faults = "faults" in rest ? rest.faults : [];
  return [rule, ...faults.map(({ pointer, message }) => `${pointer} ${message}`)];
};

test.each([
  { given: [line(1)], want: ["minLines", "/in has 1 lines; it must have at least 2"] },
  { given: [line(1), line(2)], want: [null] },
  { given: [line(1), line(2), line(3), line(4)], want: [null] },
  {
    given: [1, 2, 3, 4, 5].map((id) => line(id)),
    want: ["maxLines", "/in has 5 lines; it may have 4 at most"],
  },
  { given: [`\uFEFF${line(1)}\r`, " \t", line(2), ""], want: [null] },
  { given: [line(1), "", "null"], want: ["jsonLines", "/in/2 (line 3) is not a JSON object"] },
  { given: [line(1), "[]"], want: ["jsonLines", "/in/1 (line 2) is not a JSON object"] },
  { given: [line(1), '"text"'], want: ["jsonLines", "/in/1 (line 2) is not a JSON object"] },
  {
    given: ["{", line(1, "type"), "}"],
    want: ["jsonLines", "/in/0 (line 1) is not a JSON object", "/in/2 (line 3) is not a JSON object"],
  },
  { given: [line(1), line(2, "type")], want: ["type", "/in/1/faults (line 2) breaks type"] },
  {
    given: [line(1, "const"), line(2, "const")],
    want: ["const", "/in/0/faults (line 1) breaks const", "/in/1/faults (line 2) breaks const"],
  },
  {
    given: [line(1, "type"), line(2, "const")],
    want: ["shape", "/in/0/faults (line 1) breaks type", "/in/1/faults (line 2) breaks const"],
  },
  { given: [line(7), "", line(8), line(7)], want: ["uniqueLines", "/in/3/id (line 4) is 7, as on line 1"] },
  { given: [line(7), line(7, "type")], want: ["type", "/in/1/faults (line 2) breaks type"] },
])("$given is $want", ({ given, want }) => {
  expect(read(given)).toEqual(want);
});

test("there may be no rules", () => {
  const none = { minItems: null, maxItems: null, uniqueBy: null };
  expect(read([], none)).toEqual([null]);
  expect(read(Array(9).fill(line(7)), none)).toEqual([null]);
});

test("the lines are told as values", () => {
  const read = readLines("in", Buffer.from(`${line(1)}\n${line(2)}`), rules, check);
  expect(read).toEqual({
    rule: null,
    lines: [
      { id: 1, faults: [] },
      { id: 2, faults: [] },
    ],
  });
});
