import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadSpec } from "../load/load-spec.js";
import { contractOf, operationOf, problemsOf } from "../testing/contract-of.js";
import { operation, smallSpec, specOf } from "../testing/small-spec.js";
import { project } from "../testing/specwright.js";
import { underStryker } from "../testing/under-stryker.js";
import { buildContract } from "./build-contract.js";
import type { Contract } from "./contract.js";

describe("the six laws, by walking a whole contract", () => {
  /** Values that are the author's own text and may hold anything. */
  const data = new Set(["examples", "values"]);

  const whole = ["spec", "generator/fixtures/shop", "generator/fixtures/twins"];
  test.skipIf(underStryker).each(whole)("%s", async (spec) => {
    const loaded = await loadSpec(join(project, spec));
    const contract = buildContract(loaded);
    const broken: string[] = [];
    let pointers = 0;
    const visit = (value: unknown, path: string): void => {
      if (value === undefined) broken.push(`${path} is undefined`);
      if (typeof value === "function" || value instanceof Map || value instanceof Set)
        broken.push(`${path} is not JSON`);
      if (typeof value !== "object" || value === null) return;
      for (const [key, part] of Object.entries(value)) {
        const at = `${path}/${key}`;
        if (/^(\$ref|x-)/.test(key)) broken.push(`${at} is a word of OpenAPI`);
        if (key === "pointer") {
          pointers++;
          if (!String(part).startsWith("#/")) broken.push(`${at} is no pointer: ${part}`);
          if (!loaded.originOf(String(part))) broken.push(`${at} leads nowhere`);
        }
        if (key === "kind" && /[[\]|<>]/.test(String(part))) broken.push(`${at} is a word of TypeScript`);
        if (!data.has(key)) visit(part, at);
      }
    };
    visit(contract, "");
    expect(broken).toEqual([]);
    expect(pointers).toBeGreaterThan(5);
    expect(JSON.parse(JSON.stringify(contract))).toEqual(contract);
  });

  test("the same keys whatever a spec leaves out", () => {
    const full = contractOf(
      smallSpec({
        info: { title: "T", version: "1", summary: "S", description: "D" },
        tags: [{ name: "a", description: "b" }],
        servers: [{ url: "/" }],
      }),
    );
    const bare = contractOf({ openapi: "3.1.0", info: { title: "T", version: "1" } });
    expect(Object.keys(bare)).toEqual(Object.keys(full));
    expect(bare).toMatchObject({
      summary: "",
      operations: [],
      webhooks: [],
      schemas: [],
      tags: [],
      servers: [],
      plans: null,
      error: null,
    });
  });
});

test("what a document says of itself", () => {
  const info = { title: "T", version: "1", summary: "S", description: "D" };
  const tags = [{ name: "a", description: "b" }, "no", { name: "c" }, {}];
  expect(contractOf(smallSpec({ info, tags }))).toMatchObject({
    ...info,
    tags: [
      { name: "a", description: "b" },
      { name: "c", description: "" },
      { name: "", description: "" },
    ],
  });
});

