import { describe, expect, test } from "vitest";
import { contractOf, operationOf, problemsOf } from "../testing/contract-of.js";
import { operation, smallSpec, specOf } from "../testing/small-spec.js";
import { extensionNames, readMaxSeconds } from "./extensions.js";

const client = { packageName: "parcels", className: "ParcelsClient", apiKeyEnv: "PARCELS_KEY" };
const plans = {
  errorCode: "too_many",
  plans: [
    { name: "free", concurrency: 1, maxSeconds: 20, jobsPerMonth: 3 },
    { name: "big", title: "Big", concurrency: null, features: ["bulk"] },
  ],
};
const rateLimits = {
  slow: { limit: 1, periodSeconds: 2, per: "key", errorCode: "slow_down" },
  fast: { limit: 9, periodSeconds: 1, per: "key" },
};
const job = { statusProperty: "status", pending: ["NEW"], succeeded: ["DONE"], failed: [] };
const signature = {
  header: "X-Sig",
  algorithm: "HMAC-SHA256",
  encoding: "hex",
  timestampField: "t",
  signatureField: "v1",
};

const ours = { "x-client": client };
const withSchema = (fields: object): Record<string, unknown> => ({
  ...specOf({ type: "object", ...fields }),
  ...ours,
});
const withExample = (fields: object): Record<string, unknown> => {
  const content = { "application/json": { schema: true, examples: { a: { value: 1, ...fields } } } };
  return smallSpec({
    ...ours,
    paths: { "/a": { get: operation("a.get", { responses: { "404": { description: "No.", content } } }) } },
  });
};
const at = "#/paths/~1parcels/get/responses/200/content/application~1json/schema";
const estimate = {
  framesProperty: "frames",
  priceProperty: "price",
  framesPerSecond: 25,
  pricedBy: "/model",
  pricesPerFrame: { small: 0.01 },
};
/** Words for who serves the contract: the generator only checks them. */
const served = [
  { name: "x-when", given: () => withExample({ "x-when": "const /input/*/endpoint" }) },
  { name: "x-holds", given: () => withSchema({ "x-holds": "activeJobs" }) },
  { name: "x-estimate", given: () => withSchema({ "x-estimate": estimate }) },
  { name: "x-webhook", given: () => withSchema({ "x-webhook": "done" }) },
];

