import { expect, it } from "vitest";
import { isPassing, retryAfterMs } from "./passing.js";

const of = (text: string | null): Headers => new Headers(text === null ? {} : { "retry-after": text });

it.each([
  ["0", 0],
  ["5", 5_000],
  ["1.25", 1_250],
  [null, null],
  ["", null],
  ["-5", null],
  ["soon", null],
  ["soon 5", null],
  ["5 soon", null],
  ["x5", null],
  ["1.", null],
  ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
  ["no: date", null],
])("Retry-After %j is %j ms", (text, want) => {
  expect(retryAfterMs(of(text))).toBe(want);
});

it("may be a date to come", () => {
  const ms = retryAfterMs(of(new Date(Date.now() + 3_600_000).toUTCString()));
  expect(ms).toBeGreaterThan(3_500_000);
  expect(ms).toBeLessThanOrEqual(3_600_000);
});

it.each([
  [400, "1", false],
  [404, null, false],
  [407, null, false],
  [408, null, true],
  [409, null, false],
  [409, "1", true],
  [429, null, true],
  [428, null, false],
  [499, "1", false],
  [500, null, true],
  [503, "1", true],
])("a %d with Retry-After %j is passing: %s", (status, text, want) => {
  expect(isPassing({ status, headers: of(text) })).toBe(want);
});
