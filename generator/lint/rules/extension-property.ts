import { speaksOurs } from "../../contract/extensions.js";
import { child, children, list, type Node, object, under } from "../node.js";
import type { Finding, Rule } from "../rule.js";
import { allowedValues, propertyOf, schemaParts } from "../schema-parts.js";
import type { OperationNode, Subject } from "../subject.js";

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
    for (const operation of subject.operations) yield* batch(subject, operation);
  },
};

/** A file of many requests: the form must have it, and what is created must have what is asked of it. */
function* batch(subject: Subject, operation: OperationNode): Iterable<Finding> {
  const { document } = subject;
  const extension = object(operation.value["x-batch"]);
  if (Object.keys(extension).length === 0) return;
  const at = (field: string): string => under(operation.pointer, "x-batch", field);
  const contents = (holder: Node): readonly Node[] =>
    children(holder, "content").map((mediaType) => child(mediaType, "schema"));
  const forms = contents(subject.deref(child(operation, "requestBody")));
  const parts = forms.flatMap((form) =>
    schemaParts(document, form).flatMap((part) => children(part, "properties").map(subject.deref)),
  );
  if (!parts.some((part) => typeof child(part, "x-item-schema").value["uniqueBy"] === "string")) {
    yield {
      at: under(operation.pointer, "x-batch"),
      message: "The operation takes no file whose lines have a property that is unique.",
      remedy: "Give a part of its form `x-item-schema` with `uniqueBy`.",
    };
  }
  const { dryRunProperty, idProperty, resultProperty } = extension;
  const isPart = (name: string): boolean => forms.some((form) => propertyOf(document, form, name).length > 0);
  if (typeof dryRunProperty === "string" && !isPart(dryRunProperty))
    yield missing(at("dryRunProperty"), "The form", dryRunProperty);
  const answers = subject
    .responsesOf(operation)
    .filter(({ status }) => status.startsWith("2"))
    .flatMap(contents)
    .flatMap((schema) => schemaParts(document, schema))
    .flatMap((part) => [part, ...children(part, "oneOf"), ...children(part, "anyOf")]);
  for (const [field, name] of Object.entries({ idProperty, resultProperty })) {
    if (typeof name !== "string") continue;
    if (!answers.some((answer) => propertyOf(document, answer, name).length > 0))
      yield missing(at(field), "What is created", name);
  }
}

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
