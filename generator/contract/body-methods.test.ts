import { describe, expect, test } from "vitest";
import { contractOf, problemsOf } from "../testing/contract-of.js";
import { operation, smallSpec } from "../testing/small-spec.js";
import { bodyMethods } from "./body-methods.js";

const file = { type: "string", format: "binary" };
const text = { type: "string" };
const schemas = {
  Parcel: { type: "object", properties: { size: { type: "integer" } } },
  Form: { type: "object", properties: { photo: { $ref: "#/components/schemas/Photo" } } },
  Photo: file,
};
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const object = (properties: object) => ({ type: "object", properties });
const json = "application/json";
const form = "application/x-www-form-urlencoded";
const multipart = "multipart/form-data";

/** Media types with their schemas, and the methods that they give an operation `create`, with what each may send. */
const given: readonly { what: string; content: Record<string, unknown>; want: Record<string, string[]> }[] = [
  { what: "none", content: {}, want: {} },
  { what: "one", content: { [multipart]: ref("Form") }, want: { create: [multipart] } },
  {
    what: "files beside JSON",
    content: { [multipart]: ref("Form"), [json]: ref("Parcel") },
    want: { create: [json], createWithFiles: [multipart] },
  },
  {
    what: "one schema for all, as its name or written out",
    content: {
      [json]: ref("Parcel"),
      "application/xml": ref("Parcel"),
      [form]: { ...schemas.Parcel, description: "As a form." },
      [multipart]: ref("Parcel"),
    },
    want: { create: [json, multipart, form, "application/xml"] },
  },
  {
    what: "one schema, but with a file, which JSON has no way to hold",
    content: { [json]: ref("Form"), [multipart]: ref("Form") },
    want: { create: [json], createWithFiles: [multipart] },
  },
  {
    what: "properties that are called as words are",
    content: { [json]: object({ title: text }), [form]: object({ description: text }) },
    want: { create: [json], createAsForm: [form] },
  },
  {
    what: "a file among alternatives, in a list",
    content: {
      [json]: ref("Parcel"),
      [multipart]: { allOf: [object({ all: { anyOf: [text, { type: "array", items: file }] } })] },
    },
    want: { create: [json], createWithFiles: [multipart] },
  },
  {
    what: "forms of other properties",
    content: { [json]: ref("Parcel"), [form]: object({ a: text }), [multipart]: object({ b: text }) },
    want: { create: [json], createAsMultipart: [multipart], createAsForm: [form] },
  },
  {
    what: "a form without parts, which can't be sent",
    content: { [json]: ref("Parcel"), [multipart]: {} },
    want: { create: [json, multipart] },
  },
  {
    what: "texts and bytes of several types",
    content: {
      [json]: ref("Parcel"),
      "text/csv": text,
      "text/plain": text,
      "application/pdf": file,
      "image/png": file,
      "image/*": file,
      "application/xml": object({ a: text }),
    },
    want: {
      create: [json, "text/plain", "image/png", "image/*", "application/xml"],
      createAsText: ["text/csv"],
      createAsBytes: ["application/pdf"],
    },
  },
  {
    what: "text alone, of two types",
    content: { "text/plain": text, "text/x-markdown": text },
    want: { create: ["text/plain", "text/x-markdown"] },
  },
  {
    what: "kinds of JSON",
    content: {
      [json]: ref("Parcel"),
      "application/merge-patch+json": object({ a: text }),
      "application/json-patch+json": { type: "array" },
    },
    want: {
      create: [json],
      createAsMergePatch: ["application/merge-patch+json"],
      createAsJsonPatch: ["application/json-patch+json"],
    },
  },
  {
    what: "two forms with files",
    content: { [json]: {}, [multipart]: object({ a: file }), "multipart/mixed": object({ b: file }) },
    want: { create: [json], createWithFiles: [multipart], createWithFilesAsMixed: ["multipart/mixed"] },
  },
];

const withSchemas = (content: Record<string, unknown>): Record<string, { schema: unknown }> =>
  Object.fromEntries(Object.entries(content).map(([mediaType, schema]) => [mediaType, { schema }]));

