import type { BoundaryValue } from "../arbitraries/boundary-values.js";
import type { SchemaJudge } from "../arbitraries/schema-judge.js";
import { instancePath, replacedAt, visitsOf } from "../arbitraries/visits.js";
import { boundsOf } from "../limits/bounds.js";
import type { Schema } from "../support/contract.js";

/** Values with a text just as short, or as long, as its pattern allows. */
export function* patternLengths(
  judge: SchemaJudge,
  schema: Schema,
  values: Iterable<unknown>,
): Generator<BoundaryValue> {
  const found = new Set<string>();
  for (const whole of values)
    for (const { schema: of, value: text, location } of visitsOf(judge, schema, whole)) {
      if (typeof text !== "string" || text === "") continue;
      for (const { keyword, n } of boundsOf(of)) {
        const pointer = instancePath(location);
        if (keyword !== "pattern" || found.has(`${pointer} ${n}`)) continue;
        const value = replacedAt(whole, location, text.repeat(Math.ceil(n / text.length)).slice(0, n));
        if (!judge.isValid(schema, value)) continue;
        found.add(`${pointer} ${n}`);
        yield { value, keyword, variant: `${n} characters`, pointer };
      }
    }
}
