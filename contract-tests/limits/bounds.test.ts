import { describe, expect, test } from "vitest";
import { allows, boundsOf } from "./bounds.js";

describe("boundsOf", () => {
  test.each([
    { given: { minimum: 0, maximum: 1 }, want: ["minimum min 0", "maximum max 1"] },
    { given: { exclusiveMinimum: 0 }, want: ["exclusiveMinimum min 0"] },
    { given: { contains: {} }, want: ["contains min 1"] },
    {
      given: { contains: {}, minContains: 0, maxContains: 1 },
      want: ["minContains min 0", "maxContains max 1"],
    },
    { given: { pattern: "^[A-Za-z0-9_-]{1,255}$" }, want: ["pattern min 1", "pattern max 255"] },
    { given: { pattern: "^[a\\]b]{3}$" }, want: ["pattern min 3", "pattern max 3"] },
    { given: { pattern: "^\\d{2,}$" }, want: ["pattern min 2"] },
    { given: { pattern: "^[a-z]+$" }, want: ["pattern min 1"] },
    { given: { pattern: "^https?://" }, want: [] },
    { given: { minimum: "0", properties: { minimum: { type: "number" } } }, want: [] },
  ])("$given: $want", ({ given, want }) => {
    expect(boundsOf(given).map(({ keyword, side, n }) => `${keyword} ${side} ${n}`)).toEqual(want);
  });
});

test.each([
  { given: { minimum: 5 }, want: [false, true, true] },
  { given: { maximum: 5 }, want: [true, true, false] },
  { given: { exclusiveMinimum: 5 }, want: [false, false, true] },
  { given: { exclusiveMaximum: 5 }, want: [true, false, false] },
])("4, 5 and 6 under $given: $want", ({ given, want }) => {
  const [bound] = boundsOf(given);
  expect([4, 5, 6].map((n) => bound && allows(bound, n))).toEqual(want);
});