test.each(given)("$what", ({ content, want }) => {
  const methods = bodyMethods({ components: { schemas } }, withSchemas(content), "create");
  expect(Object.fromEntries(methods.map(({ name, mediaTypes }) => [name, mediaTypes]))).toEqual(want);
  expect(methods.filter(({ isOwn }) => isOwn).map(({ name }) => name)).toEqual(
    methods.length > 0 ? ["create"] : [],
  );
});

test("a document without end is read to an end", () => {
  const loop = { components: { schemas: { A: { anyOf: [ref("A")], properties: { a: ref("A") } } } } };
  const content = withSchemas({ [json]: ref("A"), [multipart]: ref("A") });
  expect(bodyMethods(loop, content, "create")).toHaveLength(1);
});

const post = (content: object, fields: object = {}) => ({
  post: operation("parcels.create", { requestBody: { content }, ...fields }),
});
const two = { [json]: { schema: ref("Parcel") }, [multipart]: { schema: ref("Form") } };
const spec = (paths: object, more: object = {}) => smallSpec({ paths, components: { schemas }, ...more });

describe("a media type that says its name", () => {
  const named = (name: string, of = multipart) => ({
    ...two,
    [of]: { ...two[of as keyof typeof two], "x-method": name },
  });
  const at = "#/paths/~1a/post/requestBody/content/";

  test("has it, and leaves the operation's own to the next best", () => {
    const names = (content: object) =>
      contractOf(spec({ "/a": post(content) })).operations.map(({ id, name }) => [id, name]);
    expect(names(named("upload"))).toEqual([
      ["parcels.create", "create"],
      ["parcels.upload", "upload"],
    ]);
    expect(names(named("createFromJson", json))).toEqual([
      ["parcels.create", "create"],
      ["parcels.createFromJson", "createFromJson"],
    ]);
  });

  test("that is an operation's is told at its place, as is one that was made", () => {
    const other = { post: operation("parcels.upload") };
    expect(problemsOf(spec({ "/a": post(named("upload")), "/b": other }))).toMatchObject([
      {
        rule: "operation-name-duplicate",
        pointer: `${at}multipart~1form-data`,
        message: expect.stringContaining("POST /a as multipart/form-data would be called parcels.upload"),
        remedy: expect.stringContaining("x-method"),
      },
    ]);
    const same = { post: operation("parcels.createWithFiles") };
    expect(problemsOf(spec({ "/0": same, "/a": post(two) }))).toMatchObject([
      { rule: "operation-name-duplicate", pointer: `${at}multipart~1form-data` },
    ]);
  });

  test.each([
    ["is no name", named("Up load"), "extension-invalid", `${at}multipart~1form-data/x-method`],
    [
      "alone",
      { [json]: { ...two[json], "x-method": "other" } },
      "extension-misplaced",
      `${at}application~1json/x-method`,
    ],
  ])("%s is refused", (_, content, rule, pointer) => {
    const problems = problemsOf(spec({ "/a": post(content) }, { "x-client": {} }));
    expect(problems.map((problem) => [problem.rule, problem.pointer])).toEqual([[rule, pointer]]);
  });
});

test("the methods of one operation differ in name and body alone", () => {
  const [first, second, ...others] = contractOf(spec({ "/a": post(two, { deprecated: true }) })).operations;
  expect(others).toEqual([]);
  const { id, name, requestBody, ...rest } = first ?? {};
  expect(second).toMatchObject(rest);
  expect([id, second?.id, second?.operationId]).toEqual([
    "parcels.create",
    "parcels.createWithFiles",
    "parcels.create",
  ]);
  // Who calls the further one means to send something.
  expect([requestBody?.required, second?.requestBody?.required]).toEqual([false, true]);
});

test("what is wrong with an operation of two methods is told once", () => {
  const fields = { "x-rate-limit": ["slow"], "x-requires-feature": "bulk" };
  expect(
    problemsOf(spec({ "/a/{id}": post(two, fields) }, { "x-client": {} })).map(({ rule }) => rule),
  ).toEqual(["path-parameters", "rate-limit-unknown", "feature-unknown"]);
});
