import { join } from "node:path";
import { expect, test } from "vitest";
import { scratchFolders } from "../testing/scratch-folder.js";
import type { JsonObject } from "./document-walk.js";
import { readSpec } from "./load-spec.js";

// A spec that is read with another state of it beside it must be what it is when it is read alone.

const scratch = scratchFolders();
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const answer = (schema: JsonObject): JsonObject => ({
  get: { responses: { 200: { description: "so", content: { "application/json": { schema } } } } },
});

function specOf(change: (spec: { paths: JsonObject; schemas: JsonObject }) => unknown): string {
  const paths: JsonObject = {
    "/a": answer(ref("A")),
    "/b": answer({ type: "array", items: ref("B") }),
    "/kinds": answer(ref("Kind")),
    "/again": { $ref: "#/components/pathItems/Again" },
    "/inner": answer({ $ref: "#/paths/~1b/get/responses/200/content/application~1json/schema" }),
  };
  const schemas: JsonObject = {
    A: { type: "object", properties: { b: ref("B"), old: { type: "string", nullable: true } } },
    B: { type: "object", properties: { a: ref("A") }, required: ["a"] },
    Alias: ref("Other"),
    Other: ref("B"),
    Kind: {
      oneOf: [ref("A"), ref("B")],
      discriminator: { propertyName: "kind", mapping: { a: "A", b: "#/components/schemas/B" } },
    },
  };
  const spec = {
    openapi: "3.1.0",
    info: { title: "T", version: "1" },
    paths,
    components: { schemas, pathItems: { Again: answer(ref("B")) } },
  };
  change({ paths, schemas });
  return JSON.stringify(spec);
}

const changes: readonly {
  readonly name: string;
  readonly change: (spec: { paths: JsonObject; schemas: JsonObject }) => unknown;
  readonly problems?: number;
}[] = [
  { name: "nothing", change: () => undefined },
  { name: "a component of its own", change: ({ schemas }) => (schemas["A"] = { type: "string" }) },
  // What refers to it was left as it was, but is wrong now.
  { name: "a component is gone", change: ({ schemas }) => delete schemas["B"], problems: 7 },
  { name: "what is inlined elsewhere", change: ({ paths }) => (paths["/b"] = answer(ref("A"))) },
  { name: "a name that a mapping means", change: ({ schemas }) => delete schemas["A"], problems: 4 },
  {
    name: "a circle by what was left",
    change: ({ schemas }) => (schemas["Other"] = ref("Alias")),
    problems: 1,
  },
  {
    name: "the order of keys",
    change: ({ schemas }) => (schemas["A"] = reversed(schemas["A"] as JsonObject)),
  },
];

const reversed = (map: JsonObject): JsonObject => Object.fromEntries(Object.entries(map).reverse());

test.each(changes)("$name", async ({ change, problems = 0 }) => {
  const folder = scratch({ "base.json": specOf(() => undefined), "revision.json": specOf(change) });
  const base = await readSpec(join(folder, "base.json"));
  const alone = await readSpec(join(folder, "revision.json"));
  const beside = await readSpec(join(folder, "revision.json"), [], { like: base });
  expect(JSON.stringify(beside.document)).toBe(JSON.stringify(alone.document));
  expect(beside.problems).toEqual(alone.problems);
  expect(beside.problems).toHaveLength(problems);
});

test("what was left as it was is one value in both; what refers to what is gone is not", async () => {
  const folder = scratch({
    "base.json": specOf(() => undefined),
    "revision.json": specOf(({ schemas }) => delete schemas["Other"]),
  });
  const base = await readSpec(join(folder, "base.json"));
  const revision = await readSpec(join(folder, "revision.json"), [], { like: base });
  const schemas = ({ document }: typeof base): JsonObject =>
    (document["components"] as { schemas: JsonObject }).schemas;
  expect(schemas(revision)["A"]).toBe(schemas(base)["A"]);
  expect(schemas(revision)["Alias"]).toEqual({});
});