describe("effective: what is inherited sits on the operation", () => {
  const securitySchemes = {
    key: { type: "apiKey", in: "header", name: "X-Key" },
    query: { type: "apiKey", in: "query", name: "key" },
    bearer: { type: "http", scheme: "Bearer" },
    oauth: { type: "oauth2", flows: {} },
    openId: { type: "openIdConnect" },
    basic: { type: "http", scheme: "basic", in: "header" },
    cookie: { type: "apiKey", in: "cookie", name: "key", scheme: "bearer" },
    shared: { $ref: "#/components/securitySchemes/key" },
  };
  const key = { kind: "header", name: "key", header: "X-Key", prefix: "" };
  const bearer = { kind: "header", name: "bearer", header: "Authorization", prefix: "Bearer " };

  test.each([
    { what: "the document's", fields: {}, own: {}, want: "https://a.example" },
    {
      what: "its path's",
      fields: { servers: [{ url: "https://b.example" }] },
      own: {},
      want: "https://b.example",
    },
    {
      what: "its own",
      fields: { servers: [{ url: "https://b.example" }] },
      own: { servers: [{ url: "https://c.example" }] },
      want: "https://c.example",
    },
  ])("servers: $what", ({ fields, own, want }) => {
    const paths = { "/parcels": { ...fields, get: operation("parcels.list", own) } };
    const { operations } = contractOf(smallSpec({ paths, servers: [{ url: "https://a.example" }] }));
    expect(operations[0]?.servers.map(({ url }) => url)).toEqual([want]);
  });

  test.each([
    { what: "nothing said", root: undefined, own: undefined, want: [], anonymous: true },
    { what: "the document's", root: [{ key: [] }], own: undefined, want: [key] },
    { what: "its own", root: [{ key: [] }], own: [{ bearer: [] }], want: [bearer] },
    { what: "none of its own", root: [{ key: [] }], own: [], want: [], anonymous: true },
    { what: "optional", root: [{ key: [] }], own: [{ key: [] }, {}], want: [key], anonymous: true },
    { what: "any of two", root: [{ key: [] }, { bearer: [] }], own: undefined, want: [key, bearer] },
    { what: "by reference", root: [{ shared: [] }], own: undefined, want: [{ ...key, name: "shared" }] },
    { what: "a token", root: [{ oauth: ["read"] }], own: undefined, want: [{ ...bearer, name: "oauth" }] },
    { what: "an identity", root: [{ openId: [] }], own: undefined, want: [{ ...bearer, name: "openId" }] },
    {
      what: "a kind that can't be served",
      root: [{ query: [] }, { basic: [] }, { cookie: [] }],
      own: undefined,
      want: [
        { kind: "unsupported", name: "query" },
        { kind: "unsupported", name: "basic" },
        { kind: "unsupported", name: "cookie" },
      ],
    },
  ])("security: $what", ({ root, own, want, anonymous = false }) => {
    const document = { components: { securitySchemes }, ...(root && { security: root }) };
    const operation = operationOf(own ? { security: own } : {}, document);
    expect(operation).toMatchObject({ security: want, anonymous });
  });

  test.each([
    { what: "as it is", given: { url: "https://a.example/v1" }, want: "https://a.example/v1" },
    {
      what: "variables",
      given: {
        url: "https://{r}.a.example:{p}",
        variables: { r: { default: "eu" }, p: { default: "8443" } },
      },
      want: "https://eu.a.example:8443",
    },
    {
      what: "a variable that is not declared",
      given: { url: "https://{r}.example" },
      want: "https://{r}.example",
    },
  ])("server: $what", ({ given, want }) => {
    expect(contractOf(smallSpec({ servers: [given] })).servers).toEqual([{ url: want, description: "" }]);
  });

  test("parameters: the operation's own replace the path's; path ones first, in the path's order", () => {
    const of = (name: string, place: string, fields = {}) => ({
      name,
      in: place,
      schema: { type: "string" },
      ...fields,
    });
    const paths = {
      "/{b}/{a}": {
        parameters: [
          of("a", "path", { required: true }),
          of("q", "query", { description: "path's" }),
          of("q", "header"),
        ],
        get: operation("x", {
          parameters: [
            of("z", "query"),
            of("q", "query", { description: "own" }),
            of("b", "path", { required: true }),
          ],
        }),
      },
    };
    const [found] = contractOf(smallSpec({ paths })).operations;
    expect(
      found?.parameters.map(({ in: place, name, description }) => `${place} ${name} ${description}`.trim()),
    ).toEqual(["path b", "path a", "query z", "query q own", "header q"]);
  });

  test.each([
    { given: { in: "query" }, want: { style: "form", explode: true } },
    { given: { in: "query", style: "pipeDelimited" }, want: { style: "pipeDelimited", explode: false } },
    {
      given: { in: "query", style: "deepObject", explode: true },
      want: { style: "deepObject", explode: true },
    },
    {
      given: { in: "query", explode: false, allowReserved: true },
      want: { explode: false, allowReserved: true },
    },
    { given: { in: "header" }, want: { style: "simple", explode: false } },
    { given: { in: "cookie" }, want: { style: "form", explode: true } },
    {
      given: {
        in: "query",
        schema: undefined,
        content: { "application/json": { schema: { type: "integer" } } },
      },
      want: { json: true, schema: expect.objectContaining({ kind: "number" }) },
    },
  ])("parameter $given", ({ given, want }) => {
    const parameters = [{ name: "p", schema: { type: "string" }, ...given }];
    expect(operationOf({ parameters }).parameters[0]).toMatchObject(want);
  });
});

