import { documentWords, readClientNames, speaksOurs } from "../../contract/extensions.js";
import { pascalCase } from "../../contract/names.js";
import type { JsonObject } from "../../load/document-walk.js";
import type { Context } from "../document/context.js";
import type { ContractReading } from "../document/contract-reading.js";
import { type DocumentFamily, rulesOf } from "../document/document-family.js";
import { documentOf, reply } from "../document/fixture-documents.js";
import type { Finding } from "../rule.js";
import { children, mapOf, type SchemaNode, textOf } from "../schema/schema-node.js";
import { compareMethods } from "./client-methods.js";

const ours = (operation: JsonObject = {}, more: JsonObject = {}): JsonObject =>
  documentOf(operation, { [documentWords.client]: {}, ...more });
const thing = { type: "object", properties: { id: { type: "string" } } };
const typed = (name: string) =>
  ours(reply({ $ref: `#/components/schemas/${name}` }), { components: { schemas: { [name]: thing } } });
const enumOf = (...values: string[]) =>
  ours(reply({ $ref: "#/components/schemas/Kind" }), {
    components: { schemas: { Kind: { type: "string", enum: values } } },
  });
const answers = (...statuses: string[]) =>
  ours({
    responses: Object.fromEntries(["201", ...statuses].map((status) => [status, { description: "so" }])),
  });
const form = {
  "multipart/form-data": {
    schema: { type: "object", properties: { a: { type: "string", format: "binary" } } },
  },
};
const json = { "application/json": { schema: thing } };
const sending = (content: object) => ours({ operationId: "things.create", requestBody: { content } });
const named = (client: object) => documentOf({}, { [documentWords.client]: client });

/** What the users of a generated client meet at compile time, where nothing changed on the wire. */
export const client: DocumentFamily = {
  name: "client",
  title: "Names of the generated client",
  rules: rulesOf("client", [
    {
      id: "client-method-renamed",
      severity: "error",
      sentence: "The client's method {before} is now {after}.",
      remedy: "Keep the operation's id: who calls the method can't compile.",
      found: [documentOf({ operationId: "things.create" }), documentOf({ operationId: "things.make" })],
      absent: [documentOf({ operationId: "things.create" }), documentOf({ operationId: "things/create" })],
    },
    {
      id: "client-method-removed",
      severity: "error",
      sentence: "The client's method {before} is gone.",
      remedy: "Keep the media type that it sends: who calls the method can't compile.",
      found: [sending({ ...json, ...form }), sending(json)],
    },
    {
      id: "client-method-body-moved",
      severity: "error",
      sentence:
        "The client's method {name} now sends {after}; it sent {before}, which another method does now.",
      remedy: `Give the new media type a name of its own (${documentWords.method}): who calls the method can't compile.`,
      found: [sending(form), sending({ ...json, ...form })],
      absent: [
        sending(form),
        sending({
          "application/json": { ...json["application/json"], [documentWords.method]: "make" },
          ...form,
        }),
      ],
    },
    {
      id: "client-type-renamed",
      severity: "warning",
      sentence: "The client's type {before} is now called {after}.",
      remedy: "Keep the name, or keep a schema of the old name that refers to the new one.",
      found: [typed("Thing"), typed("Item")],
      absent: [typed("Thing"), typed("Thing")],
    },
    {
      id: "client-type-removed",
      severity: "warning",
      sentence: "The client's type {before} is gone.",
      remedy: "Keep a schema of that name: who imports the type can't compile.",
      found: [typed("Thing"), ours(reply(thing))],
    },
    {
      id: "client-enum-member-removed",
      severity: "warning",
      sentence: "The value {before} is no longer in the client's type {name}.",
      remedy: "Keep the value in the type: who compares with it can't compile.",
      found: [enumOf("a", "b"), enumOf("a")],
    },
    {
      id: "client-error-class-removed",
      severity: "warning",
      sentence:
        "{subject} no longer declares the error {before}: the client's type of its errors has lost that class.",
      remedy: "Go on declaring it while it can happen.",
      found: [answers("404"), answers()],
    },
    {
      id: "client-class-renamed",
      severity: "error",
      sentence: "The client's class {before} is now {after}.",
      remedy: "Keep the name: who imports it can't compile.",
      found: [named({ className: "ThingsClient" }), named({ className: "ItemsClient" })],
      absent: [named({ className: "ThingsClient" }), named({})],
    },
    {
      id: "client-package-renamed",
      severity: "error",
      sentence: "The client's package {before} is now {after}.",
      remedy: "Keep the name: an update never reaches who has installed the old one.",
      found: [named({ packageName: "things" }), named({ packageName: "items" })],
      absent: [named({ packageName: "things-client" }), named({})],
    },
    {
      id: "client-key-variable-renamed",
      severity: "error",
      sentence: "The client now takes its key from the variable {after}; it was {before}.",
      remedy: "Keep the name: applications that are deployed have set the old one.",
      found: [named({ apiKeyEnv: "THINGS_KEY" }), named({ apiKeyEnv: "ITEMS_KEY" })],
      absent: [named({ apiKeyEnv: "THINGS_API_KEY" }), named({})],
    },
  ]),
  *find(context) {
    yield* compareMethods(context);
    const { base, revision } = context;
    // Only of a document that was written for it do we know that a client is made, and by which names.
    if (!speaksOurs(base.document) || !speaksOurs(revision.document)) return;
    yield* compareNames(base.document, revision.document);
    yield* compareTypes(context);
    yield* compareErrors(context);
  },
};

