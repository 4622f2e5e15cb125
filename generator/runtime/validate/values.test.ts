import { describe, expect, it } from "vitest";
import { report, restore } from "./failures.js";
import { schemaOf } from "./standard-schema.js";
import { codePoints, escaped, isEqual, isFile, seen } from "./values.js";

it.each([
  ["", 0],
  ["abc", 3],
  ["a\u{1f600}b", 3],
  ["\u{10000}\u{10ffff}", 2],
  ["\ud800", 1],
  ["\ud83da", 2],
  ["\ude00\ud83d", 2],
  ["\ud83d\ud83d\ude00", 2],
  ["\ud83d\ue000", 2],
  ["\udbff\udbff", 2],
  ["\ue000\udc00", 2],
  ["a\ude00", 2],
])("%j has %d characters", (text, want) => {
  expect(codePoints(text)).toBe(want);
});

describe("whether values are the same", () => {
  it.each([
    [1, 1, true],
    [1, 2, false],
    [1, "1", false],
    ["a", "b", false],
    [null, null, true],
    [null, {}, false],
    [{}, null, false],
    [{}, "a", false],
    ["a", {}, false],
    ["a", ["a"], false],
    [["a"], "a", false],
    ["a", { 0: "a" }, false],
    [{ 0: "a" }, "a", false],
    [Number.NaN, Number.NaN, true],
    [Number.NaN, 1, false],
    [1, Number.NaN, false],
    [{}, {}, true],
    [[], {}, false],
    [{}, [], false],
    [[1, 2], [1, 2], true],
    [[1, 2], [2, 1], false],
    [[1], [1, 2], false],
    [{ a: 1, b: [{}] }, { b: [{}], a: 1 }, true],
    [{ a: 1 }, { a: 2 }, false],
    [{ a: 1 }, { b: 1 }, false],
    [{ a: undefined }, { b: 1 }, false],
    [{ a: 1, b: 2 }, { a: 1 }, false],
    [{ toString: undefined }, { a: undefined }, false],
  ])("%j and %j: %s", (a, b, want) => {
    expect(isEqual(a, b)).toBe(want);
  });
});

it("remembers which properties were seen", () => {
  expect(seen(undefined, "a")).toEqual({ a: true });
  expect(seen({ a: true }, "b")).toEqual({ a: true, b: true });
  expect(seen(true, "b")).toBe(true);
});

it("escapes a name for a pointer", () => {
  expect(escaped("a/b~c/~1")).toBe("a~1b~0c~1~01");
});

it.each([
  [new Blob([]), true],
  [{ stream: {}, size: 0 }, true],
  [{ stream: null, size: 0 }, false],
  [{ stream: "s", size: 0 }, false],
  [{ stream: {}, size: "0" }, false],
  [{ size: 0 }, false],
  [null, false],
  ["text", false],
  [Object.assign(() => undefined, { stream: {}, size: 1 }), false],
])("%o as a file: %s", (value, want) => {
  expect(isFile(value)).toBe(want);
});

describe("failures", () => {
  const [first, second] = [
    { pointer: "/a", rule: "type", params: { type: "string" } },
    { pointer: "", rule: "", params: {} },
  ];

  it("are added, to none or to those before", () => {
    const failures = report(null, "/a", "type", { type: "string" });
    expect(failures).toEqual([first]);
    expect(report(failures)).toBe(failures);
    expect(failures).toEqual([first, second]);
  });

  it.each([
    { given: null, count: 0, want: null },
    { given: null, count: 1, want: null },
    { given: [first, second], count: 1, want: [first] },
    { given: [first, second], count: 2, want: [first, second] },
    { given: [first], count: 0, want: null },
  ])("are taken back to $count", ({ given, count, want }) => {
    expect(restore(given, count)).toEqual(want);
  });

  it("make a Standard Schema", () => {
    const schema = schemaOf<number>((value) => (value === 1 ? null : [first]));
    expect(schema["~standard"]).toMatchObject({ version: 1, vendor: "specwright" });
    expect(schema["~standard"].validate(1)).toEqual({ value: 1 });
    expect(schema["~standard"].validate({ a: 2 })).toEqual({
      issues: [{ ...issueOfFirst, path: ["a"] }],
    });
  });
  const issueOfFirst = { pointer: "/a", rule: "type", message: "/a must be a string (type)" };
});
