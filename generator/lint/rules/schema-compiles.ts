import type { ErrorObject } from "ajv";
import { children, type Node, under } from "../node.js";
import type { Finding, Rule } from "../rule.js";
import type { Subject } from "../subject.js";

/** A schema that a strict validator refuses is one that another validator reads in a way of its own, or not at all. */
export const schemaCompiles: Rule = {
  id: "schema-compiles",
  kind: "correctness",
  *find(subject) {
    const { schemas, validator } = subject;
    for (const schema of schemas.all) {
      for (const key of Object.keys(schema.value)) {
        if (validator.knowsKeyword(key)) continue;
        yield {
          at: under(schema.pointer, key),
          message: `JSON Schema has no keyword ${JSON.stringify(key)}; it is ignored.`,
          remedy: "Mend its spelling, or take it out.",
        };
      }
    }
    for (const root of schemas.roots) {
      const wrong = telling(validator.metaErrors(root.value));
      for (const error of wrong) {
        yield {
          at: root.pointer + error.instancePath,
          message: `Not a JSON Schema: this ${error.message ?? "is wrong"}.`,
          remedy: "See the keyword in JSON Schema 2020-12.",
        };
      }
      if (wrong.length === 0) yield* objections(subject, root);
    }
  },
};

/** Of a place's errors the first; what only repeats that a branch failed says nothing, and patterns have a rule of their own. */
function telling(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const byPlace = new Map<string, ErrorObject>();
  for (const error of errors) {
    if (error.keyword === "format" || error.keyword === "anyOf" || error.keyword === "$dynamicRef") continue;
    if (!byPlace.has(error.instancePath)) byPlace.set(error.instancePath, error);
  }
  return [...byPlace.values()];
}

/** The innermost schemas that can't be compiled. */
function* objections(subject: Subject, schema: Node): Iterable<Finding> {
  const message = subject.validator.objection(schema.value);
  if (message === null) return;
  let inner = false;
  for (const part of subschemas(schema)) {
    for (const finding of objections(subject, part)) {
      inner = true;
      yield finding;
    }
  }
  if (inner) return;
  yield {
    at: schema.pointer,
    message: `A strict validator refuses this schema: ${message.replace(/^strict mode: /, "")}.`,
    remedy: "Say the same in keywords that take effect.",
  };
}

const single = ["additionalProperties", "contains", "contentSchema", "else", "if", "items", "not"].concat([
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
]);
const several = ["$defs", "allOf", "anyOf", "dependentSchemas", "oneOf", "patternProperties"].concat([
  "prefixItems",
  "properties",
]);

function* subschemas(schema: Node): Iterable<Node> {
  const holder = { pointer: schema.pointer, value: { "": schema.value } };
  for (const { key, value } of children(holder, "").filter(({ key: name }) => single.includes(name))) {
    yield { pointer: under(schema.pointer, key), value };
  }
  for (const key of several) yield* children(schema, key);
}
