import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { defaultConfiguration } from "./changes/configuration.js";
import { type Judgement, judgeChange } from "./judge-change.js";
import { judgeCompile } from "./judge-compile.js";
import type { JsonObject } from "./load/document-walk.js";
import { readSpec } from "./load/load-spec.js";
import { typeScriptWork } from "./render/typescript-work.js";
import { scratchFolders } from "./testing/scratch-folder.js";

// What the package exports beside its methods: webhooks, errors, and every other name of its entries.

const scratch = scratchFolders();
const text = { type: "string" };
const object = (properties: JsonObject): JsonObject => ({
  type: "object",
  properties,
  required: Object.keys(properties),
});
const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
const content = (schema: JsonObject): JsonObject => ({ content: { "application/json": { schema } } });
const states = (...values: string[]): JsonObject => object({ state: { enum: values } });
const signature = {
  header: "Signed",
  algorithm: "HMAC-SHA256",
  encoding: "hex",
  timestampField: "t",
  signatureField: "v1",
};

/** Payloads of signed webhooks, before and after; `null`: it is gone. */
const webhooks: Readonly<Record<string, readonly [base: JsonObject, revision: JsonObject | null]>> = {
  same: [object({ a: text }), object({ a: text, b: text })],
  stricter: [object({ a: { ...text, maxLength: 5 } }), object({ a: { ...text, maxLength: 9 } })],
  removed: [object({ a: text, b: text }), object({ a: text })],
  renamed: [object({ a: text, old: text }), object({ a: text, fresh: text })],
  retyped: [object({ a: text }), object({ a: { type: "integer" } })],
  added: [states("on", "off"), states("on", "off", "lost")],
  lessened: [ref("State"), ref("State")],
  less: [states("on", "off"), states("on")],
  gone: [object({ a: text }), null],
  first: [ref("Parcel"), ref("Parcel")],
  other: [ref("Parcel"), ref("Letter")],
};

const unsigned: typeof webhooks = { plain: [object({ a: text, b: text }), object({ a: text })] };

/** Statuses that an operation refuses with, and whether it starts a job. */
const operations: Readonly<Record<string, readonly [base: readonly string[], revision: readonly string[]]>> =
  {
    kept: [["404"], ["404", "409"]],
    lost: [["404", "409"], ["404"]],
  };

function specOf(side: 0 | 1): string {
  const isBase = side === 0;
  const hooks = (all: typeof webhooks, more: JsonObject) =>
    Object.entries(all).flatMap(([name, sides]) =>
      sides[side]
        ? [[name, { post: { ...more, requestBody: content(sides[side]), responses: {} } }] as const]
        : [],
    );
  const refusals = (statuses: readonly string[]): JsonObject =>
    Object.fromEntries(statuses.map((status) => [status, { description: "no", ...content(ref("Fault")) }]));
  const job = { "x-job": { statusProperty: "state", pending: ["on"], succeeded: ["off"], failed: [] } };
  return JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Depot", version: "1.0.0" },
    "x-client": { className: "Depot" },
    "x-plans": {
      ...(isBase ? { errorCode: "too_many" } : {}),
      plans: ["small", ...(isBase ? ["big"] : [])].map((name) => ({ name, concurrency: 1 })),
    },
    paths: {
      ...Object.fromEntries(
        Object.entries(operations).map(([name, sides]) => [
          `/${name}`,
          {
            get: { operationId: name, responses: { 200: { description: "done" }, ...refusals(sides[side]) } },
          },
        ]),
      ),
      "/jobs": {
        post: {
          operationId: "jobs.start",
          responses: {
            201: {
              description: "done",
              ...content(ref("Job")),
              links: isBase
                ? { look: { operationId: "jobs.look", parameters: { id: "$response.body#/id" } } }
                : {},
            },
            ...refusals(["429"]),
          },
        },
      },
      "/jobs/{id}": {
        get: {
          operationId: "jobs.look",
          parameters: [{ name: "id", in: "path", required: true, schema: text }],
          responses: { 200: { description: "so far", ...content(ref("Job")) } },
        },
      },
    },
    webhooks: Object.fromEntries([
      ...hooks(webhooks, { "x-webhook-signature": signature }),
      ...hooks(unsigned, {}),
    ]),
    components: {
      schemas: {
        State: { enum: isBase ? ["on", "off", "sold"] : ["on", "off"] },
        Parcel: object({ weight: { type: "integer" }, kind: { const: "parcel" } }),
        Letter: object({ pages: { type: "integer" }, kind: { const: "letter" } }),
        Job: { ...object({ id: text, state: { enum: ["on", "off"] } }), ...job },
        Fault: {
          ...object({ message: text, code: { enum: isBase ? ["lost", "too_many"] : ["lost"] } }),
          "x-error": { messageProperty: "message", codeProperty: "code" },
        },
        ...(isBase ? { Unused: object({ a: text }) } : {}),
      },
    },
  });
}