function* compareNames(from: JsonObject, to: JsonObject): Iterable<Finding> {
  const [was, is] = [from, to].map((document) => {
    const given = mapOf(document[documentWords.client]);
    const shaped = Object.fromEntries(Object.entries(given).filter(([, name]) => typeof name === "string"));
    return readClientNames(
      { [documentWords.client]: shaped },
      textOf(mapOf(document["info"])["title"]) ?? "",
    );
  });
  const pointer = `#/${documentWords.client}`;
  for (const [key, id] of [
    ["className", "client-class-renamed"],
    ["packageName", "client-package-renamed"],
    ["apiKeyEnv", "client-key-variable-renamed"],
  ] as const)
    if (was?.[key] !== is?.[key])
      yield {
        id,
        base: pointer,
        revision: pointer,
        subject: "The client",
        before: was?.[key],
        after: is?.[key],
        operation: null,
      };
}

const schemasOf = (reading: ContractReading): readonly (SchemaNode & { readonly key: string })[] =>
  children(reading.under(reading.root, "components", "schemas"));

function* compareTypes({ base, revision, same }: Context): Iterable<Finding> {
  const [from, to] = [schemasOf(base), schemasOf(revision)];
  const old = new Set(from.map(({ key }) => pascalCase(key)));
  const fresh = new Map(to.map((schema) => [pascalCase(schema.key), schema]));
  for (const schema of from) {
    const name = pascalCase(schema.key);
    const made = (id: string, more: Partial<Finding>): Finding => ({
      base: schema.pointer,
      revision: null,
      subject: "The client",
      operation: null,
      before: name,
      ...more,
      id,
    });
    const other = fresh.get(name);
    if (!other) {
      const renamed = to.find((one) => !old.has(pascalCase(one.key)) && same.of(schema, one));
      yield renamed
        ? made("client-type-renamed", { after: pascalCase(renamed.key), revision: renamed.pointer })
        : made("client-type-removed", {});
      continue;
    }
    const [values, others] = [base.shapes.shapeOf(schema).values, revision.shapes.shapeOf(other).values];
    for (const value of values ?? [])
      if (others && !others.includes(value))
        yield made("client-enum-member-removed", {
          name: `\`${name}\``,
          before: value,
          revision: other.pointer,
        });
  }
}

function* compareErrors({ pairs }: Context): Iterable<Finding> {
  for (const { base, revision } of pairs) {
    const kept = new Set(revision.responses.map(({ key }) => key.toUpperCase()));
    for (const { key, pointer } of base.responses) {
      if (!/^[45]\d\d$/.test(key) || kept.has(key) || kept.has(`${key[0]}XX`)) continue;
      yield {
        id: "client-error-class-removed",
        base: pointer,
        revision: revision.node.pointer,
        subject: base.shown,
        before: key,
        operation: base.title,
      };
    }
  }
}
