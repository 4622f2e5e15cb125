import type { Context } from "../document/context.js";
import type { OperationReading } from "../document/contract-reading.js";
import { type DocumentFamily, rulesOf } from "../document/document-family.js";
import { documentOf, jsonBody, reply } from "../document/fixture-documents.js";
import { isLooseMediaType, pairMediaTypes } from "../document/media-types.js";
import type { Finding } from "../rule.js";
import { child, type SchemaNode } from "../schema/schema-node.js";
import { isAnnotationOnly } from "../schema/shape.js";

const map = { type: "object" };
const json = jsonBody(map);
const body = (more: object = {}) => documentOf({ requestBody: { ...json, ...more } });
const several = (...mediaTypes: string[]) => ({
  content: Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema: map }])),
});
const replies = (...mediaTypes: string[]) =>
  documentOf({ responses: { 201: { description: "made", ...several(...mediaTypes) } } });
const bare = { content: { "application/json": {} } };

/** Bodies of requests and replies: whether there are any, and of which media types. */
export const bodies: DocumentFamily = {
  name: "bodies",
  title: "Bodies and media types",
  rules: rulesOf("bodies", [
    {
      id: "request-body-added-required",
      severity: "error",
      direction: "request",
      sentence: "{subject} now needs a request body.",
      remedy: "Make it optional, and do without it what was done before.",
      found: [documentOf(), body({ required: true })],
      absent: [documentOf(), body()],
    },
    {
      id: "request-body-added-optional",
      severity: "note",
      direction: "request",
      sentence: "{subject} now takes a request body.",
      found: [documentOf(), body()],
    },
    {
      id: "request-body-removed",
      severity: "error",
      direction: "request",
      sentence: "{subject} no longer takes a request body.",
      remedy: "Go on taking it, if only to ignore it.",
      found: [body(), documentOf()],
    },
    {
      id: "request-body-became-required",
      severity: "error",
      direction: "request",
      sentence: "{subject} now needs its request body.",
      remedy: "Do without it what was done before.",
      found: [body(), body({ required: true })],
    },
    {
      id: "request-body-became-optional",
      severity: "note",
      direction: "request",
      sentence: "{subject} no longer needs its request body.",
      found: [body({ required: true }), body()],
    },
    {
      id: "request-body-media-type-added",
      severity: "note",
      direction: "request",
      sentence: "{subject} now takes a request body of type {after}.",
      found: [body(), documentOf({ requestBody: several("application/json", "text/csv") })],
    },
    {
      id: "request-body-media-type-removed",
      severity: "error",
      direction: "request",
      sentence: "{subject} no longer takes a request body of type {before}.",
      remedy: "Go on taking it; deprecate it first.",
      found: [documentOf({ requestBody: several("application/json", "text/csv") }), body()],
    },
    {
      id: "request-body-media-type-schema-added",
      severity: "error",
      direction: "request",
      sentence: "The request body of {subject} ({name}) must now meet a schema.",
      remedy: "Go on taking what was valid before.",
      found: [documentOf({ requestBody: bare }), body()],
    },
    {
      id: "request-body-media-type-schema-removed",
      severity: "note",
      direction: "request",
      sentence: "The request body of {subject} ({name}) need no longer meet a schema.",
      found: [body(), documentOf({ requestBody: bare })],
    },
    {
      id: "response-media-type-added",
      severity: "note",
      direction: "response",
      sentence: "The {name} reply of {subject} may now be of type {after}.",
      found: [replies("application/json"), replies("application/json", "text/csv")],
    },
    {
      id: "response-media-type-removed",
      severity: "error",
      direction: "response",
      sentence: "The {name} reply of {subject} is no longer of type {before}.",
      remedy: "Go on offering it; deprecate it first.",
      found: [replies("application/json", "text/csv"), replies("application/json")],
    },
    {
      id: "response-media-type-name-changed",
      severity: "note",
      direction: "response",
      sentence: "The type of the {name} reply of {subject} is now written {after}; it was {before}.",
      found: [replies("application/json; charset=utf-8"), replies("application/json; charset=us-ascii")],
      absent: [replies("application/json; charset=utf-8"), replies("application/json; charset=utf-8")],
    },
    {
      id: "response-media-type-name-generalized",
      severity: "error",
      direction: "response",
      sentence: "The {name} reply of {subject} may now be of any type {after}; it was {before}.",
      remedy: "Callers know the old type only; go on with it.",
      found: [replies("application/json"), replies("application/*")],
    },
    {
      id: "response-media-type-name-specialized",
      severity: "note",
      direction: "response",
      sentence: "The {name} reply of {subject} is now of type {after}; it was any of {before}.",
      found: [replies("application/*"), replies("application/json")],
    },
    {
      id: "response-body-media-type-schema-added",
      severity: "note",
      direction: "response",
      sentence: "The {name} reply of {subject} now meets a schema.",
      found: [documentOf({ responses: { 201: { description: "made", ...bare } } }), documentOf(reply(map))],
    },
    {
      id: "response-body-media-type-schema-removed",
      severity: "warning",
      direction: "response",
      sentence: "The {name} reply of {subject} need no longer meet a schema.",
      remedy: "Callers rely on its shape; keep to it.",
      found: [documentOf(reply(map)), documentOf({ responses: { 201: { description: "made", ...bare } } })],
    },
  ]),
  *find(context) {
    for (const { base, revision } of context.all) {
      const isOurs = base.kind === "operation";
      // What the API sends to others is a reply to them, whatever OpenAPI calls it.
      if (isOurs) yield* compareRequestBodies(context, base, revision);
      else yield* compareSent(context, base, revision);
      const others = new Map(revision.responses.map((response) => [response.key.toUpperCase(), response]));
      for (const from of base.responses) {
        const to = others.get(from.key.toUpperCase());
        if (!to) continue;
        if (isOurs) yield* compareResponses(context, base, from.key, from, to);
        else yield* compareAnswers(context, base, from, to);
      }
    }
  },
};

