import { documentKeys } from "../../contract/extensions.js";
import type { Context } from "../document/context.js";
import type { OperationReading } from "../document/contract-reading.js";
import { type DocumentFamily, rulesOf } from "../document/document-family.js";
import { documentOf } from "../document/fixture-documents.js";
import type { Unpaired } from "../document/pair-operations.js";
import type { Finding } from "../rule.js";
import { dayOf, daysBetween, isUnsettled } from "./lifecycle-days.js";

const { sunset, stability } = documentKeys;
const get = (more: object = {}) => ({
  operationId: "listThings",
  responses: { 200: { description: "all" } },
  ...more,
});
const withPath = (more: object = {}) => documentOf({}, { paths: { "/old": { get: get(more) } } });
const withOperation = (more: object = {}) =>
  documentOf({}, { paths: { "/old": { get: get(more), put: get({ operationId: "putThing" }) } } });
const withoutOperation = documentOf({}, { paths: { "/old": { put: get({ operationId: "putThing" }) } } });
const past = { deprecated: true, [sunset]: "2020-01-01" };
const future = { deprecated: true, [sunset]: "2099-01-01" };
const invalid = { deprecated: true, [sunset]: "soon" };
const early = "Deprecate it first, and remove it after the day that was announced.";

/** Operations that came and went. One that was deprecated, and whose day has passed, may go. */
export const paths: DocumentFamily = {
  name: "paths",
  title: "Paths and operations",
  rules: rulesOf("paths", [
    {
      id: "endpoint-added",
      severity: "note",
      sentence: "{subject} is new.",
      found: [documentOf(), withPath()],
    },
    {
      id: "api-path-removed-without-deprecation",
      severity: "error",
      sentence: "{subject} is gone, with its path{name}.",
      remedy: early,
      found: [withPath(), documentOf()],
    },
    {
      id: "api-path-removed-before-sunset",
      severity: "error",
      sentence: "{subject} is gone, with its path, before {before}, the day that was announced{name}.",
      remedy: "Keep it until that day.",
      found: [withPath(future), documentOf()],
      absent: [withPath(past), documentOf()],
    },
    {
      id: "api-path-removed-with-deprecation",
      severity: "note",
      sentence: "{subject} is gone, with its path, as was announced{name}.",
      found: [withPath(past), documentOf()],
      absent: [withPath(), documentOf()],
    },
    {
      id: "api-path-sunset-parse",
      severity: "error",
      sentence: "{subject} has a day of its end that is no day: {before}.",
      remedy: "Write the day as 2031-12-31.",
      found: [withPath(invalid), documentOf()],
      absent: [withPath(past), documentOf()],
    },
    {
      id: "api-removed-without-deprecation",
      severity: "error",
      sentence: "{subject} is gone{name}.",
      remedy: early,
      found: [withOperation(), withoutOperation],
    },
    {
      id: "api-removed-before-sunset",
      severity: "error",
      sentence: "{subject} is gone before {before}, the day that was announced{name}.",
      remedy: "Keep it until that day.",
      found: [withOperation(future), withoutOperation],
      absent: [withOperation(past), withoutOperation],
    },
    {
      id: "api-removed-with-deprecation",
      severity: "note",
      sentence: "{subject} is gone, as was announced{name}.",
      found: [withOperation(past), withoutOperation],
      absent: [withOperation(), withoutOperation],
    },
    {
      id: "unsettled-operation-removed",
      severity: "note",
      sentence: "{subject} is gone; it was not settled yet{name}.",
      found: [withOperation({ [stability]: "alpha" }), withoutOperation],
      absent: [withOperation(), withoutOperation],
    },
  ]),
  *find(context) {
    for (const gone of context.removed) yield removal(context, gone);
    for (const { operation, otherPath } of context.added)
      yield {
        id: "endpoint-added",
        base: otherPath,
        revision: operation.node.pointer,
        subject: operation.shown,
        operation: operation.title,
      };
  },
};

function removal(context: Context, { operation, withPath, otherPath }: Unpaired): Finding {
  const { value, node, title, shown } = operation;
  const what = withPath ? "api-path" : "api";
  const renamed = renamedTo(context, operation);
  const finding = {
    base: node.pointer,
    revision: renamed?.node.pointer ?? otherPath,
    subject: shown,
    name: renamed ? `; it seems to have become ${renamed.shown}` : "",
    operation: title,
  };
  if (isUnsettled(value[stability])) return { ...finding, id: "unsettled-operation-removed" };
  if (value["deprecated"] !== true) return { ...finding, id: `${what}-removed-without-deprecation` };
  if (value[sunset] === undefined) return { ...finding, id: `${what}-removed-with-deprecation` };
  const day = dayOf(value[sunset]);
  if (day === null) return { ...finding, id: "api-path-sunset-parse", before: value[sunset] };
  return daysBetween(context.policy.today, day) > 0
    ? { ...finding, id: `${what}-removed-before-sunset`, before: day }
    : { ...finding, id: `${what}-removed-with-deprecation` };
}

/** The new operation of the same id, or else the only one that answers and takes the same. */
function renamedTo(
  { added, base, revision, same }: Context,
  operation: OperationReading,
): OperationReading | null {
  const id = operation.value["operationId"];
  const candidates = added.map((one) => one.operation);
  const named = id === undefined ? undefined : candidates.find(({ value }) => value["operationId"] === id);
  if (named) return named;
  const body = base.under(operation.requestBody, "content", "application/json", "schema");
  if (!body) return null;
  const alike = candidates.filter(({ method, requestBody }) => {
    const other = revision.under(requestBody, "content", "application/json", "schema");
    return method === operation.method && other !== null && same.of(body, other);
  });
  return alike.length === 1 ? (alike[0] ?? null) : null;
}
