import type { JsonObject } from "../support/contract.js";

/** What of a value a limit counts. */
export type Dimension = "number" | "length" | "items" | "matches";

/** One end of what a schema allows, told by one keyword. */
export interface Bound {
  readonly keyword: string;
  readonly dimension: Dimension;
  readonly side: "min" | "max";
  readonly n: number;
  /** Whether `n` itself is out of bounds. */
  readonly exclusive: boolean;
}

const keywords: Readonly<Record<string, Omit<Bound, "keyword" | "n">>> = {
  minimum: { dimension: "number", side: "min", exclusive: false },
  maximum: { dimension: "number", side: "max", exclusive: false },
  exclusiveMinimum: { dimension: "number", side: "min", exclusive: true },
  exclusiveMaximum: { dimension: "number", side: "max", exclusive: true },
  minLength: { dimension: "length", side: "min", exclusive: false },
  maxLength: { dimension: "length", side: "max", exclusive: false },
  minItems: { dimension: "items", side: "min", exclusive: false },
  maxItems: { dimension: "items", side: "max", exclusive: false },
  minContains: { dimension: "matches", side: "min", exclusive: false },
  maxContains: { dimension: "matches", side: "max", exclusive: false },
};

/** The bounds that a schema's own keywords set. */
export function boundsOf(schema: JsonObject): Bound[] {
  const written = Object.entries(keywords).flatMap(([keyword, rule]): Bound[] => {
    const n = schema[keyword];
    return typeof n === "number" ? [{ keyword, n, ...rule }] : [];
  });
  const one = { dimension: "matches", side: "min", exclusive: false, n: 1 } as const;
  const implied = "contains" in schema && !("minContains" in schema) ? [{ keyword: "contains", ...one }] : [];
  return [...written, ...implied, ...lengthsOf(schema["pattern"])];
}

/** A pattern that is one repeated character class from end to end, like `^[a-z]{1,9}$` or `^\w+$`, bounds the length. */
function lengthsOf(pattern: unknown): Bound[] {
  const match = /^\^(?:\[(?:\\.|[^\]\\])+\]|\\[dw])(?:\{(\d+)(,(\d*))?\}|\+)\$$/.exec(String(pattern));
  if (!match) return [];
  const least = Number(match[1] ?? 1);
  const most = match[1] === undefined ? "" : match[2] === undefined ? match[1] : (match[3] ?? "");
  const bound = { keyword: "pattern", dimension: "length", exclusive: false } as const;
  return [
    ...(least > 0 ? [{ ...bound, side: "min" as const, n: least }] : []),
    ...(most === "" ? [] : [{ ...bound, side: "max" as const, n: Number(most) }]),
  ];
}

/** Keywords that, taken away, lift every bound of a dimension. */
export const keywordsOf: Readonly<Record<Dimension, readonly string[]>> = {
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
  length: ["minLength", "maxLength", "pattern"],
  items: ["minItems", "maxItems"],
  matches: ["contains", "minContains", "maxContains"],
};

export function allows({ side, exclusive, n }: Bound, count: number): boolean {
  if (count === n) return !exclusive;
  return side === "min" ? count > n : count < n;
}
