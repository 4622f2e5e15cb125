import { describe, expect, test } from "vitest";
import type { JsonObject } from "../support/contract.js";
import type { EvidenceFinding } from "./evidence.js";
import { EvidenceMaker } from "./evidence-maker.js";
import { reportedEvidence } from "./reported-evidence.js";

/** A document with `POST /things`, whose rest is given. */
const documentOf = (operation: JsonObject, more: JsonObject = {}): JsonObject => ({
  openapi: "3.1.0",
  info: { title: "Things", version: "1.0.0" },
  ...more,
  paths: { "/things": { post: { responses: { 201: { description: "made" } }, ...operation } } },
});
const body = (schema: JsonObject, mediaType = "application/json") => ({
  requestBody: { required: true, content: { [mediaType]: { schema } } },
});
const reply = (schema: JsonObject) => ({
  responses: { 201: { description: "made", content: { "application/json": { schema } } } },
});
const things = (properties: JsonObject, required: string[] = []) => ({
  type: "object",
  properties,
  required,
});
const schemaAt = "#/paths/~1things/post/requestBody/content/application~1json/schema";
const replyAt = "#/paths/~1things/post/responses/201/content/application~1json/schema";

const finding = (id: string, at: string | null, more: Partial<EvidenceFinding> = {}): EvidenceFinding => ({
  fingerprint: "0123456789abcdef",
  id,
  direction: id.includes("response") ? "response" : "request",
  pointers: { base: at, revision: at },
  operations: ["POST /things"],
  before: null,
  after: null,
  ...more,
});
const evidenceOf = (base: JsonObject, revision: JsonObject, given: EvidenceFinding) =>
  reportedEvidence(new EvidenceMaker(base, revision).of(given));

