import { under } from "../node.js";
import type { Rule } from "../rule.js";

/** What is taken for granted must be something one could have written. */
export const defaultValid: Rule = {
  id: "default-valid",
  kind: "correctness",
  *find({ validator, schemas }) {
    for (const schema of schemas.all) {
      if (!Object.hasOwn(schema.value, "default")) continue;
      const [error] = validator.errors(schema, schema.value["default"]);
      if (!error) continue;
      const allowed = error.params["allowedValues"] ?? error.params["allowedValue"];
      const values = allowed === undefined ? "" : `: ${JSON.stringify(allowed)}`;
      yield {
        at: under(schema.pointer, "default"),
        message: `The default ${JSON.stringify(schema.value["default"])} does not fit its schema: it ${error.message ?? "is wrong"}${values}.`,
        remedy: "Mend the default or the schema, whichever is wrong.",
      };
    }
  },
};
