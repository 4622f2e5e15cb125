import { speaksOurs } from "../../contract/extensions.js";
import { child, children, list, type Node, object, under } from "../node.js";
import type { Finding, Rule } from "../rule.js";
import { allowedValues, propertyOf } from "../schema-parts.js";
import type { Subject } from "../subject.js";

/** What our extensions say of a schema's properties and values is relied on, so the schema must have them. */
export const extensionProperty: Rule = {
  id: "extension-property",
  kind: "correctness",
  *find(subject) {
    if (!speaksOurs(subject.document)) return;
    for (const schema of subject.schemas.all) {
      yield* names(subject, schema, "x-error", ["messageProperty", "codeProperty", "requestIdProperty"]);
      yield* names(subject, schema, "x-job", ["statusProperty", "errorProperty", "errorCodeProperty"]);
      yield* statuses(subject, schema);
      yield* seconds(subject, schema);
      yield* lines(subject, schema);
    }
  },
};

function* names(subject: Subject, schema: Node, key: string, fields: readonly string[]): Iterable<Finding> {
  const extension = object(schema.value[key]);
  for (const field of fields) {
    const name = extension[field];
    if (typeof name !== "string" || propertyOf(subject.document, schema, name).length > 0) continue;
    yield missing(under(schema.pointer, key, field), "The schema", name);
  }
}

function* statuses({ document }: Subject, schema: Node): Iterable<Finding> {
  const job = object(schema.value["x-job"]);
  const [status] = propertyOf(document, schema, String(job["statusProperty"]));
  if (!status) return;
  // An open enum is a union with any text; its listed values are still those that are known.
  const branches = [status, ...children(status, "anyOf")];
  const allowed = branches.map((branch) => allowedValues(document, branch)).find((values) => values !== null);
  if (!allowed) return;
  for (const field of ["pending", "succeeded", "failed"]) {
    for (const [index, value] of list(job[field]).entries()) {
      if (!allowed.includes(value))
        yield unknownValue(under(schema.pointer, "x-job", field, String(index)), value);
    }
  }
}

function* seconds({ document }: Subject, schema: Node): Iterable<Finding> {
  const allowed = allowedValues(document, schema);
  if (!allowed) return;
  for (const value of Object.keys(object(schema.value["x-max-seconds"]))) {
    if (!allowed.includes(value)) yield unknownValue(under(schema.pointer, "x-max-seconds", value), value);
  }
}

function* lines({ document }: Subject, schema: Node): Iterable<Finding> {
  const rules = child(schema, "x-item-schema");
  const { uniqueBy, minItems, maxItems } = rules.value;
  if (typeof uniqueBy === "string" && propertyOf(document, child(rules, "schema"), uniqueBy).length === 0)
    yield missing(under(rules.pointer, "uniqueBy"), "The schema of a line", uniqueBy);
  if (typeof minItems === "number" && typeof maxItems === "number" && minItems > maxItems) {
    yield {
      at: under(rules.pointer, "minItems"),
      message: `No file can have at least ${minItems} lines and at most ${maxItems}.`,
      remedy: "Mend one of the two.",
    };
  }
}

function missing(at: string, whose: string, name: string): Finding {
  const message = `${whose} has no property ${JSON.stringify(name)}.`;
  return { at, message, remedy: "Mend the name, or declare the property." };
}

function unknownValue(at: string, value: unknown): Finding {
  const message = `The enum has no value ${JSON.stringify(value)}.`;
  return { at, message, remedy: "Mend it, or add it to the enum." };
}
