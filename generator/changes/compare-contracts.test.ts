import { describe, expect, test } from "vitest";
import type { JsonObject } from "../load/document-walk.js";
import { compareContracts } from "./compare-contracts.js";
import { documentOf, jsonBody, parameter, reply } from "./document/fixture-documents.js";

const policy = { today: "2026-08-01", deprecationDays: { beta: 0, stable: 0 } };
const compare = (base: JsonObject, revision: JsonObject) => compareContracts(base, revision, policy);
/** `severity id`, of what matters. */
const loud = (base: JsonObject, revision: JsonObject): string[] =>
  compare(base, revision)
    .filter(({ severity }) => severity !== "note")
    .map(({ severity, id }) => `${severity} ${id}`);

const thing: JsonObject = {
  type: "object",
  required: ["id", "kind"],
  properties: {
    id: { type: "string", format: "uuid" },
    kind: { type: "string", enum: ["a", "b"] },
    next: { $ref: "#/components/schemas/Thing" },
    tag: { type: "string", const: "only" },
  },
};
const inline = (depth: number): JsonObject => ({
  ...thing,
  properties: {
    ...(thing["properties"] as JsonObject),
    next: depth > 0 ? inline(depth - 1) : { $ref: "#/components/schemas/Thing" },
  },
});
const withThing = (
  name: string,
  schema: JsonObject = thing,
  use: JsonObject = { $ref: `#/components/schemas/${name}` },
) =>
  JSON.parse(
    JSON.stringify(
      documentOf(
        { requestBody: jsonBody(use), ...reply(use) },
        { components: { schemas: { [name]: schema } } },
      ),
    ).replaceAll("#/components/schemas/Thing", `#/components/schemas/${name}`),
  ) as JsonObject;

const bareBody = { content: { "application/json": {} } };
const bareReply = { responses: { 201: { description: "made", ...bareBody } } };

describe("silent", () => {
  const base = withThing("Thing");
  const pair = (a: JsonObject, b: JsonObject) =>
    [
      documentOf({ requestBody: jsonBody(a), ...reply(a) }),
      documentOf({ requestBody: jsonBody(b), ...reply(b) }),
    ] as const;
  const flat = {
    type: "object",
    required: ["a"],
    properties: { a: { type: "string" }, b: { type: "integer" } },
  };
  const given: readonly (readonly [what: string, base: JsonObject, revision: JsonObject])[] = [
    ["itself", base, base],
    ["a renamed component, recursive", base, withThing("Item")],
    [
      "a $ref written in place",
      documentOf(reply({ $ref: "#/components/schemas/Flat" }), { components: { schemas: { Flat: flat } } }),
      documentOf(reply(flat)),
    ],
    ["a reordered map", base, JSON.parse(JSON.stringify(base, (_, value) => reversed(value))) as JsonObject],
    ["a single allOf", ...pair(flat, { allOf: [flat] })],
    ["a single allOf with words beside it", ...pair(flat, { description: "flat", allOf: [flat] })],
    [
      "an allOf of parts",
      ...pair(flat, {
        allOf: [
          { type: "object", required: ["a"], properties: { a: { type: "string" } } },
          { type: "object", properties: { b: { type: "integer" } } },
        ],
      }),
    ],
    ["a single oneOf", ...pair(flat, { oneOf: [flat] })],
    ["const for an enum of one", ...pair({ type: "string", const: "a" }, { type: "string", enum: ["a"] })],
    [
      "null by type and by anyOf",
      ...pair({ type: ["string", "null"] }, { anyOf: [{ type: "string" }, { type: "null" }] }),
    ],
    [
      "types as a list and as a union",
      ...pair({ type: ["string", "integer"] }, { oneOf: [{ type: "string" }, { type: "integer" }] }),
    ],
    [
      "reordered enum and required",
      ...pair({ type: "string", enum: ["a", "b"] }, { type: "string", enum: ["b", "a"] }),
    ],
    [
      "reordered oneOf",
      ...pair({ oneOf: [flat, { type: "string" }] }, { oneOf: [{ type: "string" }, flat] }),
    ],
    [
      "a type that was implied",
      ...pair({ properties: { a: {} } }, { type: "object", properties: { a: {} } }),
    ],
    ["additionalProperties true and left out", ...pair(flat, { ...flat, additionalProperties: true })],
    [
      "words and examples",
      ...pair(flat, { ...flat, description: "new", examples: [{ a: "x" }], title: "Flat" }),
    ],
    ["a schema that says nothing, for none", documentOf(reply(true as never)), documentOf(bareReply)],
    [
      "none, for a schema that says nothing",
      documentOf({ requestBody: bareBody }),
      documentOf({ requestBody: jsonBody({}) }),
    ],
    ["a foreign extension", ...pair(flat, { ...flat, "x-internal": true })],
    ["a parameter of the path, moved to the operation", withPathParameter(true), withPathParameter(false)],
    ["a renamed path parameter", named("id"), named("thingId")],
    [
      "a default that is written out",
      documentOf(parameter({ type: "string" })),
      documentOf(parameter({ type: "string" }, { style: "form", explode: true, required: false })),
    ],
    ["a renamed security scheme", secured("key"), secured("apiKey")],
    [
      "capitals of a header",
      documentOf(parameter({ type: "string" }, { in: "header", name: "X-A" })),
      documentOf(parameter({ type: "string" }, { in: "header", name: "x-a" })),
    ],
  ];
  test.each(given)("%s", (what, from, to) => {
    const ids = compare(from, to).map(({ id }) => id);
    const expected =
      what === "a renamed security scheme"
        ? ["api-security-component-removed", "api-security-component-added"]
        : [];
    expect(ids.sort()).toEqual(expected.sort());
  });

  test("a recursive schema, inlined some levels deep", () => {
    expect(loud(withThing("Thing"), withThing("Thing", thing, inline(2)))).toEqual([]);
  });
});

