import fc from "fast-check";
import { expect, it } from "vitest";
import { underStryker } from "../../testing/under-stryker.js";
import { SeenIds } from "./seen-ids.js";

it("knows the first line of every id, as a Map would", () => {
  const id = fc.oneof(
    fc.string({ unit: "binary", maxLength: 4 }),
    fc.constantFrom("\ud800", "\udc00", "\ufffd", '"\\ud800"', "", "a", "aa", "é", '"é"'),
  );
  fc.assert(
    fc.property(fc.array(id, { maxLength: 200 }), (ids) => {
      const seen = new SeenIds();
      const map = new Map<string, number>();
      const lines = ids.map((one) => {
        const first = map.get(one) ?? 0;
        if (first === 0) map.set(one, map.size + 1);
        return first;
      });
      expect(ids.map((one) => seen.add(one))).toEqual(lines);
    }),
    { numRuns: underStryker ? 5 : 100 },
  );
});

it("keeps count of many, and of long ones", () => {
  const seen = new SeenIds();
  const many = underStryker ? 2_000 : 200_000;
  for (let line = 1; line <= many; line++) if (seen.add(`row-${line}`) !== 0) throw new Error(`row-${line}`);
  const long = "x".repeat(underStryker ? 20_000 : 3_000_000);
  expect(seen.add(long)).toBe(0);
  expect(seen.add(`${long}y`)).toBe(0);
  expect(seen.add("after")).toBe(0);
  expect(seen.add(long)).toBe(many + 1);
  expect(seen.add(`${long}y`)).toBe(many + 2);
  expect(seen.add(`row-${many / 2}`)).toBe(many / 2);
  expect(seen.add("after")).toBe(many + 3);
});

it("knows ids of every length from each other, plain or not", () => {
  const seen = new SeenIds();
  const ids: string[] = [];
  for (const letter of ["a", "b", "\u007f", "\u0080", "é", "日"])
    for (const length of [
      0, 1, 2, 42, 61, 62, 63, 64, 125, 126, 127, 128, 129, 255, 256, 16_383, 16_384, 20_000,
    ])
      ids.push(`${letter}${"x".repeat(length)}`);
  ids.push("", '"a"', '"é"', "\ud800", "\udc00", "\ufffd");
  expect(ids.map((id) => seen.add(id))).toEqual(ids.map(() => 0));
  expect(ids.map((id) => seen.add(id))).toEqual(ids.map((_, index) => index + 1));
});

it("keeps them while it grows", () => {
  const seen = new SeenIds();
  const lines = Array.from({ length: 3_300 }, (_, index) => `id ${index * 7}`);
  expect(lines.map((id) => seen.add(id)).every((first) => first === 0)).toBe(true);
  expect(lines.map((id) => seen.add(id))).toEqual(lines.map((_, index) => index + 1));
});