describe("a request that is refused now", () => {
  const size = (maximum: number) =>
    body(things({ size: { type: "integer", maximum }, name: { type: "string" } }, ["size"]));
  const text = { type: "string" };
  const given: readonly {
    what: string;
    base: JsonObject;
    revision: JsonObject;
    finding: EvidenceFinding;
    want: { target?: string; body?: unknown; refusal: object };
  }[] = [
    {
      what: "what was just let through, and no more beside it",
      base: documentOf(size(10)),
      revision: documentOf(size(5)),
      finding: finding("request-property-max-decreased", `${schemaAt}/properties/size`, {
        before: 10,
        after: 5,
      }),
      want: {
        body: { size: 10 },
        refusal: { in: "body", pointer: "/size", keyword: "maximum", message: "must be <= 5" },
      },
    },
    {
      what: "of two changes the one that is asked for",
      base: documentOf(body(things({ a: { type: "string", maxLength: 9 }, b: { enum: ["x", "y"] } }))),
      revision: documentOf(body(things({ a: { type: "string", maxLength: 3 }, b: { enum: ["x"] } }))),
      finding: finding("request-property-enum-value-removed", `${schemaAt}/properties/b`, { before: "y" }),
      want: { body: { b: "y" }, refusal: { pointer: "/b", keyword: "enum" } },
    },
    {
      what: "a value of a component that is reached through a list",
      base: documentOf(body({ type: "array", items: { $ref: "#/components/schemas/Item" } }), {
        components: { schemas: { Item: things({ id: text }) } },
      }),
      revision: documentOf(body({ type: "array", items: { $ref: "#/components/schemas/Item" } }), {
        components: { schemas: { Item: things({ id: text }, ["id"]) } },
      }),
      finding: finding("request-property-became-required", "#/components/schemas/Item/properties/id"),
      want: { body: [{}], refusal: { pointer: "/0", keyword: "required" } },
    },
    {
      what: "a null of OpenAPI 3.0",
      base: { ...documentOf(body(things({ a: { type: "string", nullable: true } }))), openapi: "3.0.3" },
      revision: { ...documentOf(body(things({ a: { type: "string" } }))), openapi: "3.0.3" },
      finding: finding("request-property-became-not-nullable", `${schemaAt}/properties/a`),
      want: { body: { a: null }, refusal: { pointer: "/a", keyword: "type", message: "must be string" } },
    },
    {
      what: "without a parameter that is required now",
      base: documentOf({ parameters: [{ name: "a", in: "query", schema: text }] }),
      revision: documentOf({ parameters: [{ name: "a", in: "query", schema: text, required: true }] }),
      finding: finding("request-parameter-became-required", "#/paths/~1things/post/parameters/0"),
      want: { target: "/things", refusal: { in: "query", name: "a", keyword: "required" } },
    },
    {
      what: "a number of a query, which is text on its way",
      base: documentOf({ parameters: [{ name: "a", in: "query", schema: { type: "integer" } }] }),
      revision: documentOf({
        parameters: [{ name: "a", in: "query", schema: { type: "integer", minimum: 1 } }],
      }),
      finding: finding("request-parameter-min-set", "#/paths/~1things/post/parameters/0/schema", {
        after: 1,
      }),
      want: { target: "/things?a=0", refusal: { in: "query", name: "a", keyword: "minimum" } },
    },
    {
      what: "to an operation that is gone",
      base: documentOf({}),
      revision: { ...documentOf({}), paths: {} },
      finding: finding("api-path-removed-without-deprecation", "#/paths/~1things/post"),
      want: { target: "/things", refusal: { in: "operation", keyword: "path" } },
    },
    {
      what: "without a key that is asked for now",
      base: documentOf({}),
      revision: documentOf(
        { security: [{ key: [] }] },
        { components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "x-key" } } } },
      ),
      finding: finding("api-security-became-required", "#/paths/~1things/post"),
      want: { target: "/things", refusal: { in: "security", message: "must be let in by key" } },
    },
    {
      what: "as a media type that is no longer taken",
      base: documentOf(body(things({ a: text }), "application/x-www-form-urlencoded")),
      revision: documentOf(body(things({ a: text }))),
      finding: finding("request-body-media-type-removed", "#/paths/~1things/post/requestBody", {
        before: "application/x-www-form-urlencoded",
      }),
      want: { refusal: { in: "body", keyword: "content" } },
    },
  ];

  test.each(given)("$what", ({ base, revision, finding: one, want }) => {
    const evidence = evidenceOf(base, revision, one);
    expect(evidence).toMatchObject({ kind: "request", operation: "POST /things" });
    if (evidence.kind !== "request") return;
    if (want.target !== undefined) expect(evidence.request.target).toBe(want.target);
    if (want.body !== undefined) expect(JSON.parse(evidence.request.body ?? "")).toEqual(want.body);
    expect(evidence.refusals[0]).toMatchObject(want.refusal);
    expect(evidence.curl).toContain("curl -i -X POST 'http://localhost/things");
  });

  test.each([
    // By the sandbox's count; where a burst was refused before too, an even pace tells.
    ["60 in 60 s", "30 in 60 s", "Sent 31 times, at once; all were let through before (60 in 60 s)."],
    [undefined, "2 in 1 s", "Sent 3 times, at once; all were let through before (no limit)."],
    ["10 in 60 s", "10 in 110 s", "Sent 11 times, one every 10 s; all were let through before (10 in 60 s)."],
  ])("tells of a rate of %s that is now %s how often it takes", (before, after, condition) => {
    const one = finding("rate-limit-decreased", "#/x-rate-limits/every", { before, after });
    expect(evidenceOf(documentOf({}), documentOf({}), one)).toMatchObject({
      kind: "request",
      condition,
      refusals: [
        {
          keyword: "x-rate-limit",
          message: expect.stringMatching(/ is answered with 429, and may be sent again after \d+ s$/),
        },
      ],
    });
  });

  test.each([
    ["60 in 60 s", "60 in 60 s"],
    ["1 in 1 s", "999999999999 in 1 s"],
  ])("of a rate of %s that is now %s nothing is shown", (before, after) => {
    const one = finding("rate-limit-decreased", "#/x-rate-limits/every", { before, after });
    expect(evidenceOf(documentOf({}), documentOf({}), one)).toMatchObject({ kind: "none" });
  });

  test("never has a key in it, but the name of a variable, and text of the spec is the shell's in no place", () => {
    const name = `x-$(id)'"\`;key`;
    const document = documentOf(
      {
        security: [{ key: [] }],
        parameters: [{ name, in: "query", required: true, schema: { const: "$(id)'" } }],
      },
      {
        "x-client": { apiKeyEnv: "$(id)" },
        servers: [{ url: "https://example.com/$(id)" }],
        components: { securitySchemes: { key: { type: "apiKey", in: "header", name } } },
      },
    );
    const evidence = evidenceOf(
      document,
      { ...document, paths: {} },
      finding("api-path-removed-without-deprecation", null),
    );
    const curl = evidence.kind === "request" ? evidence.curl : "";
    expect(curl).toContain(`"$API_KEY"`);
    // What is left outside of single quotes can be no more than our own words.
    const outside = curl.replace(/'\\''/g, "").replace(/'[^']*'/g, "");
    expect(outside).toBe(`curl -i -X POST  -H "$API_KEY"`);
  });
});

