import { type SchemaJudge, schemasIn } from "../arbitraries/schema-judge.js";
import { type JsonObject, object, type Schema } from "../support/contract.js";
import type { SchemaNode } from "./schema-tree.js";

/** The steps from one schema down to another. */
function stepsBetween(upper: SchemaNode, lower: SchemaNode): (readonly string[])[] {
  const steps: (readonly string[])[] = [];
  for (let at: SchemaNode | null = lower; at !== null && at !== upper; at = at.above) steps.unshift(at.step);
  return steps;
}

/** A copy of a schema in which one below it has lost some of its keywords. */
export function relaxed(
  judge: SchemaJudge,
  upper: SchemaNode,
  lower: SchemaNode,
  keywords: readonly string[],
): Schema {
  const copy = (schema: JsonObject, steps: readonly (readonly string[])[]): JsonObject => {
    const [step, ...rest] = steps;
    if (step === undefined)
      return Object.fromEntries(Object.entries(schema).filter(([key]) => !keywords.includes(key)));
    const [key = "", name] = step;
    if (key === "$ref") {
      const { $ref, ...beside } = schema;
      const target = copy(object(judge.follow(String($ref))), rest);
      return { ...beside, allOf: [...schemasIn(beside["allOf"]), target] };
    }
    const inner = schema[key];
    if (name === undefined) return { ...schema, [key]: copy(object(inner), rest) };
    if (Array.isArray(inner))
      return {
        ...schema,
        [key]: inner.map((one, index) => (String(index) === name ? copy(object(one), rest) : one)),
      };
    return { ...schema, [key]: { ...object(inner), [name]: copy(object(object(inner)[name]), rest) } };
  };
  return copy(upper.schema, stepsBetween(upper, lower));
}
