import { object, type Schema } from "../support/contract.js";
import { KnownSchemas } from "./known-schemas.js";
import type { SchemaJudge } from "./schema-judge.js";
import { lengthOf } from "./string-arbitrary.js";
import { instancePath, replacedAt, type Visit, visitsOf } from "./visits.js";

/** A valid value in which one part is just at a limit of its schema, or one of the few that it may be. */
export interface BoundaryValue {
  readonly value: unknown;
  readonly keyword: string;
  readonly pointer: string;
  readonly variant: string;
}

/** A limit that is not valid in so many values is given up. */
const mostTries = 12;

/** One for each limit of the schema and each member of each list of values, as far as the given valid values reach. */
export function* boundaryValues(
  judge: SchemaJudge,
  schema: Schema,
  values: Iterable<unknown>,
): Generator<BoundaryValue> {
  const known = new KnownSchemas(mostTries);
  for (const whole of values)
    for (const visit of visitsOf(judge, schema, whole)) {
      const tries = known.triesAt(visit.schema);
      if (!tries) continue;
      for (const [keyword, variant, part] of atLimits(visit)) {
        if (!tries.mayTry(`${keyword} ${variant}`)) continue;
        const value = replacedAt(whole, visit.location, part);
        if (!judge.isValid(schema, value)) continue;
        tries.found(`${keyword} ${variant}`);
        yield { value, keyword, variant, pointer: instancePath(visit.location) };
      }
    }
}

type AtLimit = readonly [keyword: string, variant: string, value: unknown];

const longest = 100_000;
const most = 2000;

function atLimits({ schema, value }: Visit): AtLimit[] {
  const limit = (keyword: string): number | null => {
    const given = schema[keyword];
    return typeof given === "number" ? given : null;
  };
  const found: AtLimit[] = [];
  for (const keyword of ["minimum", "maximum"]) {
    const n = limit(keyword);
    if (n !== null) found.push([keyword, "at", n]);
  }
  const step = [schema["type"]].flat().includes("integer") ? 1 : 0.001;
  const above = limit("exclusiveMinimum");
  const below = limit("exclusiveMaximum");
  if (above !== null) found.push(["exclusiveMinimum", "just above", above + step]);
  if (below !== null) found.push(["exclusiveMaximum", "just below", below - step]);
  if (typeof value === "string") found.push(...lengths(value, limit("minLength"), limit("maxLength")));
  if (Array.isArray(value)) found.push(...counts(value, limit("minItems"), limit("maxItems")));
  for (const choice of [schema["enum"]].flat().filter((one) => one !== undefined))
    found.push(["enum", JSON.stringify(choice), choice]);
  for (const [type, sample] of [
    ["null", null],
    ["boolean", true],
    ["boolean", false],
  ] as const)
    if ([schema["type"]].flat().includes(type)) found.push(["type", String(sample), sample]);
  if (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Array.isArray(schema["required"])
  ) {
    const required = schema["required"] as unknown[];
    const least = Object.entries(object(value)).filter(([name]) => required.includes(name));
    found.push(["required", "no more", Object.fromEntries(least)]);
  }
  return found;
}

function lengths(text: string, min: number | null, max: number | null): AtLimit[] {
  const found: AtLimit[] = [];
  if (min !== null) found.push(["minLength", "at", [...text].slice(0, min).join("")]);
  if (max !== null && max <= longest) {
    const filler = [...text].at(-1) ?? "a";
    found.push(["maxLength", "at", text + filler.repeat(Math.max(0, max - lengthOf(text)))]);
  }
  return found;
}

function counts(items: readonly unknown[], min: number | null, max: number | null): AtLimit[] {
  const found: AtLimit[] = [];
  if (min !== null) found.push(["minItems", "at", items.slice(0, min)]);
  if (max !== null && max <= most)
    items.slice(0, 6).forEach((item, index) => {
      const more = Array.from({ length: Math.max(0, max - items.length) }, () => item);
      found.push(["maxItems", `with more of item ${Math.min(index, 1)}`, [...items, ...more]]);
    });
  return found;
}