describe("bodies, responses, webhooks", () => {
  const file = { type: "string", format: "binary" };
  test.each([
    { what: "text", schema: { type: "string" }, want: { kind: "text", repeated: false } },
    { what: "a number", schema: { type: "integer" }, want: { kind: "text" } },
    { what: "an enum", schema: { enum: ["a"] }, want: { kind: "text" } },
    { what: "a file", schema: file, want: { kind: "file" } },
    {
      what: "a file by media type",
      schema: { type: "string", contentMediaType: "image/png" },
      want: { kind: "file" },
    },
    { what: "files", schema: { type: "array", items: file }, want: { kind: "file", repeated: true } },
    {
      what: "texts",
      schema: { type: "array", items: { type: "string" } },
      want: { kind: "text", repeated: true },
    },
    {
      what: "objects",
      schema: { type: "array", items: { type: "object" } },
      want: { kind: "json", repeated: false },
    },
    { what: "an object", schema: { type: "object" }, want: { kind: "json" } },
    {
      what: "JSON in a text",
      schema: { type: "string", contentMediaType: "application/json", contentSchema: { type: "object" } },
      want: { kind: "json" },
    },
    {
      what: "a reference",
      schema: { $ref: "#/components/schemas/F", description: "D" },
      want: { kind: "file", description: "D" },
    },
  ])("a part of a form: $what", ({ schema, want }) => {
    const content = {
      "multipart/form-data": {
        schema: { type: "object", required: ["p"], properties: { p: schema } },
        encoding: { p: { contentType: "a/b, c/d" } },
      },
    };
    const found = operationOf({ requestBody: { content } }, { components: { schemas: { F: file } } });
    expect(found.requestBody?.mediaTypes[0]?.parts).toMatchObject([
      { name: "p", required: true, contentTypes: ["a/b", "c/d"], ...want },
    ]);
  });

  test("examples of a media type, by value and by reference; those kept elsewhere are left out", () => {
    const examples = {
      a: { value: 1, summary: "A" },
      b: { $ref: "#/components/examples/B" },
      c: { externalValue: "http://x.example" },
    };
    const found = operationOf(
      { requestBody: { content: { "application/json": { schema: {}, examples } } } },
      { components: { examples: { B: { value: null } } } },
    );
    expect(found.requestBody?.mediaTypes[0]?.examples).toEqual([
      { name: "a", summary: "A", value: 1 },
      { name: "b", summary: "", value: null },
    ]);
  });

  test("a response: headers, links, by reference", () => {
    const links = { next: { operationId: "parcels.create", parameters: { id: "$response.body#/id" } } };
    const headers = { "Retry-After": { required: true, description: "D", schema: {}, example: 30 } };
    const components = { responses: { R: { description: "R", headers, links } } };
    expect(
      operationOf({ responses: { "4XX": { $ref: "#/components/responses/R" } } }, { components }).responses,
    ).toEqual([
      {
        status: "4XX",
        pointer: "#/components/responses/R",
        description: "R",
        headers: [{ name: "Retry-After", required: true, description: "D", example: "30" }],
        mediaTypes: [],
        links: [{ name: "next", operationId: "parcels.create", parameters: { id: "$response.body#/id" } }],
      },
    ]);
  });

  test.each([
    { what: "a job", schema: { $ref: "#/components/schemas/Job" }, want: true },
    {
      what: "a job or something else",
      schema: { oneOf: [{ type: "null" }, { $ref: "#/components/schemas/Job" }] },
      want: true,
    },
    { what: "no job", schema: { type: "object" }, want: false },
  ])("an operation that answers with $what starts one: $want", ({ schema, want }) => {
    const job = { statusProperty: "s", pending: [], succeeded: ["d"], failed: [] };
    const responses = { "201": { description: "", content: { "application/json": { schema } } } };
    expect(
      operationOf({ responses }, { components: { schemas: { Job: { type: "object", "x-job": job } } } })
        .startsJob,
    ).toBe(want);
  });

  test.each([
    { what: "its own", header: { example: 30, schema: { example: 1 } }, want: "30" },
    { what: "a named one", header: { examples: { a: { value: [1] } }, schema: {} }, want: "[1]" },
    { what: "its schema's", header: { schema: { $ref: "#/components/schemas/S" } }, want: "text" },
    { what: "a default", header: { schema: { default: false } }, want: "false" },
    { what: "none", header: { schema: {} }, want: null },
  ])("a header's example: $what", ({ header, want }) => {
    const found = operationOf(
      { responses: { "200": { description: "", headers: { X: header } } } },
      { components: { schemas: { S: { examples: ["text"] } } } },
    );
    expect(found.responses[0]?.headers[0]?.example).toBe(want);
  });

  test("a webhook and its payload", () => {
    const webhooks = {
      done: {
        post: {
          summary: "S",
          description: "D",
          requestBody: { content: { "application/json": { schema: { type: "boolean" }, example: true } } },
        },
        put: { requestBody: { content: { "application/json": {} } } },
      },
    };
    expect(contractOf(smallSpec({ webhooks })).webhooks).toEqual([
      expect.objectContaining({ method: "put", payload: null, examples: [] }),
      {
        name: "done",
        method: "post",
        pointer: "#/webhooks/done/post",
        summary: "S",
        description: "D",
        examples: [{ name: "example", summary: "", value: true }],
        signature: null,
        payload: expect.objectContaining({
          kind: "boolean",
          pointer: "#/webhooks/done/post/requestBody/content/application~1json/schema",
        }),
      },
    ]);
  });
});

