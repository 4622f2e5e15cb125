import { expect, it } from "vitest";
import * as errors from "./batch-errors.js";
import type { BatchEntry } from "./state.js";
import { BatchTimeoutError } from "./wait.js";

const batch: BatchEntry = {
  number: 3,
  firstLine: 5,
  lastLine: 9,
  digest: "d",
  status: "sending",
  at: "2026-01-01T00:00:00.000Z",
  id: null,
  idempotencyKey: null,
};
const cause = new Error("c");

it.each([
  [
    new errors.BatchLineError(4, 'k"4', [
      { pointer: "/a", message: "is missing" },
      { pointer: "", message: "is wrong" },
    ]),
    "BatchLineError",
    'Line 4 ("k\\"4"): /a is missing; is wrong.',
    { line: 4, id: 'k"4', issues: [{ pointer: "/a" }, { pointer: "" }] },
  ],
  [
    new errors.BatchLineError(1, null, [{ pointer: "", message: "is no object" }]),
    "BatchLineError",
    "Line 1: is no object.",
    { line: 1, id: null },
  ],
  [
    new errors.DuplicateLineError("key", "a", 2, 7),
    "DuplicateLineError",
    'Lines 2 and 7 have the same key: "a".',
    { firstLine: 2, line: 7, id: "a" },
  ],
  [new errors.BatchStateError("m"), "BatchStateError", "m", {}],
  [
    new errors.BatchOutcomeUnknownError(batch, cause),
    "BatchOutcomeUnknownError",
    "Batch 3 (lines 5 to 9) was being sent at 2026-01-01T00:00:00.000Z, and it is not known whether it was created. " +
      "It is not sent again: find out, and tell resolveBatch.",
    { batch, cause },
  ],
  [
    new errors.BatchNotSavedError(batch, "b-1", cause),
    "BatchNotSavedError",
    "Batch 3 (lines 5 to 9) was created as b-1, but this could not be saved. Tell resolveBatch.",
    { batch, id: "b-1", cause },
  ],
  [new errors.BatchResultError(0, "are gone"), "BatchResultError", "The results are gone.", { line: 0 }],
  [
    new errors.BatchResultError(2, "is blank", cause),
    "BatchResultError",
    "Line 2 of the results is blank.",
    { line: 2, cause },
  ],
  [
    new BatchTimeoutError("b-1", 50),
    "BatchTimeoutError",
    "Batch b-1 had not ended after 50 ms. It goes on.",
    { id: "b-1", timeoutMs: 50 },
  ],
])("%s", (error, name, message, fields) => {
  expect(error).toMatchObject({ name, message, isRetryable: false, ...fields });
  if (!("cause" in fields)) expect("cause" in error).toBe(false);
});
