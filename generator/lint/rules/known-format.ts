import { under } from "../node.js";
import type { Rule } from "../rule.js";

/** Validators ignore a `format` they don't know, so it promises more than anyone checks. */
export const knownFormat: Rule = {
  id: "known-format",
  kind: "mock-safety",
  *find({ schemas, validator }) {
    for (const { pointer, value } of schemas.all) {
      const { format } = value;
      if (typeof format !== "string" || validator.knowsFormat(format)) continue;
      yield {
        at: under(pointer, "format"),
        message: `No validator knows the format ${JSON.stringify(format)}.`,
        remedy: "Say it with `pattern`, `minimum` or another keyword, or in the description.",
      };
    }
  },
};
