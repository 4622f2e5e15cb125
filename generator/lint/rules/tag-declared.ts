import { children, list, under } from "../node.js";
import type { Rule } from "../rule.js";

/** A misspelt tag makes a group of its own, with one operation and no description. */
export const tagDeclared: Rule = {
  id: "tag-declared",
  kind: "mock-safety",
  *find({ root, operations }) {
    const declared = children(root, "tags").map(({ value }) => value["name"]);
    for (const operation of operations) {
      for (const [index, tag] of list(operation.value["tags"]).entries()) {
        if (declared.includes(tag)) continue;
        yield {
          at: under(operation.pointer, "tags", String(index)),
          message: `The tag ${JSON.stringify(tag)} is not declared.`,
          remedy: "Declare it under the document's `tags`, or mend its name.",
        };
      }
    }
  },
};
