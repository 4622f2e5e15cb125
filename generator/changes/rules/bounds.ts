import type { JsonObject } from "../../load/document-walk.js";
import type { SchemaFamily, SchemaRule } from "../schema/schema-rule.js";
import { at as placesOf } from "../schema/shape.js";

export interface Bound {
  readonly keyword: string;
  readonly code: string;
  readonly side: "min" | "max";
  /** What it counts, as in "at most 3 characters". */
  readonly unit: string;
  readonly schema: JsonObject;
  /** What holds where the keyword is absent: then setting it is an increase, and taking it away a decrease. */
  readonly absent?: number;
}

const number = { type: "number" };
const text = { type: "string" };
const list = { type: "array", items: { type: "string" } };
const map = { type: "object" };

const general: readonly Bound[] = [
  { keyword: "maximum", code: "max", side: "max", unit: "", schema: number },
  { keyword: "minimum", code: "min", side: "min", unit: "", schema: number },
  { keyword: "exclusiveMaximum", code: "exclusive-max", side: "max", unit: " (exclusive)", schema: number },
  { keyword: "exclusiveMinimum", code: "exclusive-min", side: "min", unit: " (exclusive)", schema: number },
  { keyword: "maxLength", code: "max-length", side: "max", unit: " characters", schema: text },
  { keyword: "minLength", code: "min-length", side: "min", unit: " characters", schema: text, absent: 0 },
  { keyword: "maxItems", code: "max-items", side: "max", unit: " items", schema: list },
  { keyword: "minItems", code: "min-items", side: "min", unit: " items", schema: list },
  { keyword: "maxProperties", code: "max-properties", side: "max", unit: " properties", schema: map },
  { keyword: "minProperties", code: "min-properties", side: "min", unit: " properties", schema: map },
];

const contained: readonly Bound[] = [
  {
    keyword: "maxContains",
    code: "max-contains",
    side: "max",
    unit: " items of that kind",
    schema: list,
    absent: Infinity,
  },
  {
    keyword: "minContains",
    code: "min-contains",
    side: "min",
    unit: " items of that kind",
    schema: list,
    absent: 1,
  },
];

const all = [...general, ...contained];

export function boundRules({ keyword, code, side, unit, schema, absent }: Bound): SchemaRule[] {
  const beside = contained.some((bound) => bound.code === code) ? { ...schema, contains: text } : schema;
  const at = (value: number | null): JsonObject =>
    value === null ? beside : { ...beside, [keyword]: value };
  const [tighter, looser] =
    side === "max" ? (["decreased", "increased"] as const) : (["increased", "decreased"] as const);
  const [small, large] = side === "max" ? [8, 3] : [3, 8];
  const most = side === "max" ? "at most" : "at least";
  const moved: SchemaRule[] = [
    {
      code: `${code}-${tighter}`,
      request: "error",
      response: "note",
      sentence: `{subject} now allows ${most} {after}${unit}; it was {before}.`,
      remedy: "Go on taking what was valid before.",
      before: at(small),
      after: at(large),
    },
    {
      code: `${code}-${looser}`,
      request: "note",
      response: "error",
      sentence: `{subject} now allows ${most} {after}${unit}; it was {before}.`,
      remedy: "Callers rely on the old bound; keep to it in replies.",
      before: at(large),
      after: at(small),
    },
  ];
  if (absent !== undefined && code !== "min-length") return moved;
  const unset: SchemaRule = {
    code: `${code}-unset`,
    request: "note",
    response: "error",
    sentence: `{subject} no longer says ${most} {before}${unit}.`,
    remedy: "Callers rely on the old bound; keep to it in replies.",
    before: at(large),
    after: at(null),
  };
  if (absent !== undefined) return moved;
  const set: SchemaRule = {
    code: `${code}-set`,
    request: "warning",
    response: "note",
    sentence: `{subject} now allows ${most} {after}${unit}; it had no such bound.`,
    remedy:
      "If callers may have gone beyond it, go on taking that; the contract may only say what was so anyway.",
    before: at(null),
    after: at(large),
  };
  return [...moved, set, unset];
}

/** Numbers, lengths and counts. */
export const bounds: SchemaFamily = {
  name: "bounds",
  title: "Bounds of numbers, lengths and counts",
  rules: [
    ...all.flatMap(boundRules),
    {
      code: "multiple-of-added",
      request: "error",
      response: "note",
      sentence: "{subject} must now be a multiple of {after}.",
      remedy: "Go on taking what was valid before.",
      before: number,
      after: { type: "number", multipleOf: 5 },
    },
    {
      code: "multiple-of-removed",
      request: "note",
      response: "warning",
      sentence: "{subject} need no longer be a multiple of {before}.",
      remedy: "Callers may rely on it; keep to it in replies.",
      before: { type: "number", multipleOf: 5 },
      after: number,
    },
    {
      code: "multiple-of-changed",
      request: "error",
      response: "error",
      sentence: "{subject} must now be a multiple of {after}; it was {before}.",
      remedy: "Go on taking what was valid before.",
      before: { type: "number", multipleOf: 5 },
      after: { type: "number", multipleOf: 3 },
      not: [
        { type: "number", multipleOf: 5 },
        { type: "number", multipleOf: 5, description: "in fives" },
      ],
    },
    {
      code: "unique-items-added",
      request: "error",
      response: "note",
      sentence: "The items of {subject:lower} must now differ from one another.",
      remedy: "Go on taking lists that repeat themselves.",
      before: list,
      after: { ...list, uniqueItems: true },
    },
    {
      code: "unique-items-removed",
      request: "note",
      response: "warning",
      sentence: "The items of {subject:lower} need no longer differ from one another.",
      remedy: "Callers may rely on it; keep to it in replies.",
      before: { ...list, uniqueItems: true },
      after: list,
    },
  ],
  compare({ base, revision, report }) {
    const read = (shape: typeof base, keyword: string): number | null => {
      const value = shape.words.get(keyword)?.value;
      return typeof value === "number" ? value : null;
    };
    for (const { keyword, code, absent } of all) {
      const [before, after] = [read(base, keyword), read(revision, keyword)];
      if (before === after) continue;
      const places = placesOf(base, revision, keyword);
      if (absent === undefined && before === null) {
        if (!(keyword.startsWith("min") && keyword !== "minimum" && after === 0))
          report(`${code}-set`, { after, ...places });
        continue;
      }
      if (absent === undefined && after === null) {
        if (!(keyword.startsWith("min") && keyword !== "minimum" && before === 0))
          report(`${code}-unset`, { before, ...places });
        continue;
      }
      if (absent !== undefined && absent !== 0 && !base.words.has("contains")) continue;
      const [from, to] = [before ?? (absent as number), after ?? (absent as number)];
      if (from !== to)
        report(`${code}-${to > from ? "increased" : "decreased"}`, { before: from, after: to, ...places });
    }
    compareMultiples(read(base, "multipleOf"), read(revision, "multipleOf"), report);
    const [wasUnique, isUnique] = [base, revision].map(
      ({ words }) => words.get("uniqueItems")?.value === true,
    );
    if (wasUnique !== isUnique) report(isUnique ? "unique-items-added" : "unique-items-removed");
  },
};

function compareMultiples(
  before: number | null,
  after: number | null,
  report: (code: string, fact: object) => void,
): void {
  if (before === after) return;
  if (before === null) report("multiple-of-added", { after });
  else report(after === null ? "multiple-of-removed" : "multiple-of-changed", { before, after });
}
