import type { Context } from "../document/context.js";
import type { OperationReading } from "../document/contract-reading.js";
import { type DocumentFamily, rulesOf } from "../document/document-family.js";
import { documentOf, jsonBody } from "../document/fixture-documents.js";
import type { Finding } from "../rule.js";

const text = { type: "string" };
const delivery = (more: object = {}) => ({
  requestBody: jsonBody({ type: "object", properties: { id: text } }),
  responses: { 200: { description: "taken" } },
  ...more,
});
const hook = (more: object = {}, method = "post") =>
  documentOf({}, { webhooks: { done: { [method]: delivery(more) } } });
const callback = (declared: boolean) =>
  documentOf(declared ? { callbacks: { done: { "{$request.body#/url}": { post: delivery() } } } } : {});
const types = (...mediaTypes: string[]) => ({
  requestBody: {
    content: Object.fromEntries(mediaTypes.map((type) => [type, { schema: { type: "object" } }])),
  },
});
const header = (declared: boolean) => ({
  parameters: declared ? [{ name: "Delivery", in: "header", schema: text }] : [],
});
const answers = (...statuses: string[]) => ({
  responses: Object.fromEntries(statuses.map((status) => [status, { description: "so" }])),
});

/** What the API itself calls. Its receivers are the callers of everything else, so everything is judged in reverse. */
export const webhooks: DocumentFamily = {
  name: "webhooks",
  title: "Webhooks and callbacks",
  rules: rulesOf("webhooks", [
    { id: "webhook-added", severity: "note", sentence: "{subject} is new.", found: [documentOf(), hook()] },
    {
      id: "webhook-removed",
      severity: "error",
      sentence: "{subject} is gone.",
      remedy: "Receivers wait for it; go on sending it.",
      found: [hook(), documentOf()],
    },
    {
      id: "webhook-method-changed",
      severity: "error",
      direction: "response",
      sentence: "{subject} is now sent by {after}; it was {before}.",
      remedy: "Receivers listen to the old method only; go on with it.",
      found: [hook(), hook({}, "put")],
      absent: [hook(), hook({ summary: "Done" })],
    },
    {
      id: "callback-added",
      severity: "note",
      sentence: "{subject} is new.",
      found: [callback(false), callback(true)],
    },
    {
      id: "callback-removed",
      severity: "error",
      sentence: "{subject} is gone.",
      remedy: "Receivers wait for it; go on sending it.",
      found: [callback(true), callback(false)],
    },
    {
      id: "webhook-body-removed",
      severity: "error",
      direction: "response",
      sentence: "{subject} no longer has a body.",
      remedy: "Go on sending it.",
      found: [hook(), hook({ requestBody: undefined })],
    },
    {
      id: "webhook-body-added",
      severity: "note",
      direction: "response",
      sentence: "{subject} now has a body.",
      found: [hook({ requestBody: undefined }), hook()],
    },
    {
      id: "webhook-media-type-added",
      severity: "error",
      direction: "response",
      sentence: "{subject} may now be sent as {after}.",
      remedy: "Receivers read the old type only; go on with it.",
      found: [hook(types("application/json")), hook(types("application/json", "text/csv"))],
    },
    {
      id: "webhook-media-type-removed",
      severity: "note",
      direction: "response",
      sentence: "{subject} is no longer sent as {before}.",
      found: [hook(types("application/json", "text/csv")), hook(types("application/json"))],
    },
    {
      id: "webhook-header-removed",
      severity: "warning",
      direction: "response",
      sentence: "{subject} no longer has the header or parameter {name}.",
      remedy: "Go on sending it.",
      found: [hook(header(true)), hook(header(false))],
    },
    {
      id: "webhook-header-added",
      severity: "note",
      direction: "response",
      sentence: "{subject} has the new header or parameter {name}.",
      found: [hook(header(false)), hook(header(true))],
    },
    {
      id: "webhook-answer-removed",
      severity: "error",
      direction: "request",
      sentence: "{subject} no longer takes the answer {before}.",
      remedy: "Go on taking it.",
      found: [hook(answers("200", "202")), hook(answers("200"))],
    },
    {
      id: "webhook-answer-added",
      severity: "note",
      direction: "request",
      sentence: "{subject} now takes the answer {after}.",
      found: [hook(answers("200")), hook(answers("200", "202"))],
    },
  ]),
  *find(context) {
    yield* compareWebhooks(context);
    for (const { base, revision } of context.pairs) yield* compareCallbacks(base, revision);
    for (const { base, revision } of context.all) {
      if (base.kind !== "operation") yield* compareDelivery(context, base, revision);
    }
  },
};