/** One fixture a word: the parser reads it, a misspelt key in it is found, and so is a wrong place. */
describe("each extension", () => {
  const header = { name: "Once", in: "header", schema: { type: "string" } };
  const multipart = (schema: unknown): Record<string, unknown> => ({
    requestBody: {
      content: { "multipart/form-data": { schema: { type: "object", properties: { a: schema } } } },
    },
  });
  const partOf = (schema: unknown) => operationOf(multipart(schema)).requestBody?.mediaTypes[0]?.parts[0];

  const table: readonly { name: string; read: () => unknown; want: unknown }[] = [
    { name: "x-client", read: () => contractOf(smallSpec({ "x-client": client })).client, want: client },
    {
      name: "x-plans",
      read: () => contractOf(smallSpec({ "x-plans": plans })).plans,
      want: {
        errorCodes: ["too_many"],
        plans: [
          { name: "free", title: "free", concurrency: 1, maxSeconds: 20, jobsPerMonth: 3, features: [] },
          {
            name: "big",
            title: "Big",
            concurrency: null,
            maxSeconds: null,
            jobsPerMonth: null,
            features: ["bulk"],
          },
        ],
      },
    },
    {
      name: "x-rate-limits",
      read: () =>
        operationOf({}, { "x-rate-limits": rateLimits, "x-rate-limit": ["slow", "fast"] }).rateLimits,
      want: [
        { name: "slow", ...rateLimits.slow },
        { name: "fast", ...rateLimits.fast, errorCode: null },
      ],
    },
    {
      name: "x-rate-limit",
      read: () =>
        operationOf(
          { "x-rate-limit": ["fast"] },
          { "x-rate-limits": rateLimits, "x-rate-limit": ["slow"] },
        ).rateLimits.map(({ name }) => name),
      want: ["fast"],
    },
    {
      name: "x-requires-feature",
      read: () => operationOf({ "x-requires-feature": "bulk" }, { "x-plans": plans }).requiredFeature,
      want: "bulk",
    },
    {
      name: "x-idempotency",
      read: () =>
        operationOf({ "x-idempotency": { header: "once" }, parameters: [header] }).idempotencyHeader,
      want: "once",
    },
    {
      name: "x-batch",
      read: () => operationOf({ "x-batch": { idProperty: "id", dryRunProperty: "dry" } }).batch,
      want: { dryRunProperty: "dry", idProperty: "id", resultProperty: null, resultIdProperty: null },
    },
    {
      name: "x-method",
      read: () => {
        const content = {
          "application/json": {},
          "text/csv": { schema: { type: "string" }, "x-method": "createFromTable" },
        };
        const post = operation("parcels.create", { requestBody: { content } });
        return contractOf(smallSpec({ paths: { "/a": { post } } })).operations.map(({ name }) => name);
      },
      want: ["create", "createFromTable"],
    },
    {
      name: "x-error",
      read: () =>
        contractOf(specOf({}, { schemas: { Problem: { "x-error": { messageProperty: "detail" } } } })).error,
      want: { schema: "Problem", messageProperty: "detail", codeProperty: null, requestIdProperty: null },
    },
    {
      name: "x-job",
      read: () =>
        contractOf(specOf({}, { schemas: { Run: { type: "object", "x-job": job } } })).schemas[0]?.schema,
      want: expect.objectContaining({
        job: { ...job, errorProperty: null, errorCodeProperty: null, pollSeconds: null },
      }),
    },
    {
      name: "x-max-bytes",
      read: () => partOf({ type: "string", format: "binary", "x-max-bytes": 10 })?.maxBytes,
      want: 10,
    },
    {
      name: "x-max-seconds",
      read: () =>
        contractOf(specOf({}, { schemas: { Clip: { type: "string", "x-max-seconds": 15 } } })).schemas[0]
          ?.schema.maxSeconds,
      want: { "*": 15 },
    },
    {
      name: "x-item-schema",
      read: () =>
        partOf({
          type: "string",
          contentMediaType: "application/jsonl",
          "x-item-schema": { schema: { type: "integer" }, minItems: 2, uniqueBy: "id" },
        })?.lines,
      want: {
        schema: expect.objectContaining({ kind: "number" }),
        minItems: 2,
        maxItems: null,
        uniqueBy: "id",
      },
    },
    {
      name: "x-webhook-signature",
      read: () =>
        contractOf(
          smallSpec({ webhooks: { done: { post: { responses: {}, "x-webhook-signature": signature } } } }),
        ).webhooks[0]?.signature,
      want: { ...signature, signedPayload: "{timestamp}.{body}" },
    },
    ...served.map(({ name, given }) => ({ name, read: () => problemsOf(given()), want: [] })),
  ];

  test.each(table)("$name", ({ read, want }) => {
    expect(read()).toEqual(want);
  });

  test("has a fixture here", () => {
    expect(table.map(({ name }) => name).sort()).toEqual([...extensionNames].sort());
  });

  test.each(["{body}:{timestamp}", "v0:{timestamp}:{body}"])("a webhook signed as %s", (signedPayload) => {
    const post = { responses: {}, "x-webhook-signature": { ...signature, signedPayload } };
    expect(contractOf(smallSpec({ webhooks: { done: { post } } })).webhooks[0]?.signature).toEqual({
      ...signature,
      signedPayload,
    });
  });

  test("the seconds of each value of an enum", () => {
    expect(readMaxSeconds({ "x-max-seconds": { a: 1, b: 2.5 } })).toEqual({ a: 1, b: 2.5 });
    expect(readMaxSeconds({})).toEqual({});
  });
});

