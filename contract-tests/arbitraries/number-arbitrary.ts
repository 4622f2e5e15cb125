import fc from "fast-check";
import type { Shape } from "./shape.js";

/** Numbers of a shape: whole or not, within its bounds and at them, multiples of what they must be multiples of. */
export function numberArbitrary(shape: Shape): fc.Arbitrary<number> {
  const wholeOnly = !shape.types.has("number");
  const { least, most } = rangeOf(shape);
  const step = shape.multiplesOf[0];
  if (step !== undefined && step > 0) return multiples(step, least, most);
  // Beyond what a number can count exactly fast-check's integers never end; such a bound itself is among the limits below.
  const low = Math.max(
    Math.ceil(least + (least === shape.exclusiveMinimum ? Number.EPSILON : 0)),
    Number.MIN_SAFE_INTEGER,
  );
  const high = Math.min(Math.floor(most), Number.MAX_SAFE_INTEGER);
  const whole = low <= high ? [fc.integer({ min: low, max: high })] : [];
  const fractions = wholeOnly
    ? []
    : [
        { arbitrary: fc.double({ min: least, max: most, noNaN: true, noDefaultInfinity: true }), weight: 1 },
        ...thousandths(least, most),
      ];
  const limits = [shape.minimum, shape.maximum, 0].filter(
    (value) =>
      value >= least &&
      value <= most &&
      value !== shape.exclusiveMinimum &&
      value !== shape.exclusiveMaximum &&
      (!wholeOnly || Number.isInteger(value)),
  );
  return fc
    .oneof(
      ...whole.map((arbitrary) => ({ arbitrary, weight: 4 })),
      ...fractions,
      ...(limits.length > 0 ? [{ arbitrary: fc.constantFrom(...limits), weight: 2 }] : []),
    )
    .map((value) => value + 0 || 0) // JSON has no −0
    .filter((value) => value !== shape.exclusiveMinimum && value !== shape.exclusiveMaximum);
}

/** Bounds that a schema leaves open are those a server's own numbers surely have. */
function rangeOf(shape: Shape): { least: number; most: number } {
  const widest = shape.formats.includes("int64") ? Number.MAX_SAFE_INTEGER : 2 ** 31 - 1;
  const least = Math.max(shape.minimum, shape.exclusiveMinimum);
  const most = Math.min(shape.maximum, shape.exclusiveMaximum);
  return {
    least: Number.isFinite(least)
      ? least
      : Math.min(-widest, Number.isFinite(most) ? most - widest : -widest),
    most: Number.isFinite(most) ? most : Math.max(widest, Number.isFinite(least) ? least + widest : widest),
  };
}

function multiples(step: number, least: number, most: number): fc.Arbitrary<number> {
  const digits = (String(step).split(".")[1] ?? "").length;
  const min = Math.max(Math.ceil(least / step), -1_000_000);
  const max = Math.min(Math.floor(most / step), 1_000_000);
  return fc
    .integer({ min: Math.min(min, max), max })
    .map((count) => Number((count * step).toFixed(digits)) || 0);
}

/** Numbers as people write them. */
function thousandths(least: number, most: number): { arbitrary: fc.Arbitrary<number>; weight: number }[] {
  const min = Math.ceil(Math.max(least, -1e6) * 1000);
  const max = Math.floor(Math.min(most, 1e6) * 1000);
  if (min > max) return [];
  return [{ arbitrary: fc.integer({ min, max }).map((count) => count / 1000), weight: 3 }];
}
