import { describe, expect, test } from "vitest";
import { type Judged, type Mutant, nameOf } from "./mutant.js";
import { outcomeOf, sampled } from "./outcome.js";
import { survivors } from "./survivors.js";

const mutant = (at: string, kind = "limit + 1"): Mutant => ({
  family: "contract",
  kind,
  at,
  change: "1 → 2",
});
const judged = (at: string, outcome: Judged["outcome"]): Judged => ({
  mutant: mutant(at),
  outcome,
  by: outcome === "caught" ? "a check" : null,
  durationMs: 1,
});
const listed = (at: string, isEquivalent: boolean) => ({
  mutant: nameOf(mutant(at)),
  reason: "because",
  isEquivalent,
});
const caught = (count: number): Judged[] =>
  Array.from({ length: count }, (_, index) => judged(`#/${index}`, "caught"));

describe("the command passes", () => {
  test.each([
    ["when all are caught", caught(3), [], true, 1],
    [
      "with 19 of 20, and a reason for the last",
      [...caught(19), judged("#/x", "survived")],
      [listed("#/x", false)],
      true,
      0.95,
    ],
    ["not with 18 of 19", [...caught(18), judged("#/x", "survived")], [listed("#/x", false)], false, 18 / 19],
    ["not with a survivor that has no reason", [...caught(19), judged("#/x", "survived")], [], false, 0.95],
    ["not with a reason for what is caught", caught(3), [listed("#/1", false)], false, 1],
    [
      "without counting what is no fault",
      [...caught(1), judged("#/x", "survived"), judged("#/y", "same")],
      [listed("#/x", true)],
      true,
      1,
    ],
  ] as const)("%s", (_, given, reasons, passed, score) => {
    const outcome = outcomeOf(given, reasons);
    expect([outcome.passed, outcome.score]).toEqual([passed, score]);
  });
});

test("a sample has some of every kind, and the same seed takes the same", () => {
  const all = ["a", "b", "c"].flatMap((kind) =>
    Array.from({ length: 9 }, (_, index) => mutant(`#/${index}`, kind)),
  );
  const some = sampled(all, () => 2, 1);
  expect(some.map(({ kind }) => kind)).toEqual(["a", "a", "b", "b", "c", "c"]);
  expect(sampled(all.slice(0, 20), () => 2, 1).slice(0, 4)).toEqual(some.slice(0, 4));
  expect(sampled(all, () => 2, 2)).not.toEqual(some);
});

test("each survivor is listed once, with a reason", () => {
  expect(new Set(survivors.map((one) => one.mutant)).size).toBe(survivors.length);
  expect(survivors.filter(({ reason }) => reason.length < 20)).toEqual([]);
});
