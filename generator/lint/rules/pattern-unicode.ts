import { isObject } from "../../load/document-walk.js";
import { under } from "../node.js";
import type { Rule } from "../rule.js";
import { patternObjection } from "../schema-validator.js";

/** A pattern that does not compile with the flag `u` makes Prism skip the whole body's validation, without a word. */
export const patternUnicode: Rule = {
  id: "pattern-unicode",
  kind: "mock-safety",
  *find({ schemas }) {
    for (const { pointer, value } of schemas.all) {
      const given: [string, string][] = [];
      if (typeof value["pattern"] === "string") given.push([under(pointer, "pattern"), value["pattern"]]);
      if (isObject(value["patternProperties"])) {
        for (const pattern of Object.keys(value["patternProperties"])) {
          given.push([under(pointer, "patternProperties", pattern), pattern]);
        }
      }
      for (const [at, pattern] of given) {
        const objection = patternObjection(pattern);
        if (objection === null) continue;
        yield {
          at,
          message: `The pattern is no regular expression that compiles with the flag u: ${objection}.`,
          remedy: "Mend it; inside `[…]` write `-` last, and put a backslash only before what needs one.",
        };
      }
    }
  },
};
