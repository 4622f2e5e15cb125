import type { SchemaJudge } from "../arbitraries/schema-judge.js";
import { visitsOf } from "../arbitraries/visits.js";
import type { Schema } from "../support/contract.js";
import { applies, decidingKeywords } from "./keywords.js";

/** A server may refuse a valid value for reasons of its own, so each keyword is reached by so many. */
const times = 2;

/** Of many valid values those in which a keyword has a say that has none in enough of the ones before. */
export function reachingValues(judge: SchemaJudge, schema: Schema, values: readonly unknown[]): unknown[] {
  const reached = new Map<object, Map<string, number>>();
  return values.filter((value) => {
    const said = new Map<object, Set<string>>();
    for (const visit of visitsOf(judge, schema, value))
      for (const keyword of decidingKeywords(visit.schema))
        if (applies(visit.schema, keyword, visit.value))
          said.set(visit.schema, (said.get(visit.schema) ?? new Set()).add(keyword));
    let isNew = false;
    for (const [of, keywords] of said) {
      const counts = reached.get(of) ?? new Map<string, number>();
      reached.set(of, counts);
      for (const keyword of keywords) {
        const count = counts.get(keyword) ?? 0;
        counts.set(keyword, count + 1);
        if (count < times) isNew = true;
      }
    }
    return isNew;
  });
}