describe("an answer that nobody was told of", () => {
  test.each([
    {
      what: "a new value of an enum",
      base: reply(things({ state: { enum: ["a"] } })),
      revision: reply(things({ state: { enum: ["a", "b"] } })),
      finding: finding("response-property-enum-value-added", `${replyAt}/properties/state`, { after: "b" }),
      want: { response: { status: "201", body: '{"state":"b"}' }, refusals: [{ pointer: "/state" }] },
    },
    {
      what: "a property that may be missing",
      base: reply(things({ id: { type: "string" } }, ["id"])),
      revision: reply(things({ id: { type: "string" } })),
      finding: finding("response-property-became-optional", `${replyAt}/properties/id`),
      want: { response: { body: "{}" }, refusals: [{ keyword: "required" }] },
    },
    {
      what: "a header that may be missing",
      base: {
        responses: { 201: { description: "made", headers: { etag: { required: true, schema: {} } } } },
      },
      revision: { responses: { 201: { description: "made" } } },
      finding: finding("required-response-header-removed", "#/paths/~1things/post/responses/201"),
      want: { response: { status: "201", headers: [] }, refusals: [{ in: "header", name: "etag" }] },
    },
    {
      what: "another status",
      base: {},
      revision: { responses: { 202: { description: "begun" } } },
      finding: finding("response-success-status-removed", "#/paths/~1things/post/responses/201"),
      want: { response: { status: "202" }, refusals: [{ in: "status", message: "must be 201, not 202" }] },
    },
  ])("$what", ({ base, revision, finding: one, want }) => {
    expect(evidenceOf(documentOf(base), documentOf(revision), one)).toMatchObject({
      kind: "response",
      ...want,
    });
  });
});

describe("what can't be shown says why", () => {
  test.each([
    ["api-sunset-date-too-small", {}, {}, null, /announced/],
    [
      "request-property-type-changed",
      body(things({ a: { type: "string" } })),
      body(things({ a: { type: "string", title: "other" } })),
      `${schemaAt}/properties/a`,
      /No value can be valid|None of the/,
    ],
    [
      "request-property-pattern-added",
      body(things({ a: { type: "string", pattern: "(" } })),
      body(things({ a: { type: "string" } })),
      `${schemaAt}/properties/a`,
      /./,
    ],
  ] as const)("%s", (id, base, revision, at, reason) => {
    const evidence = evidenceOf(documentOf(base), documentOf(revision), finding(id, at));
    expect(evidence).toMatchObject({ kind: "none", reason: expect.stringMatching(reason) });
  });
});