const titleOf = ({ shown }: OperationReading): string => `The ${shown}`;

function* compareWebhooks({ base, revision }: Context): Iterable<Finding> {
  const others = new Map(revision.webhooks.map((webhook) => [webhook.path, webhook]));
  const known = new Set(base.webhooks.map(({ path }) => path));
  for (const { path, node, operations } of base.webhooks) {
    const other = others.get(path);
    const subject = `The webhook \`${path}\``;
    if (!other) {
      yield {
        id: "webhook-removed",
        base: node.pointer,
        revision: null,
        subject,
        operation: `webhook ${path}`,
      };
      continue;
    }
    const methods = (reading: typeof other): string =>
      reading.operations.map(({ method }) => method.toUpperCase()).join(", ");
    const gone = operations.filter(({ method }) => !other.operations.some((one) => one.method === method));
    if (gone.length > 0)
      yield {
        id: "webhook-method-changed",
        base: node.pointer,
        revision: other.node.pointer,
        subject,
        before: operations.map(({ method }) => method.toUpperCase()).join(", "),
        after: methods(other),
        operation: `webhook ${path}`,
      };
  }
  for (const { path, node } of revision.webhooks)
    if (!known.has(path))
      yield {
        id: "webhook-added",
        base: null,
        revision: node.pointer,
        subject: `The webhook \`${path}\``,
        operation: `webhook ${path}`,
      };
}

function* compareCallbacks(base: OperationReading, revision: OperationReading): Iterable<Finding> {
  const titles = (operation: OperationReading): Set<string> =>
    new Set(operation.callbacks.map(({ title }) => title));
  const [from, to] = [titles(base), titles(revision)];
  for (const callback of base.callbacks)
    if (!to.has(callback.title))
      yield {
        id: "callback-removed",
        base: callback.node.pointer,
        revision: revision.node.pointer,
        subject: `${titleOf(callback)} of ${base.shown}`,
        operation: base.title,
      };
  for (const callback of revision.callbacks)
    if (!from.has(callback.title))
      yield {
        id: "callback-added",
        base: base.node.pointer,
        revision: callback.node.pointer,
        subject: `${titleOf(callback)} of ${base.shown}`,
        operation: base.title,
      };
}

function* compareDelivery(
  context: Context,
  base: OperationReading,
  revision: OperationReading,
): Iterable<Finding> {
  const made = (id: string, more: Partial<Finding> = {}): Finding => ({
    base: base.node.pointer,
    revision: revision.node.pointer,
    subject: titleOf(base),
    operation: base.title,
    ...more,
    id,
  });
  if (base.requestBody && !revision.requestBody)
    yield made("webhook-body-removed", { base: base.requestBody.pointer });
  if (!base.requestBody && revision.requestBody)
    yield made("webhook-body-added", { revision: revision.requestBody.pointer });
  const key = ({ name, in: place }: (typeof base.parameters)[number]): string =>
    `${place} ${name.toLowerCase()}`;
  const others = new Map(revision.parameters.map((parameter) => [key(parameter), parameter]));
  for (const from of base.parameters) {
    const to = others.get(key(from));
    others.delete(key(from));
    if (!to) {
      yield made("webhook-header-removed", { name: `\`${from.name}\``, base: from.node.pointer });
      continue;
    }
    const [schema, newSchema] = [
      context.base.under(from.node, "schema"),
      context.revision.under(to.node, "schema"),
    ];
    if (schema && newSchema)
      yield* context.schemas({
        holder: "header",
        direction: "response",
        isLoose: true,
        subject: `the ${from.in} parameter \`${from.name}\` of the ${base.shown}`,
        operation: base,
        base: schema,
        revision: newSchema,
      });
  }
  for (const to of others.values())
    yield made("webhook-header-added", { name: `\`${to.name}\``, revision: to.node.pointer });
  const statuses = (operation: OperationReading): string[] =>
    operation.responses.map(({ key: status }) => status);
  const [from, to] = [statuses(base), statuses(revision)];
  for (const status of from)
    if (!to.includes(status)) yield made("webhook-answer-removed", { before: status });
  for (const status of to) if (!from.includes(status)) yield made("webhook-answer-added", { after: status });
}
