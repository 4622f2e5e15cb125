import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { usageProgram } from "./changes/compile/usage-program.js";
import { defaultConfiguration } from "./changes/configuration.js";
import { buildContract } from "./contract/build-contract.js";
import { type Judgement, judgeChange } from "./judge-change.js";
import { type CompileOutcome, judgeCompile } from "./judge-compile.js";
import type { JsonObject } from "./load/document-walk.js";
import { readSpec } from "./load/load-spec.js";
import { renderPackage } from "./render/render-package.js";
import { typeScriptWork } from "./render/typescript-work.js";
import { scratchFolders } from "./testing/scratch-folder.js";
import { project } from "./testing/specwright.js";

const scratch = scratchFolders();

describe("the program", () => {
  test.each([
    "spec",
    "generator/fixtures/shop",
    "generator/fixtures/strange",
    "generator/fixtures/examples",
    "generator/fixtures/webhooks-only",
    "generator/fixtures/signed-webhooks",
  ])("of %s compiles with its own client", async (folder) => {
    const spec = await readSpec(join(project, folder));
    const contract = buildContract(spec);
    const { made, compiled, copied } = await renderPackage(contract, spec.document, typeScriptWork);
    const files = new Map([...made, ...compiled, ...copied]);
    const usage = usageProgram(contract, await typeScriptWork.exportedNames(files)).text;
    const { base } = await typeScriptWork.compileUsage({ usage, base: files, revision: files });
    expect(base.map(({ start, message }) => `${usage.slice(start, start + 60)}: ${message}`)).toEqual([]);
  });
});

test("what is gone is told once, and not again for all that was in it", async () => {
  const deep = { type: "array", items: object({ id: text, inner: object({ a: text, b: text }) }, ["id"]) };
  const spec = (operations: JsonObject): string =>
    JSON.stringify({ openapi: "3.1.0", info: { title: "A", version: "1" }, paths: operations });
  const get = (operationId: string, schema: JsonObject): JsonObject => ({
    get: { operationId, ...answer(schema) },
  });
  const folder = scratch({
    "base.json": spec({ "/a": get("a", object({ deep, more: deep })), "/b": get("b", object({ deep })) }),
    "revision.json": spec({ "/a": get("a", object({ more: deep })) }),
  });
  const outcome = await judgeCompile(
    await readSpec(join(folder, "base.json")),
    await readSpec(join(folder, "revision.json")),
    typeScriptWork,
  );
  const found = outcome.status === "compiled" ? outcome.findings : [];
  expect(found.map(({ pointers: [pointer], error }) => `${pointer} ${error}`)).toEqual([
    expect.stringMatching(
      /^#\/paths\/~1a\/get\/responses\/200\S*\/properties\/deep Property 'deep' does not exist/,
    ),
    expect.stringMatching(/^#\/paths\/~1b\/get Property 'b' does not exist/),
  ]);
});

interface Case {
  readonly name: string;
  readonly base: JsonObject;
  readonly revision: JsonObject;
  /** Rule → where its finding is met; only what breaks somebody. */
  readonly want: Readonly<Record<string, "compiler" | "wire" | "both">>;
  /** A part of what the compiler says. */
  readonly says?: string;
}

const text = { type: "string" };
const body = (schema: JsonObject, required = true): JsonObject => ({
  requestBody: { required, content: { "application/json": { schema } } },
});
const answer = (schema: JsonObject): JsonObject => ({
  responses: { 200: { description: "done", content: { "application/json": { schema } } } },
});
const object = (properties: JsonObject, required: readonly string[] = []): JsonObject => ({
  type: "object",
  properties,
  required,
});
const query = (name: string, schema: JsonObject, required = false): JsonObject => ({
  parameters: [{ name, in: "query", required, schema }],
});

/** One operation each, all in one spec: compiling is what takes time. */
const cases: readonly Case[] = [
  {
    name: "sameAsEver",
    base: body(object({ a: text }, ["a"])),
    revision: body(object({ a: text, b: text }, ["a"])),
    want: {},
  },
  {
    name: "memberGone",
    base: body(object({ kind: { enum: ["one", "two", "three"] } })),
    revision: body(object({ kind: { enum: ["one", "three"] } })),
    want: { "request-property-enum-value-removed": "both" },
    says: `"two"`,
  },
  {
    name: "shorterText",
    base: body(object({ a: { type: "string", maxLength: 9 } })),
    revision: body(object({ a: { type: "string", maxLength: 5 } })),
    want: { "request-property-max-length-decreased": "wire" },
  },
  {
    name: "newRequired",
    base: body(object({ a: text }, ["a"])),
    revision: body(object({ a: text, extra: text }, ["a", "extra"])),
    want: { "new-required-request-property": "both" },
    says: "extra",
  },
  {
    name: "typeChanged",
    base: body(object({ deep: object({ list: { type: "array", items: text } }) })),
    revision: body(object({ deep: object({ list: { type: "array", items: { type: "integer" } } }) })),
    want: { "request-property-type-changed": "both" },
    says: "number",
  },
  {
    name: "answerWithout",
    base: answer(object({ a: text, gone: text }, ["a", "gone"])),
    revision: answer(object({ a: text }, ["a"])),
    want: { "response-required-property-removed": "both" },
    says: "gone",
  },
  {
    name: "answerOptional",
    base: answer(object({ a: text }, ["a"])),
    revision: answer(object({ a: text })),
    want: { "response-property-became-optional": "both" },
    says: "undefined",
  },
  {
    name: "answerWider",
    base: answer(object({ state: { enum: ["on", "off"] } }, ["state"])),
    revision: answer(object({ state: { enum: ["on", "off", "lost"] } }, ["state"])),
    want: { "response-property-enum-value-added": "both" },
    says: "lost",
  },
  {
    name: "queryRequired",
    base: query("limit", { type: "integer" }),
    revision: query("limit", { type: "integer" }, true),
    want: { "request-parameter-became-required": "both" },
    says: "limit",
  },
  {
    name: "otherForm",
    base: body(object({ limit: text })),
    // A parameter of the name that a property has: what was one object of arguments becomes two.
    revision: { ...body(object({ limit: text })), ...query("limit", text) },
    want: { "client-no-longer-compiles": "compiler" },
    says: "limit",
  },
];

function specOf(side: "base" | "revision"): string {
  const paths = cases.map(({ name, [side]: operation }) => [
    `/${name}`,
    { post: { operationId: name, responses: { 200: { description: "done" } }, ...operation } },
  ]);
  const renamed = side === "base" ? "first" : "second";
  return JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Cases", version: "1.0.0" },
    paths: {
      ...Object.fromEntries(paths),
      "/renamed": { post: { operationId: renamed, responses: { 200: { description: "done" } } } },
    },
  });
}