describe("names that can't be", () => {
  const two = (a: string, b: string): Record<string, unknown> =>
    smallSpec({ paths: { "/a": { get: operation(a) }, "/b": { get: operation(b) } } });
  const withParameters = (path: string, parameters: object[]): Record<string, unknown> =>
    smallSpec({ paths: { [path]: { get: operation("a.get", { parameters }) } } });
  test.each([
    { given: two("a.get", "b.get"), want: [] },
    { given: two("a.get", "a.get"), want: ["operation-id-duplicate #/paths/~1b/get/operationId"] },
    { given: two("a.get_x", "a.get-x"), want: ["operation-name-duplicate #/paths/~1b/get/operationId"] },
    { given: two("a/get", "a.get"), want: ["operation-name-duplicate #/paths/~1b/get/operationId"] },
    { given: two("a", "a.get"), want: ["operation-name-duplicate #/paths/~1a/get/operationId"] },
    {
      given: withParameters("/a/{x}", []),
      want: ["path-parameters #/paths/~1a~1{x}/get"],
    },
    {
      given: withParameters("/a", [{ name: "x", in: "path", required: true, schema: {} }]),
      want: ["path-parameters #/paths/~1a/get/parameters/0/name"],
    },
    { given: two("a.b", "a.b.c"), want: ["operation-name-duplicate #/paths/~1a/get/operationId"] },
    { given: two("a", "1.b"), want: ["operation-name #/paths/~1b/get/operationId"] },
    { given: two("a", "1b"), want: ["operation-name #/paths/~1b/get/operationId"] },
    { given: two("a", "1x.b"), want: ["operation-name #/paths/~1b/get/operationId"] },
    { given: two("a", "b\u00b2"), want: ["operation-name #/paths/~1b/get/operationId"] },
    { given: two("a", "---"), want: ["operation-name #/paths/~1b/get/operationId"] },
    { given: two("a", ""), want: ["operation-id-missing #/paths/~1b/get"] },
    {
      given: two("", ""),
      want: ["operation-id-missing #/paths/~1a/get", "operation-id-missing #/paths/~1b/get"],
    },
  ])("$given.paths → $want", ({ given, want }) => {
    expect(problemsOf(given).map(({ rule, pointer }) => `${rule} ${pointer}`)).toEqual(want);
  });

  const inPath = { in: "path", required: true, schema: {} };
  test.each([
    {
      given: two("a", ""),
      want: "GET /b has no operationId. Give it one, such as `things.create`; it names the client's method.",
    },
    {
      given: two("a.get", "a.get"),
      want: 'GET /b has the operationId of GET /a: "a.get". Give each operation an id of its own.',
    },
    { given: two("a", "1.b"), want: '"1.b" gives no name a method can have. Begin each part with a letter.' },
    {
      given: two("a.get_x", "a.get-x"),
      want: 'The ids "a.get_x" and "a.get-x" give one name: a.getX. Change one of them by more than its separators.',
    },
    {
      given: two("a", "a.get"),
      want: '"a" would be both a method and the group of "a.get". Rename one of them.',
    },
    {
      given: withParameters("/a/{one}/{y}", [{ name: "y", ...inPath }]),
      want: 'GET /a/{one}/{y} does not declare its path parameter "one". Add a parameter `in: path` of this name, with `required: true`.',
    },
    {
      given: withParameters("/a", [{ name: "x", ...inPath }]),
      want: 'The path "/a" has no part "x". Write it into the path in braces, or take the parameter out.',
    },
  ])("says what is wrong and what to do: $want", ({ given, want }) => {
    expect(problemsOf(given).map(({ message, remedy }) => `${message} ${remedy}`)).toEqual([want]);
  });

  test("a group of two operations that is a method too is told once", () => {
    const given = smallSpec({
      paths: { "/a": { get: operation("a"), put: operation("a.put"), post: operation("a.post") } },
    });
    expect(problemsOf(given)).toMatchObject([{ rule: "operation-name-duplicate" }]);
  });

  test("a path's parameter that could not be read is not missed", () => {
    expect(problemsOf(withParameters("/a/{x}", [{ in: "path" }]))).toEqual([]);
  });

  test("a path's parameter that two operations share is told once", () => {
    const item = { parameters: [{ name: "x", ...inPath }], get: operation("a.get"), put: operation("a.put") };
    expect(problemsOf(smallSpec({ paths: { "/a": item } }))).toMatchObject([
      { rule: "path-parameters", pointer: "#/paths/~1a/parameters/0/name" },
    ]);
  });
});

