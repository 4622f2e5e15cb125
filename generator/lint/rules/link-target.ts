import { valueAt } from "../../load/document-walk.js";
import { fromPointer } from "../../load/json-pointer.js";
import { child, children, type Node, object, under } from "../node.js";
import type { Rule } from "../rule.js";
import { propertyOf, schemaParts } from "../schema-parts.js";
import type { Subject } from "../subject.js";

/** A link is followed by clients and by tests: it must lead to an operation, and carry what the response has. */
export const linkTarget: Rule = {
  id: "link-target",
  kind: "correctness",
  *find(subject) {
    const ids = new Set(subject.operations.map(({ value }) => value["operationId"]));
    const seen = new Set<string>();
    for (const response of subject.operations.flatMap(subject.responsesOf.bind(subject))) {
      for (const link of children(response, "links").map(subject.deref)) {
        if (seen.has(link.pointer)) continue;
        seen.add(link.pointer);
        const id = link.value["operationId"];
        if (id !== undefined && !ids.has(id)) {
          yield {
            at: under(link.pointer, "operationId"),
            message: `The link leads to ${JSON.stringify(id)}, which is no operation's id.`,
            remedy: "Name an operation of this document.",
          };
        }
        for (const [name, expression] of Object.entries(object(link.value["parameters"]))) {
          const property = /^\$response\.body#\/([^/]+)/.exec(String(expression))?.[1];
          if (property === undefined || bodyMayHave(subject, response, property)) continue;
          yield {
            at: under(link.pointer, "parameters", name),
            message: `The response has no property ${JSON.stringify(property)} that the link could carry.`,
            remedy: "Mend the expression, or declare the property.",
          };
        }
      }
    }
  },
};

/** A body that says nothing of its properties, or has branches, may have any. */
function bodyMayHave({ document }: Subject, response: Node, property: string): boolean {
  const [name = property] = fromPointer(`/${property}`);
  const schemas = children(response, "content").map((mediaType) => child(mediaType, "schema"));
  return schemas.some((schema) => {
    const parts = schemaParts(document, schema);
    if (!parts.some(({ value }) => valueAt(value, ["properties"]) !== undefined)) return true;
    if (parts.some(({ value }) => value["oneOf"] !== undefined || value["anyOf"] !== undefined)) return true;
    return propertyOf(document, schema, name).length > 0;
  });
}
