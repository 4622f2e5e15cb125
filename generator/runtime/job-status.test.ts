import { expect, it } from "vitest";
import type { JobDescriptor } from "./descriptors.js";
import { outcomeOf, pollMsOf, propertyOf } from "./job-status.js";

it.each([
  [null, 10_000],
  [0.5, 500],
  [30, 30_000],
])("advice of %j s is %d ms", (pollSeconds, want) => {
  expect(pollMsOf({ pollSeconds } as JobDescriptor)).toBe(want);
});

it.each([
  [{ state: "DONE" }, "succeeded"],
  [{ state: "BROKEN" }, "failed"],
  [{ state: "NEW" }, "pending"],
  [{}, "pending"],
  [null, "pending"],
  ["DONE", "pending"],
])("%j is %s", (job, want) => {
  expect(outcomeOf({ statusProperty: "state", succeeded: ["OK", "DONE"], failed: ["BROKEN"] }, job)).toBe(
    want,
  );
});

it.each([
  [{ length: 5 }, 5],
  [[1, 2], 2],
  ["text", undefined],
  [null, undefined],
  [undefined, undefined],
  [{}, undefined],
])("the length of %j is %j", (value, want) => {
  expect(propertyOf(value, "length")).toBe(want);
});
