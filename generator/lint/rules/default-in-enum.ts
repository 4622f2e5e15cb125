import { isDeepStrictEqual } from "node:util";
import { under } from "../node.js";
import type { Rule } from "../rule.js";
import { allowedValues } from "../schema-parts.js";

/** What is taken for granted must be something one could have written. */
export const defaultInEnum: Rule = {
  id: "default-in-enum",
  kind: "correctness",
  *find({ document, schemas }) {
    for (const schema of schemas.all) {
      if (!Object.hasOwn(schema.value, "default")) continue;
      const allowed = allowedValues(document, schema);
      if (!allowed || allowed.some((value) => isDeepStrictEqual(value, schema.value["default"]))) continue;
      yield {
        at: under(schema.pointer, "default"),
        message: `The default ${JSON.stringify(schema.value["default"])} is none of the values allowed.`,
        remedy: `Choose one of ${allowed.map((value) => JSON.stringify(value)).join(", ")}.`,
      };
    }
  },
};