describe("what is wrong with an extension is found", () => {
  const exampleAt = "#/paths/~1a/get/responses/404/content/application~1json/examples/a";
  const inSchema = (fields: object): Record<string, unknown> => ({
    ...specOf({ type: "object", ...fields }),
    ...ours,
  });
  const inOperation = (fields: object): Record<string, unknown> =>
    smallSpec({ ...ours, paths: { "/a": { get: operation("a.get", { ...fields }) } } });
  const inWebhook = (given: object): Record<string, unknown> =>
    smallSpec({
      ...ours,
      webhooks: { done: { post: { responses: {}, "x-webhook-signature": given } } },
    });
  test.each([
    { what: "unknown", given: smallSpec({ ...ours, "x-foo": 1 }), want: ["extension-unknown #/x-foo"] },
    {
      what: "unknown, in a schema",
      given: inSchema({ "x-foo": 1 }),
      want: [`extension-unknown ${at}/x-foo`],
    },
    {
      what: "misspelt by one letter in a long name, and the document is not ours",
      given: smallSpec({ "x-rate-limt": [] }),
      want: ["extension-unknown #/x-rate-limt"],
    },
    {
      what: "misspelt by one letter, in an operation",
      given: inOperation({ "x-idempotenzy": {} }),
      want: ["extension-unknown #/paths/~1a/get/x-idempotenzy"],
    },
    {
      what: "a rule that is none",
      given: withExample({ "x-when": "keyMising" }),
      want: [`extension-invalid ${exampleAt}/x-when`],
    },
    {
      what: "a keyword without its place",
      given: withExample({ "x-when": "enum" }),
      want: [`extension-invalid ${exampleAt}/x-when`],
    },
    {
      what: "a number that is none of the server's",
      given: withSchema({ "x-holds": "active" }),
      want: [`extension-invalid ${at}/x-holds`],
    },
    {
      what: "an estimate without prices",
      given: withSchema({ "x-estimate": { ...estimate, pricesPerFrame: {} } }),
      want: [`extension-invalid ${at}/x-estimate/pricesPerFrame`],
    },
    {
      what: "a webhook without a name",
      given: withSchema({ "x-webhook": "" }),
      want: [`extension-invalid ${at}/x-webhook`],
    },
    {
      what: "a rule elsewhere than at an example",
      given: withSchema({ "x-when": "notFound" }),
      want: [`extension-misplaced ${at}/x-when`],
    },
    {
      what: "a property missing",
      given: smallSpec({ ...ours, "x-plans": {} }),
      want: ["extension-invalid #/x-plans"],
    },
    {
      what: "a property too many, deep inside",
      given: smallSpec({ ...ours, "x-plans": { plans: [{ name: "a", concurrency: 1, colour: 2 }] } }),
      want: ["extension-invalid #/x-plans/plans/0"],
    },
    {
      what: "two things wrong at once",
      given: smallSpec({ "x-client": { packageName: "A B", className: "a b" } }),
      want: ["extension-invalid #/x-client/packageName", "extension-invalid #/x-client/className"],
    },
    {
      what: "a number too small",
      given: inSchema({ "x-max-bytes": 0 }),
      want: [`extension-invalid ${at}/x-max-bytes`],
    },
    {
      what: "in the wrong place",
      given: inOperation({ "x-job": job }),
      want: ["extension-misplaced #/paths/~1a/get/x-job"],
    },
    {
      what: "a method's name at what is answered",
      given: smallSpec({
        ...ours,
        paths: {
          "/a": {
            get: operation("a.get", {
              responses: { 200: { description: "", content: { "text/csv": { "x-method": "a" } } } },
            }),
          },
        },
      }),
      want: ["extension-misplaced #/paths/~1a/get/responses/200/content/text~1csv/x-method"],
    },
    {
      what: "a feature that no plan has",
      given: inOperation({ "x-requires-feature": "bulk" }),
      want: ["feature-unknown #/paths/~1a/get/x-requires-feature"],
    },
    {
      what: "a header that is not declared",
      given: inOperation({ "x-idempotency": { header: "Once" } }),
      want: ["idempotency-header-undeclared #/paths/~1a/get/x-idempotency"],
    },
    ...["{body}", "{timestamp}.{time}.{body}", "{timestamp}{body}{body}"].map((signedPayload) => ({
      what: `a signed payload of ${signedPayload}`,
      given: inWebhook({ ...signature, signedPayload }),
      want: ["extension-invalid #/webhooks/done/post/x-webhook-signature/signedPayload"],
    })),
    {
      what: "a signature's header that can't be one",
      given: inWebhook({ ...signature, header: "X Sig" }),
      want: ["extension-invalid #/webhooks/done/post/x-webhook-signature/header"],
    },
    {
      what: "a feature, at once with a slip elsewhere",
      given: { ...inOperation({ "x-requires-feature": "bulk" }), "x-foo": 1 },
      want: ["extension-unknown #/x-foo", "feature-unknown #/paths/~1a/get/x-requires-feature"],
    },
    {
      what: "plans of a wrong shape, whose features may be right",
      given: { ...inOperation({ "x-requires-feature": "bulk" }), "x-plans": {} },
      want: ["extension-invalid #/x-plans"],
    },
    {
      what: "a rate limit that is not declared",
      given: inOperation({ "x-rate-limit": ["slow"] }),
      want: ["rate-limit-unknown #/paths/~1a/get/x-rate-limit"],
    },
  ])("$what", ({ given, want }) => {
    expect(problemsOf(given).map(({ rule, pointer }) => `${rule} ${pointer}`)).toEqual(want);
  });

  test.each([
    {
      what: "someone else's, in someone else's document",
      given: smallSpec({ "x-logo": {}, "x-tag-groups": [] }),
    },
    {
      what: "a property of a schema that begins with x-",
      given: inSchema({ properties: { "x-foo": { type: "string" } } }),
    },
    {
      what: "a header that begins with x-",
      given: smallSpec({
        ...ours,
        paths: {
          "/a": {
            get: operation("a.get", {
              responses: { "200": { description: "", headers: { "x-foo": { schema: {} } } } },
            }),
          },
        },
      }),
    },
    { what: "in an example", given: inSchema({ examples: [{ "x-foo": 1 }], default: { "x-foo": 1 } }) },
  ])("and what is not wrong is not: $what", ({ given }) => {
    expect(problemsOf(given)).toEqual([]);
  });
});