function reversed(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).reverse());
}

function withPathParameter(ofPath: boolean): JsonObject {
  const parameters = [{ name: "q", in: "query", schema: { type: "string" } }];
  const get = { responses: { 200: { description: "all" } }, ...(ofPath ? {} : { parameters }) };
  return documentOf({}, { paths: { "/others": { ...(ofPath ? { parameters } : {}), get } } });
}

function named(name: string): JsonObject {
  const get = {
    parameters: [{ name, in: "path", required: true, schema: { type: "string" } }],
    responses: { 200: { description: "one" } },
  };
  return documentOf({}, { paths: { [`/others/{${name}}`]: { get } } });
}

function secured(name: string): JsonObject {
  return documentOf(
    { security: [{ [name]: [] }] },
    { components: { securitySchemes: { [name]: { type: "apiKey", in: "header", name: "X-Key" } } } },
  );
}

describe("direction", () => {
  const both = (schema: JsonObject): JsonObject =>
    documentOf({ requestBody: jsonBody(schema), ...reply(schema) });
  const webhook = (schema: JsonObject): JsonObject =>
    documentOf(
      {},
      {
        webhooks: {
          done: {
            post: {
              requestBody: jsonBody(schema),
              responses: { 200: { description: "ok", ...jsonBody(schema) } },
            },
          },
        },
      },
    );
  const callback = (schema: JsonObject): JsonObject =>
    documentOf({
      callbacks: {
        done: {
          "{$request.body#/url}": {
            post: { requestBody: jsonBody(schema), responses: { 200: { description: "ok" } } },
          },
        },
      },
    });
  const few = { type: "array", items: { type: "string" }, maxItems: 3 };
  const many = { ...few, maxItems: 5 };
  const object = (required: string[]) => ({
    type: "object",
    properties: { a: { type: "string" } },
    required,
  });

  test.each<[string, JsonObject, JsonObject, string[]]>([
    [
      "a narrower body breaks who sends it",
      both(many),
      both(few),
      ["error request-body-max-items-decreased"],
    ],
    [
      "a wider body breaks who is sent it",
      both(few),
      both(many),
      ["error response-body-max-items-increased"],
    ],
    [
      "what a webhook sends, its receiver is sent",
      webhook(few),
      webhook(many),
      ["error response-body-max-items-increased"],
    ],
    [
      "what a webhook is answered, its receiver sends",
      webhook(many),
      webhook(few),
      ["error request-body-max-items-decreased"],
    ],
    [
      "a callback is a webhook of one operation",
      callback(few),
      callback(many),
      ["error response-body-max-items-increased"],
    ],
    [
      "a new required property",
      both(object([])),
      both(object(["a"])),
      ["error request-property-became-required"],
    ],
    [
      "a property that is no longer required",
      both(object(["a"])),
      both(object([])),
      ["error response-property-became-optional"],
    ],
  ])("%s", (_, base, revision, want) => {
    expect(loud(base, revision).filter((one) => !one.includes("api-version"))).toEqual(want);
  });

  const marked = (word: string, required: string[]) => ({
    type: "object",
    properties: { a: { type: "string", [word]: true } },
    required,
  });
  test("what only a reply may hold breaks no request, and the reverse", () => {
    expect(loud(both(marked("readOnly", [])), both(marked("readOnly", ["a"])))).toEqual([]);
    expect(loud(both(marked("writeOnly", ["a"])), both(marked("writeOnly", [])))).toEqual([]);
    expect(loud(both(marked("writeOnly", [])), both(marked("writeOnly", ["a"])))).toEqual([
      "error request-property-became-required",
    ]);
  });
});

