import { describe, expect, test } from "vitest";
import { contractOf, operationOf } from "../testing/contract-of.js";
import { operation, smallSpec } from "../testing/small-spec.js";
import type { Schema } from "./contract.js";

const [string, integer] = [{ type: "string" }, { type: "integer" }];
const file = { type: "string", format: "binary" };
const kind = (name: Schema["kind"]) => expect.objectContaining({ kind: name });
const at = "#/paths/~1parcels/post";
const json = (schema: unknown, more: object = {}) => ({ "application/json": { schema, ...more } });

test("an operation that says nothing", () => {
  expect(operationOf({ operationId: "list" })).toEqual({
    id: "list",
    operationId: "list",
    pointer: at,
    group: [],
    name: "list",
    method: "post",
    path: "/parcels",
    servers: [],
    summary: "",
    description: "",
    deprecated: false,
    tags: [],
    parameters: [],
    requestBody: null,
    responses: [
      {
        status: "200",
        pointer: `${at}/responses/200`,
        description: "Done.",
        headers: [],
        mediaTypes: [],
        links: [],
      },
    ],
    security: [],
    anonymous: true,
    rateLimits: [],
    idempotencyHeader: null,
    requiredFeature: null,
    job: null,
    startsJob: false,
    jobLink: null,
    batch: null,
  });
});

test("what an operation says of itself", () => {
  const fields = { summary: "S", description: "D", deprecated: true, tags: ["a", 1, "b"] };
  expect(operationOf(fields)).toMatchObject({ ...fields, tags: ["a", "b"] });
  expect(operationOf({ summary: 1, description: null, deprecated: "yes", tags: "a" })).toMatchObject({
    summary: "",
    description: "",
    deprecated: false,
    tags: [],
  });
});

test("only what is an operation is one", () => {
  const paths = {
    "/a": { get: operation("a"), summary: "S", parameters: [], trace: null, "x-get": operation("b") },
    "/b": null,
  };
  expect(contractOf(smallSpec({ paths })).operations.map(({ id }) => id)).toEqual(["a"]);
});

test.each([
  {
    given: { url: "https://{one}.{b}.example", description: "D", variables: { one: { default: 1 }, b: {} } },
    want: { url: "https://1.{b}.example", description: "D" },
  },
  { given: { url: 1 }, want: { url: "", description: "" } },
])("server $given", ({ given, want }) => {
  expect(contractOf(smallSpec({ servers: [given, "no", null] })).servers).toEqual([want]);
});

describe("parameters", () => {
  const parameterOf = (given: object) =>
    operationOf({ parameters: [{ name: "p", in: "query", ...given }] }).parameters[0];
  const plain = {
    name: "p",
    pointer: `${at}/parameters/0`,
    in: "query",
    required: false,
    deprecated: false,
    description: "",
    style: "form",
    explode: true,
    allowReserved: false,
    json: false,
    schema: kind("any"),
  };
  test.each([
    { given: {}, want: { schema: { kind: "any", pointer: `${at}/parameters/0/schema` } } },
    {
      given: { required: "yes", deprecated: 1, description: 1, allowReserved: "yes", explode: "no" },
      want: {},
    },
    {
      given: { required: true, deprecated: true, description: "D" },
      want: { required: true, deprecated: true, description: "D" },
    },
    {
      given: { content: { "text/plain": { schema: string } } },
      want: { json: false, schema: { kind: "string" } },
    },
    {
      given: { schema: integer, content: json(string) },
      want: {
        json: true,
        schema: { kind: "string", pointer: `${at}/parameters/0/content/application~1json/schema` },
      },
    },
    { given: { in: "cookie" }, want: { in: "cookie" } },
    { given: { in: "header" }, want: { in: "header", style: "simple", explode: false } },
    { given: { style: "spaceDelimited" }, want: { style: "spaceDelimited", explode: false } },
  ])("$given", ({ given, want }) => {
    expect(parameterOf(given)).toMatchObject({ ...plain, ...want });
  });

  test("by reference to a reference", () => {
    const parameters = { A: { $ref: "#/components/parameters/B" }, B: { name: "b", in: "query" } };
    const found = operationOf(
      { parameters: [{ $ref: "#/components/parameters/A" }] },
      { components: { parameters } },
    );
    expect(found.parameters).toMatchObject([{ name: "b", pointer: "#/components/parameters/B" }]);
  });

  test("in the path, in the path's order, before others", () => {
    const of = (name: string, place: string) => ({ name, in: place, required: true, schema: {} });
    const parameters = [
      of("b", "query"),
      of("c", "path"),
      of("x", "header"),
      of("b", "path"),
      of("alpha", "path"),
    ];
    const found = operationOf({ parameters }, {}, "/{alpha}/{b}.{c}");
    expect(found.parameters.map(({ name, in: place }) => `${place} ${name}`)).toEqual([
      "path alpha",
      "path b",
      "path c",
      "query b",
      "header x",
    ]);
  });
});