let judgement: Judgement;

beforeAll(async () => {
  const folder = scratch({ "base.json": specOf(0), "revision.json": specOf(1) });
  const [base, revision] = [
    await readSpec(join(folder, "base.json")),
    await readSpec(join(folder, "revision.json")),
  ];
  const outcome = await judgeCompile(base, revision, typeScriptWork);
  const compile = outcome.status === "compiled" ? outcome.findings : null;
  judgement = judgeChange(base, revision, {
    today: "2030-01-01",
    configuration: defaultConfiguration,
    approvals: [],
    compile,
  });
}, 120_000);

const hook = (name: string, rest = ""): string =>
  `#/webhooks/${name}/post/requestBody/content/application~1json/schema${rest}`;

/** What is found in the base, where it is met, by which rule, and a part of what the compiler says with its code. */
const found: readonly (readonly [
  at: string,
  metBy: "both" | "wire" | "compiler",
  id: string,
  says?: string,
])[] = [
  [hook("stricter", "/properties/a/maxLength"), "wire", "response-property-max-length-increased"],
  [hook("removed", "/properties/b"), "both", "response-required-property-removed", `["b"]`],
  [hook("plain", "/properties/b"), "both", "response-required-property-removed", "PlainPayload"],
  [hook("renamed", "/properties/old"), "both", "response-required-property-removed", `["old"]`],
  [hook("retyped", "/properties/a"), "both", "response-property-type-changed", "'number'"],
  [hook("added", "/properties/state"), "both", "response-property-enum-value-added", `"lost"`],
  [hook("less", "/properties/state"), "compiler", "client-no-longer-compiles", `=== "off"`],
  [
    "#/components/schemas/State",
    "compiler",
    "client-enum-member-removed",
    `"sold" satisfies (typeof StateValues)`,
  ],
  ["#/webhooks/gone", "both", "webhook-removed", `received("gone")`],
  // Where another schema is sent, its properties are named as those of the old one.
  ["#/components/schemas/Parcel/properties/weight", "both", "response-required-property-removed", "'Letter'"],
  ["#/components/schemas/Parcel/properties/kind", "wire", "response-property-const-changed"],
  [
    "#/paths/~1lost/get/responses/409",
    "compiler",
    "client-error-class-removed",
    `toldBy<LostError>("ConflictError")`,
  ],
  [
    "#/components/schemas/Fault/properties/code",
    "compiler",
    "client-no-longer-compiles",
    `["code"]! === "too_many"`,
  ],
  ["#/x-plans", "both", "plan-error-code-removed", "ConcurrencyLimitError"],
  ["#/x-plans/plans/1", "both", "plan-removed", `"big" satisfies PlanOfContract`],
  ["#/components/schemas/Unused", "compiler", "client-type-removed", "{ Unused }"],
  ["#/paths/~1jobs/post", "compiler", "client-no-longer-compiles", "client.jobs.startAndWait"],
  ["#/paths/~1jobs~1{id}/get", "compiler", "client-no-longer-compiles", "client.jobs.waitFor"],
  ["#/paths/~1jobs~1{id}/get", "compiler", "client-no-longer-compiles", "client.jobs.watch"],
];

test.each(found)("%s is met by %s: %s", (at, metBy, id, says) => {
  const there = judgement.changes.filter(
    ({ pointers, ...change }) => pointers.base === at && change.id === id,
  );
  expect(there.map((change) => change.metBy)).toContain(metBy);
  const said = there.flatMap(({ compile }) => compile.map(({ code, error }) => `${code} ${error}`));
  if (says === undefined) expect(said).toEqual([]);
  else expect(said.join("\n")).toContain(says);
});

test("nothing else breaks anybody, and each finding has its place in the revision, if that is left", () => {
  const broken = judgement.changes.filter(({ severity }) => severity !== "note");
  const shown = (list: readonly (readonly unknown[])[]) =>
    list.map((one) => one.slice(0, 3).join(" ")).sort();
  expect(shown(broken.map(({ pointers, metBy, id }) => [pointers.base, metBy, id]))).toEqual(shown(found));
  const gone = broken.filter(({ pointers }) => pointers.revision === null).map(({ id }) => id);
  expect(gone.sort()).toEqual(["client-type-removed", "plan-removed", "webhook-removed"]);
});
