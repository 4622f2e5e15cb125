import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bounds, firstCut, lookAhead } from "./cut.js";

/** Cuts as `buildBatches` does: as lines come, holding no more than it must. */
function cutAll(sizes: readonly number[], bounds: Bounds): number[] | null {
  const held: number[] = [];
  const cuts: number[] = [];
  const cut = (ended: boolean): boolean => {
    const length = firstCut(held, bounds, ended);
    held.splice(0, length);
    cuts.push(length);
    return length > 0;
  };
  const isFull = (): boolean =>
    held.length >= lookAhead(bounds) || held.reduce((sum, size) => sum + size, 0) > 2 * bounds.maxBytes;
  for (const size of sizes) {
    held.push(size);
    while (isFull()) if (!cut(false)) return null;
  }
  while (held.length > 0) if (!cut(true)) return null;
  return cuts;
}

/** Whether the lines can be cut at all, by trying every way. */
function isPossible(sizes: readonly number[], { minItems, maxItems, maxBytes }: Bounds): boolean {
  const works = [true];
  for (let end = 1; end <= sizes.length; end++) {
    let bytes = 0;
    works[end] = false;
    for (let start = end - 1; start >= 0 && end - start <= maxItems; start--) {
      bytes += sizes[start] ?? 0;
      if (bytes <= maxBytes && end - start >= minItems && works[start]) works[end] = true;
    }
  }
  return works[sizes.length] === true;
}

const none = Number.POSITIVE_INFINITY;

describe("batches of lines", () => {
  it.each([
    { lines: 510, bounds: { minItems: 20, maxItems: 500, maxBytes: none }, want: [490, 20] },
    { lines: 500, bounds: { minItems: 20, maxItems: 500, maxBytes: none }, want: [500] },
    { lines: 1520, bounds: { minItems: 20, maxItems: 500, maxBytes: none }, want: [500, 500, 500, 20] },
    { lines: 65, bounds: { minItems: 20, maxItems: 30, maxBytes: none }, want: [25, 20, 20] },
    { lines: 6, bounds: { minItems: 3, maxItems: 3, maxBytes: none }, want: [3, 3] },
    { lines: 31, bounds: { minItems: 20, maxItems: 30, maxBytes: none }, want: null },
    { lines: 3, bounds: { minItems: 1, maxItems: none, maxBytes: none }, want: [3] },
    { lines: 45, bounds: { minItems: 10, maxItems: 100, maxBytes: 20 }, want: [20, 15, 10] },
    { lines: 5, bounds: { minItems: 3, maxItems: 9, maxBytes: 2 }, want: null },
  ])("$lines lines of a byte within $bounds → $want", ({ lines, bounds, want }) => {
    expect(cutAll(new Array<number>(lines).fill(1), bounds)).toEqual(want);
  });

  const counts = fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 12 }))
    .map(([minItems, spread]) => ({ minItems, maxItems: minItems + spread }));

  it("are found whenever the number of lines allows any", () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 400 }), (bounds, lines) => {
        const all = { ...bounds, maxBytes: none };
        const sizes = new Array<number>(lines).fill(1);
        expect(cutAll(sizes, all) !== null).toBe(isPossible(sizes, all));
      }),
    );
  });

  it("keep within all bounds, and lose no line", () => {
    const given = fc.record({
      counts,
      maxBytes: fc.integer({ min: 5, max: 60 }),
      sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 300 }),
    });
    fc.assert(
      fc.property(given, ({ counts: { minItems, maxItems }, maxBytes, sizes }) => {
        const bounds = { minItems, maxItems, maxBytes };
        const cuts = cutAll(sizes, bounds);
        if (cuts === null) return;
        expect(cuts.reduce((sum, cut) => sum + cut, 0)).toBe(sizes.length);
        let start = 0;
        for (const cut of cuts) {
          expect(cut).toBeGreaterThanOrEqual(minItems);
          expect(cut).toBeLessThanOrEqual(maxItems);
          expect(sizes.slice(start, start + cut).reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(
            maxBytes,
          );
          start += cut;
        }
      }),
    );
  });

  it("are found by bytes too, if a file holds the bytes of twice the fewest lines", () => {
    const given = fc.integer({ min: 1, max: 8 }).chain((minItems) => {
      const maxBytes = 2 * minItems * 9;
      const size = fc.integer({ min: 1, max: 9 });
      const maxItems = fc.integer({ min: 2 * minItems, max: 60 });
      return fc.record({
        bounds: fc.record({ minItems: fc.constant(minItems), maxItems, maxBytes: fc.constant(maxBytes) }),
        sizes: fc.array(size, { minLength: minItems, maxLength: 300 }),
      });
    });
    fc.assert(
      fc.property(given, ({ bounds, sizes }) => {
        expect(cutAll(sizes, bounds)).not.toBeNull();
      }),
    );
  });
});

it.each([
  [1, 5, 5],
  [2, 5, 7],
  [3, 5, 8],
  [3, 4, 10],
  [4, 5, 17],
  [5, 5, 5],
  [1, 1, 1],
  [20, 1_000, 1_020],
])("batches of %d to %d lines are cut when %d lines are held", (minItems, maxItems, want) => {
  expect(lookAhead({ minItems, maxItems, maxBytes: Number.POSITIVE_INFINITY })).toBe(want);
});

it.each([
  [[], { minItems: 1, maxItems: 3 }, true, 0],
  [[1, 1, 1], { minItems: 1, maxItems: 3 }, true, 3],
  [[1, 1, 1, 1], { minItems: 1, maxItems: 3 }, true, 3],
  [[1, 1, 1, 1], { minItems: 2, maxItems: 3 }, true, 2],
  [[1, 1, 1, 1], { minItems: 2, maxItems: 3 }, false, 3],
  [[1], { minItems: 2, maxItems: 3 }, true, 0],
  [[1], { minItems: 2, maxItems: 3 }, false, 0],
  [[1, 1, 1, 1, 1], { minItems: 3, maxItems: 4 }, true, 0],
  [[1, 1, 1, 1, 1], { minItems: 3, maxItems: 4 }, false, 4],
  [[5, 5, 5], { minItems: 1, maxItems: 9, maxBytes: 10 }, true, 2],
  [[5, 5, 1, 5], { minItems: 2, maxItems: 9, maxBytes: 10 }, true, 2],
  [[5, 6, 5], { minItems: 2, maxItems: 9, maxBytes: 10 }, true, 0],
  [[1, 9, 9, 1], { minItems: 2, maxItems: 9, maxBytes: 10 }, true, 2],
])("of lines of %j bytes, within %j (ended: %s), the first batch has %d", (sizes, bounds, ended, want) => {
  expect(firstCut(sizes, { maxBytes: Number.POSITIVE_INFINITY, ...bounds }, ended)).toBe(want);
});