describe("a request body", () => {
  test.each([
    { given: {}, want: { pointer: `${at}/requestBody`, required: false, description: "", mediaTypes: [] } },
    { given: { required: true, description: "D" }, want: { required: true, description: "D" } },
    { given: { required: 1, description: 1 }, want: { required: false, description: "" } },
    {
      given: { $ref: "#/components/requestBodies/B" },
      want: {
        pointer: "#/components/requestBodies/B",
        mediaTypes: [
          {
            mediaType: "application/json",
            pointer: "#/components/requestBodies/B/content/application~1json",
            schema: {
              kind: "number",
              pointer: "#/components/requestBodies/B/content/application~1json/schema",
            },
            parts: [],
            examples: [],
          },
        ], // the other has a method of its own
      },
    },
  ])("$given", ({ given, want }) => {
    const components = { requestBodies: { B: { content: { ...json(integer), "text/plain": {} } } } };
    expect(operationOf({ requestBody: given }, { components }).requestBody).toMatchObject(want);
  });

  test.each([
    { given: { example: null }, want: [{ name: "example", summary: "", value: null }] },
    {
      given: { example: 1, examples: { a: { value: 2 } } },
      want: [{ name: "example", summary: "", value: 1 }],
    },
    { given: { examples: { a: { value: 2, summary: 3 } } }, want: [{ name: "a", summary: "", value: 2 }] },
    { given: { examples: { a: {} } }, want: [] },
    { given: {}, want: [] },
  ])("examples: $given", ({ given, want }) => {
    const content = { "application/json": given };
    expect(operationOf({ requestBody: { content } }).requestBody?.mediaTypes[0]?.examples).toEqual(want);
  });
});