describe("what an extension names and nobody declares", () => {
  const inOperation = (fields: object, document: object = {}): Record<string, unknown> =>
    smallSpec({ "x-client": {}, ...document, paths: { "/a": { get: operation("a.get", { ...fields }) } } });
  const limits = {
    "x-rate-limits": {
      slow: { limit: 1, periodSeconds: 1, per: "key" },
      fast: { limit: 9, periodSeconds: 1, per: "key" },
    },
  };
  const plans = { "x-plans": { plans: [{ name: "big", concurrency: 1, features: ["bulk", "voice"] }] } };
  const header = (name: string, place = "header") => ({ name, in: place, schema: {} });
  test.each([
    {
      given: inOperation({ "x-rate-limit": ["slow"] }),
      want: ['#/paths/~1a/get/x-rate-limit: No rate limit is called "slow". Known: none.'],
    },
    {
      given: inOperation({}, { ...limits, "x-rate-limit": ["slow", "none", "fast"] }),
      want: ['#/x-rate-limit: No rate limit is called "none". Known: slow, fast.'],
    },
    {
      given: inOperation({ "x-rate-limit": ["a"] }, { "x-rate-limits": {} }),
      want: [
        "#/x-rate-limits: The extension x-rate-limits is not valid: it must NOT have fewer than 1 properties. See its row in the table of extensions.",
      ],
    },
    {
      given: inOperation({ "x-requires-feature": "bulk" }),
      want: ['#/paths/~1a/get/x-requires-feature: No plan has the feature "bulk". Known: none.'],
    },
    {
      given: inOperation({ "x-requires-feature": "bulky" }, plans),
      want: ['#/paths/~1a/get/x-requires-feature: No plan has the feature "bulky". Known: bulk, voice.'],
    },
    { given: inOperation({ "x-requires-feature": "voice" }, plans), want: [] },
    {
      given: inOperation({
        "x-idempotency": { header: "Once" },
        parameters: [header("once", "query"), header("Other")],
      }),
      want: [
        '#/paths/~1a/get/x-idempotency: a.get has no header parameter "Once". Declare it, so that the server\'s rules for it are part of the contract.',
      ],
    },
    {
      given: inOperation({
        "x-idempotency": { header: "Once" },
        parameters: [header("Other"), header("ONCE")],
      }),
      want: [],
    },
  ])("$want", ({ given, want }) => {
    expect(
      problemsOf(given).map(({ pointer, message, remedy }) => `${pointer}: ${message} ${remedy}`),
    ).toEqual(want);
  });
});