describe("says what is wrong with an extension, and what to do", () => {
  const wordsOf = (given: Record<string, unknown>) =>
    problemsOf(given).map(({ pointer, message, remedy }) => `${pointer}: ${message} ${remedy}`);
  const see = "See its row in the table of extensions.";
  const inOperation = (fields: object): Record<string, unknown> =>
    smallSpec({ ...ours, paths: { "/a": { get: operation("a.get", { ...fields }) } } });

  test.each([
    {
      given: smallSpec({ ...ours, "x-other": 1 }),
      want: [`#/x-other: The extension "x-other" is not known. Known here: ${extensionNames.join(", ")}.`],
    },
    {
      given: smallSpec({ ...ours, "x-plns": 1 }),
      want: ['#/x-plns: The extension "x-plns" is not known. Did you mean x-plans?'],
    },
    {
      given: smallSpec({ ...ours, "x-pla": 1 }),
      want: ['#/x-pla: The extension "x-pla" is not known. Did you mean x-plans?'],
    },
    {
      given: smallSpec({ ...ours, "x-pl": 1 }),
      want: [`#/x-pl: The extension "x-pl" is not known. Known here: ${extensionNames.join(", ")}.`],
    },
    ...["x-rate-limitss", "x-rat-limits", "x-rate_limits", "xx-rate-limits"].map((key) => ({
      given: smallSpec({ [key]: 1 }),
      want: key.startsWith("x-")
        ? [`#/${key}: The extension ${JSON.stringify(key)} is not known. Did you mean x-rate-limits?`]
        : [],
    })),
    { given: smallSpec({ "x-rat-limit_s": 1 }), want: [] },
    { given: smallSpec({ "x-web-hook": 1 }), want: [] },
    {
      given: inOperation({ "x-job": job }),
      want: ["#/paths/~1a/get/x-job: The extension x-job has no meaning here. Write it on: schema."],
    },
    {
      given: smallSpec({
        ...ours,
        paths: { "/a": { "x-rate-limit": [], get: operation("a.get") } },
      }),
      want: [
        "#/paths/~1a/x-rate-limit: The extension x-rate-limit has no meaning here. Write it on: root, operation.",
      ],
    },
    {
      given: smallSpec({ ...ours, "x-plans": {} }),
      want: [
        `#/x-plans: The extension x-plans is not valid: it must have required property 'plans' ("plans"). ${see}`,
      ],
    },
    {
      given: smallSpec({ ...ours, "x-plans": { plans: [{ name: "a", concurrency: 1, colour: 2 }] } }),
      want: [
        `#/x-plans/plans/0: The extension x-plans is not valid at /plans/0: it must NOT have additional properties ("colour"). ${see}`,
      ],
    },
    {
      given: withSchema({ "x-max-seconds": 0 }),
      want: [
        `${at}/x-max-seconds: The extension x-max-seconds is not valid: it must be > 0. ${see}`,
        `${at}/x-max-seconds: The extension x-max-seconds is not valid: it must be object. ${see}`,
      ],
    },
  ])("$want", ({ given, want }) => {
    expect(wordsOf(given)).toEqual(want);
  });
});