describe("parts of a form", () => {
  const formAt = `${at}/requestBody/content/multipart~1form-data/schema`;
  const partsOf = (
    schema: unknown,
    encoding: unknown = {},
    components = {},
    mediaType = "multipart/form-data",
  ) =>
    operationOf({ requestBody: { content: { [mediaType]: { schema, encoding } } } }, { components })
      .requestBody?.mediaTypes[0]?.parts;
  const part = {
    name: "p",
    pointer: `${formAt}/properties/p`,
    required: false,
    description: "",
    kind: "text",
    repeated: false,
    contentTypes: [],
    maxBytes: null,
    lines: null,
  };
  const item = (fields: object) => ({
    ...string,
    contentMediaType: "application/jsonl",
    "x-item-schema": fields,
  });

  test.each([
    { schema: string, want: part },
    {
      schema: { ...file, description: "D", "x-max-bytes": 7 },
      want: { ...part, kind: "file", description: "D", maxBytes: 7 },
    },
    { schema: { type: "array", items: string }, want: { ...part, repeated: true } },
    {
      schema: { type: "array", description: "D", items: { ...file, description: "inner", "x-max-bytes": 7 } },
      want: { ...part, kind: "file", description: "D", repeated: true, maxBytes: 7 },
    },
    {
      schema: { type: "array", items: { $ref: "#/components/schemas/File" } },
      want: { ...part, kind: "file", description: "F", repeated: true },
    },
    { schema: { $ref: "#/components/schemas/File" }, want: { ...part, kind: "file", description: "F" } },
    ...[
      { type: "array", prefixItems: [string] },
      { type: "array", items: { type: "array" } },
      { oneOf: [string, { type: "object" }] },
      { allOf: [{ type: "object" }, { type: "object" }] },
      { type: "array", items: { type: "object" } },
      { type: "array", items: { anyOf: [string, integer] } },
      { type: "array", items: { allOf: [string, string] } },
      { type: "array", items: { type: "array", prefixItems: [string] } },
      { ...string, contentMediaType: "application/json" },
      { type: "array", items: { ...string, contentMediaType: "application/json" } },
    ].map((schema) => ({ schema, want: { ...part, kind: "json" } })),
    {
      schema: item({ schema: integer }),
      want: {
        ...part,
        kind: "file",
        lines: {
          schema: expect.objectContaining({
            kind: "number",
            pointer: `${formAt}/properties/p/x-item-schema/schema`,
          }),
          minItems: null,
          maxItems: null,
          uniqueBy: null,
        },
      },
    },
    {
      schema: item({ schema: true, minItems: 0, maxItems: 5, uniqueBy: "id" }),
      want: {
        ...part,
        kind: "file",
        lines: { schema: kind("any"), minItems: 0, maxItems: 5, uniqueBy: "id" },
      },
    },
  ])("$schema", ({ schema, want }) => {
    const components = { schemas: { File: { ...file, description: "F" } } };
    expect(partsOf({ properties: { p: schema } }, {}, components)).toEqual([want]);
  });

  test.each([
    { given: {}, want: [] },
    { given: { p: {} }, want: [] },
    { given: { p: { contentType: 1 } }, want: [] },
    { given: { p: { contentType: " a/b ,, c/d," } }, want: ["a/b", "c/d"] },
    { given: { q: { contentType: "a/b" } }, want: [] },
  ])("encoding $given", ({ given, want }) => {
    expect(partsOf({ properties: { p: string } }, given)).toMatchObject([{ contentTypes: want }]);
  });

  test("of all branches and what they refer to, the first of a name; what leads back to itself ends", () => {
    const form = {
      allOf: [{ $ref: "#/components/schemas/A" }, { $ref: "#/components/schemas/A" }],
      oneOf: [{ properties: { b: integer } }],
      anyOf: [{ properties: { a: file, c: file } }],
      required: ["d"],
      properties: { a: file, d: string },
    };
    const A = { properties: { a: string }, required: ["a"], allOf: [{ $ref: "#/components/schemas/A" }] };
    const found = partsOf(form, {}, { schemas: { A } });
    expect(found?.map(({ name, kind, required }) => `${name} ${kind} ${required}`)).toEqual([
      "a text true",
      "b text false",
      "c file false",
      "d text true",
    ]);
  });

  test("are those of multipart alone", () => {
    expect(partsOf({ properties: { p: string } }, {}, {}, "application/x-www-form-urlencoded")).toEqual([]);
    expect(partsOf({ properties: { p: string } }, {}, {}, "multipart/mixed")).toHaveLength(1);
    expect(partsOf(undefined)).toEqual([]);
    expect(partsOf({ type: "object" })).toEqual([]);
  });
});

describe("a response", () => {
  test("in full", () => {
    const headers = {
      A: { required: true, description: "D", schema: string },
      B: { required: 1, description: 1 },
    };
    const links = {
      next: { operationId: "parcels.create", parameters: { id: 1, to: "$response.body#/to" } },
      none: {},
    };
    const response = { description: "R", headers, links, content: json(integer, { example: 4 }) };
    expect(operationOf({ responses: { default: response } }).responses).toEqual([
      {
        status: "default",
        pointer: `${at}/responses/default`,
        description: "R",
        headers: [
          { name: "A", required: true, description: "D", example: null },
          { name: "B", required: false, description: "", example: null },
        ],
        mediaTypes: [
          {
            mediaType: "application/json",
            pointer: `${at}/responses/default/content/application~1json`,
            schema: kind("number"),
            parts: [],
            fields: [],
            examples: [{ name: "example", summary: "", value: 4 }],
          },
        ],
        links: [
          { name: "next", operationId: "parcels.create", parameters: { id: "1", to: "$response.body#/to" } },
          { name: "none", operationId: "", parameters: {} },
        ],
      },
    ]);
  });

  test.each([
    { header: { example: null, schema: { example: 2 } }, want: "2" },
    { header: { schema: { examples: [3], default: 4 } }, want: "3" },
    { header: { schema: { example: 2, examples: [3] } }, want: "2" },
    { header: { example: "text" }, want: "text" },
    { header: { example: { a: 1 } }, want: '{"a":1}' },
    { header: { $ref: "#/components/headers/H" }, want: "7" },
  ])("a header's example: $header", ({ header, want }) => {
    const components = { headers: { H: { example: 7 } } };
    const found = operationOf(
      { responses: { "200": { description: "", headers: { X: header } } } },
      { components },
    );
    expect(found.responses[0]?.headers[0]?.example).toBe(want);
  });
});