function* compareRequestBodies(
  context: Context,
  base: OperationReading,
  revision: OperationReading,
): Iterable<Finding> {
  const [from, to] = [base.requestBody, revision.requestBody];
  const made = maker(base, from?.pointer ?? base.node.pointer, to?.pointer ?? revision.node.pointer);
  const isRequired = (node: SchemaNode): boolean => child(node, "required")?.value === true;
  if (!from && to) yield made(isRequired(to) ? "request-body-added-required" : "request-body-added-optional");
  if (from && !to) yield made("request-body-removed");
  if (!from || !to) return;
  if (isRequired(from) !== isRequired(to))
    yield made(isRequired(to) ? "request-body-became-required" : "request-body-became-optional");
  const match = pairMediaTypes(
    context.base.entries(from, "content"),
    context.revision.entries(to, "content"),
    "request",
  );
  for (const { key, pointer } of match.removed)
    yield made("request-body-media-type-removed", { before: key, base: pointer });
  for (const { key, pointer } of match.added)
    yield made("request-body-media-type-added", { after: key, revision: pointer });
  for (const [was, is] of match.pairs) {
    const [schema, newSchema] = [child(was, "schema"), child(is, "schema")];
    if (!schema && demands(newSchema)) yield made("request-body-media-type-schema-added", { name: was.key });
    if (demands(schema) && !newSchema)
      yield made("request-body-media-type-schema-removed", { name: was.key });
    if (!schema || !newSchema) continue;
    yield* context.schemas({
      holder: "body",
      direction: "request",
      isLoose: isLooseMediaType(was.key),
      subject: `the request body of ${base.shown}${match.pairs.length > 1 ? ` (${was.key})` : ""}`,
      operation: base,
      base: schema,
      revision: newSchema,
    });
  }
}

/** The body of a webhook or a callback: its receiver is the caller of everything else. */
function* compareSent(
  context: Context,
  base: OperationReading,
  revision: OperationReading,
): Iterable<Finding> {
  const match = pairMediaTypes(
    context.base.entries(base.requestBody, "content"),
    context.revision.entries(revision.requestBody, "content"),
    "response",
  );
  const made = maker(base, base.node.pointer, revision.node.pointer);
  for (const { key, pointer } of match.removed)
    yield made("webhook-media-type-removed", { before: key, base: pointer });
  for (const { key, pointer } of match.added)
    yield made("webhook-media-type-added", { after: key, revision: pointer });
  for (const [was, is] of match.pairs) {
    const [schema, newSchema] = [child(was, "schema"), child(is, "schema")];
    if (!schema || !newSchema) continue;
    yield* context.schemas({
      holder: "body",
      direction: "response",
      isLoose: isLooseMediaType(was.key),
      subject: `the body of the ${base.shown}`,
      operation: base,
      base: schema,
      revision: newSchema,
    });
  }
}

function* compareResponses(
  context: Context,
  operation: OperationReading,
  status: string,
  from: SchemaNode,
  to: SchemaNode,
): Iterable<Finding> {
  const made = maker(operation, from.pointer, to.pointer);
  const match = pairMediaTypes(
    context.base.entries(from, "content"),
    context.revision.entries(to, "content"),
    "response",
  );
  const name = status;
  for (const { key, pointer } of match.removed)
    yield made("response-media-type-removed", { name, before: key, base: pointer });
  for (const { key, pointer } of match.added)
    yield made("response-media-type-added", { name, after: key, revision: pointer });
  for (const [was, is, relation] of match.pairs) {
    if (relation !== "same")
      yield made(`response-media-type-name-${relation}`, { name, before: was.key, after: is.key });
    const [schema, newSchema] = [child(was, "schema"), child(is, "schema")];
    if (!schema && demands(newSchema)) yield made("response-body-media-type-schema-added", { name });
    if (demands(schema) && !newSchema) yield made("response-body-media-type-schema-removed", { name });
    if (!schema || !newSchema) continue;
    yield* context.schemas({
      holder: "body",
      direction: "response",
      isLoose: isLooseMediaType(was.key),
      subject: `the ${status} reply of ${operation.shown}${match.pairs.length > 1 ? ` (${was.key})` : ""}`,
      operation,
      base: schema,
      revision: newSchema,
    });
  }
}

/** What the receiver of a webhook answers is what the API is sent. */
function* compareAnswers(
  context: Context,
  operation: OperationReading,
  from: SchemaNode & { readonly key: string },
  to: SchemaNode,
): Iterable<Finding> {
  const match = pairMediaTypes(
    context.base.entries(from, "content"),
    context.revision.entries(to, "content"),
    "request",
  );
  for (const [was, is] of match.pairs) {
    const [schema, newSchema] = [child(was, "schema"), child(is, "schema")];
    if (!schema || !newSchema) continue;
    yield* context.schemas({
      holder: "body",
      direction: "request",
      isLoose: isLooseMediaType(was.key),
      subject: `the ${from.key} answer to the ${operation.shown}`,
      operation,
      base: schema,
      revision: newSchema,
    });
  }
}

function maker(operation: OperationReading, base: string, revision: string) {
  return (id: string, more: Partial<Finding> = {}): Finding => ({
    base,
    revision,
    subject: operation.shown,
    operation: operation.title,
    ...more,
    id,
  });
}

/** A schema that says nothing of values is as good as none. */
const demands = (schema: SchemaNode | null): boolean => schema !== null && !isAnnotationOnly(schema.value);