describe("where an extension may stand", () => {
  const hook = (fields: object) => ({ done: { post: { responses: {}, ...fields } } });
  const get = operation("a.get");
  const misplaced = (given: Record<string, unknown>) =>
    problemsOf({ ...given, ...ours }).map(({ rule, pointer }) => `${rule} ${pointer}`);
  test.each([
    { given: smallSpec({ webhooks: hook({ "x-webhook-signature": signature }) }), want: [] },
    {
      given: smallSpec({ webhooks: hook({ "x-rate-limit": [] }) }),
      want: ["extension-misplaced #/webhooks/done/post/x-rate-limit"],
    },
    {
      given: smallSpec({ paths: { "/a": { get: { ...get, "x-webhook-signature": signature } } } }),
      want: ["extension-misplaced #/paths/~1a/get/x-webhook-signature"],
    },
    {
      given: smallSpec({ components: { pathItems: { a: { get: { ...get, "x-rate-limit": [] } } } } }),
      want: ["extension-misplaced #/components/pathItems/a/get/x-rate-limit"],
    },
    {
      given: smallSpec({ components: { responses: { "x-job": { description: "" } } } }),
      want: [],
    },
    {
      given: smallSpec({ components: { examples: { "x-job": { value: 1 } } } }),
      want: [],
    },
    {
      given: smallSpec({
        components: { responses: { A: { description: "", "x-webhook-signature": signature } } },
      }),
      want: ["extension-misplaced #/components/responses/A/x-webhook-signature"],
    },
    {
      given: smallSpec({ webhooks: { done: { "x-webhook-signature": signature } } }),
      want: ["extension-misplaced #/webhooks/done/x-webhook-signature"],
    },
    {
      given: smallSpec({ servers: [{ url: "/", "x-job": job }] }),
      want: ["extension-misplaced #/servers/0/x-job"],
    },
    {
      given: specOf({ allOf: [{ type: "object", "x-max-bytes": 0 }] }),
      want: [`extension-invalid ${at}/allOf/0/x-max-bytes`],
    },
  ])("$want", ({ given, want }) => {
    expect(misplaced(given)).toEqual(want);
  });

  test("a wrong one is as if it were not there, and its neighbours are read", () => {
    const given = smallSpec({
      paths: {
        "/a": { get: operation("a.get", { "x-rate-limit": ["slow"], "x-idempotency": 1, summary: "S" }) },
      },
      "x-rate-limits": rateLimits,
    });
    expect(contractOf(given).operations).toMatchObject([
      { summary: "S", idempotencyHeader: null, rateLimits: [{ name: "slow" }] },
    ]);
  });
});

describe("in a document without x-client", () => {
  test.each([
    { given: { "x-rate-limit": ["slow"] }, root: { "x-rate-limits": rateLimits }, want: ["slow"] },
    { given: { "x-rate-limit": ["slow", "none"] }, root: { "x-rate-limits": rateLimits }, want: [] },
    { given: { "x-rate-limit": ["slow"] }, root: { "x-rate-limits": [] }, want: [] },
  ])("policies that are declared count: $given under $root", ({ given, root, want }) => {
    expect(operationOf(given, root).rateLimits.map(({ name }) => name)).toEqual(want);
  });

  test.each([
    { given: "bulk", root: { "x-plans": plans }, want: "bulk" },
    { given: "beta", root: { "x-plans": plans }, want: null },
    { given: "bulk", root: {}, want: null },
    { given: "bulk", root: { "x-plans": { plans: "bulk" } }, want: null },
  ])("a feature that a plan has counts: $given under $root", ({ given, root, want }) => {
    expect(operationOf({ "x-requires-feature": given }, root).requiredFeature).toBe(want);
  });

  test.each([
    ...["x-go", "x-doc", "x-plan", "x-clients", "x-errors", "x-jobs"].map((key) => ({
      [key]: "text",
    })),
    { "x-rate-limit": 60 },
    { "x-rate-limit": ["a"] },
    { "x-plans": "all" },
    { "x-rate-limits": { a: 60 } },
    { "x-requires-feature": "beta" },
    { "x-requires-feature": { name: "beta" } },
    { "x-idempotency": true },
  ])("%j is someone else's", (fields) => {
    const given = smallSpec({ ...fields, paths: { "/a": { get: operation("a.get", fields) } } });
    expect(problemsOf(given)).toEqual([]);
    const plain = smallSpec({ paths: { "/a": { get: operation("a.get") } } });
    expect(contractOf(given)).toEqual(contractOf(plain));
  });

  test.each(["x-job", "x-error", "x-item-schema", "x-max-bytes", "x-max-seconds"])(
    "%s in a schema is someone else's",
    (key) => {
      const spec = (schema: object) => specOf({ type: "string", ...schema }, { schemas: { A: schema } });
      expect(contractOf(spec({ [key]: "text" }))).toEqual(contractOf(spec({})));
    },
  );
});

