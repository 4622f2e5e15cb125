import type { FaultyValue } from "../arbitraries/faulty-values.js";
import type { SchemaJudge } from "../arbitraries/schema-judge.js";
import { lengthOf } from "../arbitraries/string-arbitrary.js";
import { instancePath, replacedAt, type Visit, visitsOf } from "../arbitraries/visits.js";
import type { Schema } from "../support/contract.js";

/**
 * Values that break two keywords of one schema at once, because no value breaks the one without the other: a number where
 * one of some words belongs (`type` and `enum`), a text longer than both `maxLength` and `pattern` allow.
 */
export function* brokenTogether(
  judge: SchemaJudge,
  schema: Schema,
  values: Iterable<unknown>,
): Generator<FaultyValue> {
  const found = new Set<string>();
  const ids = new Map<object, number>();
  for (const whole of values)
    for (const visit of visitsOf(judge, schema, whole)) {
      const id = ids.get(visit.schema) ?? ids.size;
      ids.set(visit.schema, id);
      for (const [keyword, variant, part] of candidates(visit)) {
        const key = `${id} ${keyword}`;
        const value = replacedAt(whole, visit.location, part);
        if (found.has(key) || judge.isValid(schema, value)) continue;
        found.add(key);
        yield { value, keyword, variant, pointer: instancePath(visit.location) };
      }
    }
}

function candidates({ schema, value }: Visit): [keyword: string, variant: string, value: unknown][] {
  const { type, minLength, maxLength, pattern } = schema;
  const made: [string, string, unknown][] = [];
  if (type !== undefined && ("enum" in schema || "const" in schema))
    made.push(["type", "and not one of the values either", [type].flat().includes("array") ? 1 : []]);
  if (typeof value !== "string" || pattern === undefined) return made;
  const last = [...value].at(-1) ?? "a";
  if (typeof maxLength === "number" && maxLength < 100_000)
    made.push([
      "maxLength",
      "and not pattern either",
      value + last.repeat(Math.max(0, maxLength + 1 - lengthOf(value))),
    ]);
  if (typeof minLength === "number" && minLength > 0)
    made.push(["minLength", "and not pattern either", [...value].slice(0, minLength - 1).join("")]);
  return made;
}
