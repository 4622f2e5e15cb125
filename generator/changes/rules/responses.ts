import type { Context } from "../document/context.js";
import type { OperationReading } from "../document/contract-reading.js";
import { type DocumentFamily, rulesOf } from "../document/document-family.js";
import { documentOf } from "../document/fixture-documents.js";
import type { Finding } from "../rule.js";
import { child, type SchemaNode } from "../schema/schema-node.js";

const withStatuses = (...statuses: string[]) =>
  documentOf({ responses: Object.fromEntries(statuses.map((status) => [status, { description: "so" }])) });
const text = { type: "string" };
const withHeader = (more: object | null) =>
  documentOf({
    responses: {
      201: { description: "made", ...(more ? { headers: { Part: { schema: text, ...more } } } : {}) },
    },
  });

/** Statuses of replies, and their headers. */
export const responses: DocumentFamily = {
  name: "responses",
  title: "Statuses and headers of replies",
  rules: rulesOf("responses", [
    {
      id: "response-success-status-added",
      severity: "note",
      direction: "response",
      sentence: "{subject} may now answer {after}.",
      found: [withStatuses("200"), withStatuses("200", "201")],
    },
    {
      id: "response-success-status-removed",
      severity: "error",
      direction: "response",
      sentence: "{subject} no longer answers {before}.",
      remedy: "Callers wait for that status; go on with it.",
      found: [withStatuses("200", "201"), withStatuses("200")],
    },
    {
      id: "response-non-success-status-added",
      severity: "note",
      direction: "response",
      sentence: "{subject} may now answer {after}.",
      found: [withStatuses("200"), withStatuses("200", "409")],
    },
    {
      id: "response-non-success-status-removed",
      severity: "note",
      direction: "response",
      sentence: "{subject} no longer says that it may answer {before}.",
      found: [withStatuses("200", "409"), withStatuses("200")],
    },
    {
      id: "response-header-added",
      severity: "note",
      direction: "response",
      sentence: "{subject} has the new header {name}.",
      found: [withHeader(null), withHeader({})],
    },
    {
      id: "required-response-header-removed",
      severity: "error",
      direction: "response",
      sentence: "{subject} no longer has the header {name}.",
      remedy: "Go on sending it.",
      found: [withHeader({ required: true }), withHeader(null)],
      absent: [withHeader({}), withHeader(null)],
    },
    {
      id: "optional-response-header-removed",
      severity: "warning",
      direction: "response",
      sentence: "{subject} no longer has the optional header {name}.",
      remedy: "Go on sending it; deprecate it first.",
      found: [withHeader({}), withHeader(null)],
    },
    {
      id: "response-header-became-optional",
      severity: "error",
      direction: "response",
      sentence: "The header {name} of {subject:lower} is no longer required.",
      remedy: "Go on sending it always.",
      found: [withHeader({ required: true }), withHeader({})],
    },
    {
      id: "response-header-became-required",
      severity: "note",
      direction: "response",
      sentence: "The header {name} of {subject:lower} is now required.",
      found: [withHeader({}), withHeader({ required: true })],
    },
  ]),
  *find(context) {
    for (const { base, revision } of context.all) {
      if (base.kind !== "operation") continue;
      yield* compareStatuses(base, revision);
      const others = new Map(revision.responses.map((response) => [response.key.toUpperCase(), response]));
      for (const from of base.responses) {
        const to = others.get(from.key.toUpperCase());
        if (to) yield* compareHeaders(context, base, from.key, from, to);
      }
    }
  },
};

const isSuccess = (status: string): boolean => /^2/.test(status);

/** A status is still told if a range of it is, or the default; and one that stands in the place of another is new. */
function* compareStatuses(base: OperationReading, revision: OperationReading): Iterable<Finding> {
  const names = (operation: OperationReading): string[] =>
    operation.responses.map(({ key }) => key.toUpperCase());
  const [from, to] = [names(base), names(revision)];
  for (const response of base.responses) {
    if (to.includes(response.key.toUpperCase())) continue;
    const id = isSuccess(response.key)
      ? "response-success-status-removed"
      : "response-non-success-status-removed";
    yield {
      id,
      base: response.pointer,
      revision: revision.node.pointer,
      subject: base.shown,
      before: response.key,
      operation: base.title,
    };
  }
  for (const response of revision.responses) {
    if (from.includes(response.key.toUpperCase())) continue;
    const id = isSuccess(response.key)
      ? "response-success-status-added"
      : "response-non-success-status-added";
    yield {
      id,
      base: base.node.pointer,
      revision: response.pointer,
      subject: base.shown,
      after: response.key,
      operation: base.title,
    };
  }
}

function* compareHeaders(
  context: Context,
  operation: OperationReading,
  status: string,
  from: SchemaNode,
  to: SchemaNode,
): Iterable<Finding> {
  const [before, after] = [context.base.entries(from, "headers"), context.revision.entries(to, "headers")];
  const subject = `The ${status} reply of ${operation.shown}`;
  const found = (id: string, key: string, base: string, revision: string): Finding => ({
    id,
    base,
    revision,
    subject,
    name: `\`${key}\``,
    operation: operation.title,
  });
  const isRequired = (node: SchemaNode): boolean => child(node, "required")?.value === true;
  for (const was of before) {
    const is = after.find(({ key }) => key.toLowerCase() === was.key.toLowerCase());
    if (!is) {
      const kind = isRequired(was) ? "required" : "optional";
      yield found(`${kind}-response-header-removed`, was.key, was.pointer, to.pointer);
      continue;
    }
    if (isRequired(was) !== isRequired(is))
      yield found(
        `response-header-became-${isRequired(is) ? "required" : "optional"}`,
        was.key,
        was.pointer,
        is.pointer,
      );
    const [schema, newSchema] = [child(was, "schema"), child(is, "schema")];
    if (schema && newSchema)
      yield* context.schemas({
        holder: "header",
        direction: "response",
        isLoose: true,
        subject: `the header \`${was.key}\` of ${subject.charAt(0).toLowerCase()}${subject.slice(1)}`,
        operation,
        base: schema,
        revision: newSchema,
      });
  }
  for (const is of after)
    if (!before.some(({ key }) => key.toLowerCase() === is.key.toLowerCase()))
      yield found("response-header-added", is.key, from.pointer, is.pointer);
}
