import { child, children, type Node } from "../node.js";
import type { Rule } from "../rule.js";
import { allowedValues, propertyOf, schemaParts, typesOf } from "../schema-parts.js";
import type { Subject } from "../subject.js";

/** Prism and JSON Schema ignore `discriminator`: only the branches themselves can tell which of them is meant. */
export const discriminatorTag: Rule = {
  id: "discriminator-tag",
  kind: "mock-safety",
  *find(subject) {
    for (const schema of subject.schemas.all) {
      const tag = child(schema, "discriminator").value["propertyName"];
      if (typeof tag !== "string") continue;
      for (const branch of branches(subject, schema, new Set())) {
        const { document } = subject;
        const declared = propertyOf(document, branch, tag);
        if (declared.some((property) => allowedValues(document, property) !== null)) continue;
        yield {
          at: branch.pointer,
          message: `This branch of a union does not fix the value of its tag ${JSON.stringify(tag)}.`,
          remedy: `Give the property ${JSON.stringify(tag)} a \`const\` here, and require it.`,
        };
      }
    }
  },
};

/** The branches, and in place of a branch that is a union itself its own. `null` has no tag. */
function branches(subject: Subject, schema: Node, seen: Set<string>): readonly Node[] {
  if (seen.has(schema.pointer)) return [];
  seen.add(schema.pointer);
  return (["oneOf", "anyOf"] as const)
    .flatMap((key) => children(schema, key))
    .flatMap((entry) => {
      const branch = subject.deref(entry);
      const types = typesOf(subject.document, branch);
      if (types.length === 1 && types[0] === "null") return [];
      const union = schemaParts(subject.document, branch).find(
        ({ value }) => value["oneOf"] !== undefined || value["anyOf"] !== undefined,
      );
      const fixed = Object.keys(child(branch, "properties").value).length > 0;
      return union && !fixed ? branches(subject, union, seen) : [branch];
    });
}