describe("what is met by whom", () => {
  let outcome: CompileOutcome;
  let judgement: Judgement;

  beforeAll(async () => {
    const folder = scratch({ "base.json": specOf("base"), "revision.json": specOf("revision") });
    const [base, revision] = (await Promise.all(
      ["base.json", "revision.json"].map((file) => readSpec(join(folder, file))),
    )) as [Awaited<ReturnType<typeof readSpec>>, Awaited<ReturnType<typeof readSpec>>];
    outcome = await judgeCompile(base, revision, typeScriptWork);
    const compile = outcome.status === "compiled" ? outcome.findings : null;
    const options = { today: "2030-01-01", configuration: defaultConfiguration, approvals: [], compile };
    judgement = judgeChange(base, revision, options);
  }, 120_000);

  const changesOf = (path: string) =>
    judgement.changes.filter(({ pointers: { base, revision } }) =>
      [base, revision].some((pointer) => pointer?.startsWith(`#/paths/~1${path}`)),
    );

  test.each(cases)("$name: $want", ({ name, want, says }) => {
    const broken = changesOf(name).filter(({ severity }) => severity !== "note");
    expect(Object.fromEntries(broken.map(({ id, metBy }) => [id, metBy]))).toEqual(want);
    const said = broken.flatMap(({ compile }) => compile.map(({ code, error }) => `${code} ${error}`)).join();
    if (says !== undefined) expect(said).toContain(says);
  });

  test("a method that is called something else is met by the compiler only", () => {
    const broken = changesOf("renamed").filter(({ severity }) => severity !== "note");
    expect(broken.map(({ family, metBy }) => [family, metBy])).toEqual([["client", "compiler"]]);
    expect(broken[0]?.compile[0]?.code).toBe("client.first()");
  });

  test("the compiler finds nothing that is not there", () => {
    const [same] = cases;
    expect(changesOf(same?.name ?? "").map(({ severity, compile }) => [severity, compile.length])).toEqual([
      ["note", 0],
    ]);
  });
});

describe("a side of which no client can be made", () => {
  const sound = {
    openapi: "3.1.0",
    info: { title: "A", version: "1" },
    paths: { "/a": { get: { operationId: "a", responses: { 200: { description: "done" } } } } },
  };
  const nameless = { ...sound, paths: { "/a": { get: { responses: { 200: { description: "done" } } } } } };
  const unread = { ...sound, paths: { "/a": { $ref: "missing.json" } } };

  test.each([
    { name: "base", base: nameless, revision: sound },
    { name: "revision", base: sound, revision: nameless },
    { name: "revision", base: sound, revision: unread },
  ])("$name: it says which, and why", async ({ name, base, revision }) => {
    const folder = scratch({ "base.json": JSON.stringify(base), "revision.json": JSON.stringify(revision) });
    const outcome = await judgeCompile(
      await readSpec(join(folder, "base.json")),
      await readSpec(join(folder, "revision.json")),
      typeScriptWork,
    );
    expect(outcome).toMatchObject({ status: "impossible", side: name });
    expect("reasons" in outcome && outcome.reasons[0]).toContain(`${name}.json:`);
  });
});