describe("schemas", () => {
  const kindOf = (schema: unknown): Contract["schemas"][number]["schema"] | undefined =>
    contractOf(specOf({}, { schemas: { S: schema } })).schemas[0]?.schema;
  const [string, integer] = [{ type: "string" }, { type: "integer" }];
  test.each([
    { given: true, want: { kind: "any" } },
    { given: false, want: { kind: "never" } },
    { given: {}, want: { kind: "any", nullable: false } },
    { given: { type: "null" }, want: { kind: "null" } },
    {
      given: { ...string, minLength: 1, pattern: "a" },
      want: { kind: "string", minLength: 1, maxLength: null, pattern: "a", format: null },
    },
    {
      given: { ...integer, minimum: 0, exclusiveMaximum: 9 },
      want: { kind: "number", integer: true, minimum: 0, maximum: 9 },
    },
    { given: { type: ["string", "null"] }, want: { kind: "string", nullable: true } },
    { given: { anyOf: [string, { type: "null" }] }, want: { kind: "string", nullable: true } },
    {
      given: { type: ["string", "integer"] },
      want: { kind: "union", variants: [{ kind: "string" }, { kind: "number" }] },
    },
    { given: { enum: ["a", null] }, want: { kind: "enum", values: ["a"], nullable: true } },
    { given: { const: 3 }, want: { kind: "enum", values: [3] } },
    { given: { enum: [{ a: 1 }] }, want: { kind: "any" } },
    {
      given: { type: "array", items: string, maxItems: 3 },
      want: { kind: "array", items: { kind: "string" }, minItems: null, maxItems: 3 },
    },
    {
      given: { type: "array", prefixItems: [string], items: false },
      want: { kind: "tuple", items: [{ kind: "string" }], rest: null },
    },
    {
      given: { properties: { a: string }, required: ["a"] },
      want: {
        kind: "object",
        properties: [{ name: "a", required: true, readOnly: false }],
        additional: { kind: "any" },
      },
    },
    { given: { type: "object", additionalProperties: false }, want: { kind: "object", additional: null } },
    { given: { allOf: [{ $ref: "#/components/schemas/S" }] }, want: { kind: "ref", name: "S" } },
    {
      given: { allOf: [string], properties: { a: string } },
      want: { kind: "intersection", parts: [{ kind: "string" }, { kind: "object" }] },
    },
    {
      given: { oneOf: [string, integer], discriminator: { propertyName: "t" } },
      want: { kind: "union", discriminator: "t" },
    },
    {
      given: { properties: { a: string }, anyOf: [{ required: ["a"] }, { required: ["b"] }] },
      want: { kind: "object" },
    },
    { given: { type: "string", contentMediaType: "text/plain" }, want: { kind: "string" } },
    {
      given: { type: "string", contentEncoding: "base64", contentMediaType: "image/png" },
      want: { kind: "string" },
    },
    {
      given: { type: "object", properties: JSON.parse('{"__proto__":{"type":"string"}}') },
      want: { properties: [{ name: "__proto__", schema: { kind: "string" } }] },
    },
  ])("$given", ({ given, want }) => {
    expect(kindOf(given)).toMatchObject(want);
  });

  const at = "#/components/schemas/S";
  const plain = (pointer: string, kind: object) => ({
    pointer,
    title: "",
    description: "",
    deprecated: false,
    nullable: false,
    maxSeconds: {},
    ...kind,
  });
  const text = { kind: "string", format: null, pattern: null, minLength: null, maxLength: null };
  const whole = { kind: "number", integer: true, format: null, minimum: null, maximum: null };
  const [flags, noFlags] = [
    { readOnly: true, writeOnly: true },
    { readOnly: false, writeOnly: false },
  ];
  test.each([
    { given: { title: 1, description: 2, deprecated: "yes" }, want: { kind: "any" } },
    {
      given: { type: "boolean", title: "T", description: "D", deprecated: true, "x-max-seconds": 3 },
      want: { kind: "boolean", title: "T", description: "D", deprecated: true, maxSeconds: { "*": 3 } },
    },
    {
      given: { ...string, format: "uri", maxLength: 9, minLength: "1" },
      want: { ...text, format: "uri", maxLength: 9 },
    },
    {
      given: { type: "number", format: "float", exclusiveMinimum: 1, maximum: 2 },
      want: { ...whole, integer: false, format: "float", minimum: 1, maximum: 2 },
    },
    { given: { type: ["null"] }, want: { kind: "null" } },
    { given: { type: [1, "boolean"] }, want: { kind: "boolean" } },
    { given: { type: ["null", "boolean"] }, want: { kind: "boolean", nullable: true } },
    { given: { enum: [null] }, want: { kind: "any", nullable: true } },
    { given: { enum: [true, 1, "a"] }, want: { kind: "enum", values: [true, 1, "a"] } },
    { given: { enum: ["a", {}] }, want: { kind: "any" } },
    { given: { $ref: "#/components/schemas/S" }, want: { kind: "ref", name: "S" } },
    { given: { $ref: "#" }, want: { kind: "ref", name: "" } },
    {
      given: { type: ["string", "integer", "null"], minLength: 2 },
      want: {
        kind: "union",
        nullable: true,
        discriminator: null,
        variants: [plain(at, { ...text, minLength: 2 }), plain(at, whole)],
      },
    },
    {
      given: { oneOf: [integer, { type: "null" }, string] },
      want: {
        kind: "union",
        nullable: true,
        discriminator: null,
        variants: [plain(`${at}/oneOf/0`, whole), plain(`${at}/oneOf/2`, text)],
      },
    },
    {
      given: { anyOf: [{ ...integer, title: "inner", description: "inner" }], title: "outer" },
      want: { ...whole, title: "outer" },
    },
    {
      given: { type: "object", title: "T", properties: { a: string }, oneOf: [string, integer] },
      want: {
        kind: "intersection",
        title: "T",
        parts: [
          plain(at, {
            kind: "object",
            title: "T",
            properties: [
              { name: "a", required: false, ...noFlags, schema: plain(`${at}/properties/a`, text) },
            ],
            additional: plain(`${at}/additionalProperties`, { kind: "any" }),
            job: null,
          }),
          plain(at, {
            kind: "union",
            discriminator: null,
            variants: [plain(`${at}/oneOf/0`, text), plain(`${at}/oneOf/1`, whole)],
          }),
        ],
      },
    },
    {
      given: { type: "object", anyOf: [string, { required: ["a"] }] },
      want: {
        kind: "union",
        discriminator: null,
        variants: [plain(`${at}/anyOf/0`, text), plain(`${at}/anyOf/1`, { kind: "any" })],
      },
    },
    {
      given: { anyOf: [{ required: ["a"] }, { not: { required: ["a"] } }, true] },
      want: {
        kind: "union",
        discriminator: null,
        variants: [0, 1, 2].map((index) => plain(`${at}/anyOf/${index}`, { kind: "any" })),
      },
    },
    { given: { anyOf: [{ required: ["a"] }, { not: { required: ["a"] } }] }, want: { kind: "any" } },
    { given: { ...string, oneOf: [], anyOf: "no", allOf: [] }, want: text },
    { given: { allOf: [{ ...string, title: "inner" }] }, want: text },
    {
      given: { allOf: [string, integer] },
      want: { kind: "intersection", parts: [plain(`${at}/allOf/0`, text), plain(`${at}/allOf/1`, whole)] },
    },
    {
      given: { type: "object", title: "T", allOf: [string], unevaluatedProperties: false },
      want: {
        kind: "intersection",
        title: "T",
        parts: [
          plain(`${at}/allOf/0`, text),
          plain(at, { kind: "object", properties: [], additional: null, job: null }),
        ],
      },
    },
    {
      given: {
        properties: { a: { ...string, ...flags }, "b/c": true },
        required: ["b/c"],
        additionalProperties: integer,
        unevaluatedProperties: false,
      },
      want: {
        kind: "object",
        properties: [
          { name: "a", required: false, ...flags, schema: plain(`${at}/properties/a`, text) },
          {
            name: "b/c",
            required: true,
            ...noFlags,
            schema: plain(`${at}/properties/b~1c`, { kind: "any" }),
          },
        ],
        additional: plain(`${at}/additionalProperties`, whole),
        job: null,
      },
    },
    {
      given: { type: "array" },
      want: { kind: "array", items: plain(`${at}/items`, { kind: "any" }), minItems: null, maxItems: null },
    },
    {
      given: { items: string, minItems: 1 },
      want: { kind: "array", items: plain(`${at}/items`, text), minItems: 1, maxItems: null },
    },
    {
      given: { type: "array", prefixItems: [string, integer] },
      want: {
        kind: "tuple",
        items: [plain(`${at}/prefixItems/0`, text), plain(`${at}/prefixItems/1`, whole)],
        rest: plain(`${at}/items`, { kind: "any" }),
      },
    },
    { given: { ...string, format: "binary" }, want: { kind: "file", mediaType: null } },
    { given: { ...string, contentMediaType: "image/png" }, want: { kind: "file", mediaType: "image/png" } },
    {
      given: { ...string, contentMediaType: "application/jsonl" },
      want: { kind: "file", mediaType: "application/jsonl" },
    },
    {
      given: { ...string, format: "binary", contentMediaType: "text/plain" },
      want: { ...text, format: "binary" },
    },
    ...[
      "application/json",
      "text/json; charset=utf-8",
      "application/problem+json",
      "Application/JSON ;a=b",
    ].map((contentMediaType) => ({
      given: { ...string, contentMediaType, contentSchema: integer },
      want: { kind: "json", schema: plain(`${at}/contentSchema`, whole) },
    })),
    ...["application/json5", "x-application/json", "image/json", "application/a;+json"].map((mediaType) => ({
      given: { ...string, contentMediaType: mediaType },
      want: { kind: "file", mediaType },
    })),
  ])("in full: $given", ({ given, want }) => {
    expect(kindOf(given)).toEqual(plain(at, want));
  });
});
