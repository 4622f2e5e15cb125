import { children, type Node } from "../node.js";
import type { Rule } from "../rule.js";
import { schemaParts } from "../schema-parts.js";

/** Prism merges `allOf` into one schema, and two `contains` into one that nothing meets: every good request is refused. */
export const oneContains: Rule = {
  id: "one-contains",
  kind: "mock-safety",
  *find({ document, schemas }) {
    const count = (schema: Node): number =>
      schemaParts(document, schema).filter(({ value }) => value["contains"] !== undefined).length;
    for (const schema of schemas.all) {
      if (schema.value["allOf"] === undefined || count(schema) < 2) continue;
      if (children(schema, "allOf").some((branch) => count(branch) > 1)) continue; // that one is to blame
      yield {
        at: schema.pointer,
        message: "More than one `contains` applies to the same array.",
        remedy: "Keep one; say the rest with `minItems`, `items` or `not`.",
      };
    }
  },
};