describe("a change", () => {
  test("of a component is told once, with every operation that it reaches", () => {
    const make = (kind: string[]): JsonObject => {
      const use = reply({ $ref: "#/components/schemas/Thing" });
      const schema = {
        ...thing,
        properties: { ...(thing["properties"] as JsonObject), kind: { type: "string", enum: kind } },
      };
      const paths = Object.fromEntries(["/a", "/b", "/c"].map((path) => [path, { get: use }]));
      return documentOf(use, { paths, components: { schemas: { Thing: schema } } });
    };
    const changes = compare(make(["a"]), make(["a", "b"])).filter(({ family }) => family !== "versions");
    expect(changes.map(({ id, operations }) => ({ id, operations }))).toEqual([
      {
        id: "response-property-enum-value-added",
        operations: ["POST /things", "GET /a", "GET /b", "GET /c"],
      },
    ]);
  });

  test("keeps its fingerprint when other things change, and has one of its own", () => {
    const print = (base: JsonObject, revision: JsonObject) =>
      compare(base, revision).map(({ id, fingerprint }) => [id, fingerprint]);
    const [from, to] = [
      documentOf(parameter({ type: "string" })),
      documentOf(parameter({ type: "integer" })),
    ];
    const more = { paths: { "/z": { get: { responses: { 200: { description: "z" } } } } } };
    const changed = print(from, to).find(([id]) => id === "request-parameter-type-changed");
    expect(print(from, { ...to, paths: { ...(to["paths"] as JsonObject), ...more.paths } })).toContainEqual(
      changed,
    );
    const prints = print(from, documentOf()).map(([, fingerprint]) => fingerprint);
    expect(new Set([...prints, changed?.[1]]).size).toBe(prints.length + 1);
  });

  test("of an item is told once, and not as other lists among the alternatives", () => {
    const make = (maxLength: number): JsonObject => {
      const lists = ["One", "Two"].map((name) => ({
        type: "array",
        items: { $ref: `#/components/schemas/${name}` },
      }));
      const named = (key: string): JsonObject => ({
        type: "object",
        properties: { [key]: { type: "string", maxLength } },
      });
      return documentOf(reply({ anyOf: lists }), {
        components: { schemas: { One: named("a"), Two: named("b") } },
      });
    };
    expect(loud(make(3), make(5))).toEqual([
      "error response-property-max-length-increased",
      "error response-property-max-length-increased",
    ]);
  });

  test("of a path is told as a new name, if one is to be seen", () => {
    const at = (path: string): JsonObject =>
      documentOf(
        {},
        { paths: { [path]: { get: { operationId: "list", responses: { 200: { description: "all" } } } } } },
      );
    const [gone] = compare(at("/old"), at("/new"));
    expect(gone?.message).toBe("`GET /old` is gone, with its path; it seems to have become `GET /new`.");
  });

  test("names no property that is in the way of JavaScript's own", () => {
    const own = JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"string"},"toString":{"type":"string"}}}',
    ) as JsonObject;
    expect(loud(documentOf(reply(own)), documentOf(reply({ type: "object" })))).toEqual([
      "warning response-optional-property-removed",
      "warning response-optional-property-removed",
      "warning response-optional-property-removed",
    ]);
  });
});