describe("names of a client that the contract does not name", () => {
  test.each([
    {
      title: "Parcel API",
      want: {
        packageName: "parcel-api-client",
        className: "ParcelAPIClient",
        apiKeyEnv: expect.stringMatching(/^PARCEL_?API_API_KEY$/),
      },
    },
    { title: "Größe & Co.", want: { packageName: "groe-co-client" } },
    { title: "日本", want: { packageName: "api-client", className: "ApiClient", apiKeyEnv: "API_API_KEY" } },
    {
      title: "2 fast",
      want: { packageName: "2-fast-client", className: "FastClient", apiKeyEnv: "_2_FAST_API_KEY" },
    },
    {
      title: "12 a-b 3",
      want: { packageName: "12-a-b-3-client", className: "AB3Client", apiKeyEnv: "_12_A_B_3_API_KEY" },
    },
    {
      title: "Parcel 2 go",
      want: {
        packageName: "parcel-2-go-client",
        className: "Parcel2GoClient",
        apiKeyEnv: "PARCEL_2_GO_API_KEY",
      },
    },
    {
      title: "Café",
      want: { packageName: "cafe-client", className: "CafeClient", apiKeyEnv: "CAFE_API_KEY" },
    },
  ])("$title", ({ title, want }) => {
    expect(contractOf(smallSpec({ info: { title, version: "1" } })).client).toMatchObject(want);
  });

  test("and each that it does", () => {
    const given = { "x-client": { className: "Mine" } };
    expect(contractOf(smallSpec({ info: { title: "Parcel", version: "1" }, ...given })).client).toEqual({
      packageName: "parcel-client",
      className: "Mine",
      apiKeyEnv: "PARCEL_API_KEY",
    });
  });
});

describe("what each word may leave out", () => {
  test.each([
    {
      given: { errorCode: ["a", "b"], plans: [{ name: "free", concurrency: 1 }] },
      want: { errorCodes: ["a", "b"] },
    },
    { given: { plans: [{ name: "free", concurrency: 1 }] }, want: { errorCodes: [] } },
  ])("x-plans $given", ({ given, want }) => {
    expect(contractOf(smallSpec({ "x-plans": given })).plans).toMatchObject(want);
  });

  test("x-batch", () => {
    const all = { idProperty: "id", dryRunProperty: "d", resultProperty: "r", resultIdProperty: "i" };
    expect(operationOf({ "x-batch": { ...all, counts: { all: "/all" } } }).batch).toEqual(all);
    expect(operationOf({ "x-batch": { idProperty: "id" } }).batch).toEqual({
      idProperty: "id",
      dryRunProperty: null,
      resultProperty: null,
      resultIdProperty: null,
    });
  });

  test("x-error, on the first schema that has it", () => {
    const all = { messageProperty: "m", codeProperty: "c", requestIdProperty: "r" };
    const schemas = { A: true, B: {}, C: { "x-error": all }, D: { "x-error": { messageProperty: "n" } } };
    expect(contractOf(specOf({}, { schemas })).error).toEqual({ schema: "C", ...all });
  });

  test("x-job", () => {
    const all = { ...job, errorProperty: "e", errorCodeProperty: "c", pollSeconds: 0.5 };
    const schemas = { Run: { type: "object", "x-job": { ...all, resultProperty: "r" } } };
    expect(contractOf(specOf({}, { schemas })).schemas).toMatchObject([{ schema: { job: all } }]);
  });
});