describe("a job", () => {
  const job = { statusProperty: "s", pending: [], succeeded: ["d"], failed: [] };
  const Job = { type: "object", "x-job": job };
  const ref = { $ref: "#/components/schemas/Job" };
  const nested = (depth: number): object => (depth === 0 ? ref : { allOf: [nested(depth - 1)] });
  const content = json(ref);
  const answer = { description: "", content };

  test.each([
    { what: "a 201", responses: { "201": answer }, want: true },
    { what: "any success", responses: { "2XX": answer }, want: true },
    {
      what: "the second media type",
      responses: { "200": { description: "", content: { "text/plain": {}, ...content } } },
      want: true,
    },
    { what: "the second success", responses: { "200": { description: "" }, "202": answer }, want: true },
    {
      what: "a response by reference",
      responses: { "200": { $ref: "#/components/responses/R" } },
      want: true,
    },
    { what: "an error", responses: { "400": answer, "200": { description: "" } }, want: false },
    { what: "whatever", responses: { default: answer }, want: false },
    ...["allOf", "oneOf", "anyOf"].map((key) => ({
      what: `a branch of ${key}`,
      responses: { "200": { description: "", content: json({ [key]: [string, ref] }) } },
      want: true,
    })),
    {
      what: "four branches deep",
      responses: { "200": { description: "", content: json(nested(4)) } },
      want: true,
    },
    {
      what: "five branches deep",
      responses: { "200": { description: "", content: json(nested(5)) } },
      want: false,
    },
    {
      what: "a property",
      responses: { "200": { description: "", content: json({ properties: { a: ref } }) } },
      want: false,
    },
  ])("as $what: $want", ({ responses, want }) => {
    const components = { schemas: { Job }, responses: { R: answer } };
    const found = operationOf({ responses }, { components });
    expect(found.startsJob).toBe(want);
    expect(found.job).toEqual(
      want ? { ...job, errorProperty: null, errorCodeProperty: null, pollSeconds: null } : null,
    );
  });

  test.each([
    ...["get", "head", "options", "trace"].map((method) => ({ method, want: false })),
    ...["post", "put", "patch", "delete"].map((method) => ({ method, want: true })),
  ])("$method starts one: $want", ({ method, want }) => {
    const paths = { "/a": { [method]: operation("a", { responses: { "200": answer } }) } };
    expect(contractOf(smallSpec({ paths, components: { schemas: { Job } } })).operations).toMatchObject([
      { job: { statusProperty: "s" }, startsJob: want },
    ]);
  });

  const link = (parameters: object, operationId: unknown = "parcels.get") => ({
    look: { operationId, parameters },
  });
  const found = { operationId: "parcels.get", parameter: "id", property: "job" };
  test.each([
    { links: link({ id: "$response.body#/job" }), want: found },
    { links: link({ "path.id": "$response.body#/job" }), want: found },
    { links: link({ "id.path.x": "$response.body#/job" }), want: { ...found, parameter: "id.path.x" } },
    { links: { other: { operationId: "a" }, ...link({ id: "$response.body#/job" }) }, want: found },
    { links: link({}), want: null },
    { links: link({ id: "$response.body#/job", also: "$response.body#/x" }), want: null },
    { links: link({ id: "$response.body#/job/id" }), want: null },
    { links: link({ id: "$response.body#/" }), want: null },
    { links: link({ id: "$request.body#/job" }), want: null },
    { links: link({ id: "a$response.body#/job" }), want: null },
    { links: link({ id: "$response.body#/job" }, 1), want: null },
    { links: {}, want: null },
  ])("is looked at by $links", ({ links, want }) => {
    const of = (status: string) =>
      operationOf({ responses: { [status]: { description: "", links } } }).jobLink;
    expect(of("201")).toEqual(want);
    expect(of("400")).toBeNull();
  });
});

test("who may call: any of the schemes named, each once; those not declared are left out", () => {
  const securitySchemes = { key: { type: "apiKey", in: "header", name: "X-Key" } };
  const security = [{ key: [], none: [] }, { key: [] }, "no"];
  expect(operationOf({ security }, { components: { securitySchemes } })).toMatchObject({
    security: [{ kind: "header", name: "key", header: "X-Key", prefix: "" }],
    anonymous: false,
  });
});