describe("alternatives and parts, where one side has a single one", () => {
  const holding = (name: string): JsonObject => ({
    type: "object",
    required: [name],
    properties: { [name]: { type: "string" } },
  });
  const [a, b, c] = [holding("a"), holding("b"), holding("c")];
  const wide = { ...a, required: [] };
  test.each<[string, JsonObject, JsonObject, string[]]>([
    ["another", { oneOf: [a] }, { oneOf: [a, b] }, ["response-body-one-of-added"]],
    [
      "another, beside the type",
      { type: "object", oneOf: [a] },
      { type: "object", oneOf: [b, a] },
      ["response-body-one-of-added"],
    ],
    ["another of anyOf", { anyOf: [a] }, { anyOf: [a, b] }, ["response-body-any-of-added"]],
    [
      "all others gone",
      { oneOf: [a, b, c] },
      { oneOf: [b] },
      ["response-body-one-of-removed", "response-body-one-of-removed"],
    ],
    [
      "another, and the one changed",
      { oneOf: [{ ...a, title: "A" }] },
      { oneOf: [{ ...wide, title: "A" }, b] },
      ["response-property-became-optional", "response-body-one-of-added"],
    ],
    ["no union before", a, { oneOf: [a, b] }, ["response-body-wrapped-in-one-of"]],
    [
      "a second part",
      { allOf: [a] },
      { allOf: [a, b] },
      ["response-required-property-added", "response-body-all-of-added"],
    ],
    [
      "one part of two left",
      { allOf: [a, b] },
      { allOf: [a] },
      ["response-required-property-removed", "response-body-all-of-removed"],
    ],
  ])("%s", (_, from, to, want) => {
    const ids = compare(documentOf(reply(from)), documentOf(reply(to))).map(({ id }) => id);
    expect(ids.filter((id) => id !== "api-version-not-bumped").sort()).toEqual([...want].sort());
  });
});

describe("whatever a document holds, it is judged", () => {
  const odd: readonly unknown[] = [
    null,
    true,
    7,
    "text",
    [],
    {},
    [null],
    { $ref: 7 },
    { $ref: "#/nowhere" },
    { a: null },
  ];
  const whole = withThing("Thing", thing);
  const places = pointersIn(whole);

  test.each(odd.map((value) => [JSON.stringify(value), value] as const))(
    "with %s anywhere in it",
    (_, value) => {
      for (const path of places) {
        const broken = replaced(whole, path, value);
        expect(Array.isArray(compare(whole, broken)) && Array.isArray(compare(broken, whole))).toBe(true);
      }
    },
  );

  test("references that lead back to themselves", () => {
    const loop = documentOf(reply({ $ref: "#/components/schemas/A" }), {
      components: {
        schemas: { A: { $ref: "#/components/schemas/B" }, B: { $ref: "#/components/schemas/A" } },
      },
    });
    const around = documentOf(reply({ $ref: "#/components/schemas/A" }), {
      components: { schemas: { A: { allOf: [{ $ref: "#/components/schemas/A" }, { type: "object" }] } } },
    });
    for (const one of [loop, around])
      expect(Array.isArray(compare(one, whole)) && Array.isArray(compare(whole, one))).toBe(true);
    expect(compare(loop, loop)).toEqual([]);
    expect(compare(around, around)).toEqual([]);
  });
});

function pointersIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [
    ...(path.length > 0 ? [path] : []),
    ...Object.entries(value).flatMap(([key, part]) => pointersIn(part, [...path, key])),
  ];
}

function replaced(document: JsonObject, path: readonly string[], value: unknown): JsonObject {
  const copy = structuredClone(document);
  let at: JsonObject = copy;
  for (const key of path.slice(0, -1)) at = at[key] as JsonObject;
  at[path.at(-1) as string] = value;
  return copy;
}
