import type { SchemaJudge } from "../arbitraries/schema-judge.js";
import { visitsOf } from "../arbitraries/visits.js";
import type { Schema } from "../support/contract.js";
import { applies, decidingKeywords } from "./keywords.js";

/** Of many valid values those in which a keyword has a say that has none in the ones before. */
export function reachingValues(judge: SchemaJudge, schema: Schema, values: readonly unknown[]): unknown[] {
  const reached = new Map<object, Set<string>>();
  return values.filter((value) => {
    let isNew = false;
    for (const visit of visitsOf(judge, schema, value)) {
      const known = reached.get(visit.schema) ?? new Set();
      reached.set(visit.schema, known);
      for (const keyword of decidingKeywords(visit.schema)) {
        if (known.has(keyword) || !applies(visit.schema, keyword, visit.value)) continue;
        known.add(keyword);
        isNew = true;
      }
    }
    return isNew;
  });
}
