import { expect, it } from "vitest";
import { contractOf } from "../testing/contract-of.js";
import { operation, smallSpec } from "../testing/small-spec.js";
import { type CallShape, callShape, fieldDescriptor, parameterDescriptor } from "./operation-view.js";

/** How the one operation of a small spec looks at its call site. */
function shapeOf(fields: object, schemas: Readonly<Record<string, unknown>> = {}): CallShape {
  const paths = { "/parcels": { post: operation("parcels.create", { ...fields }) } };
  const contract = contractOf(smallSpec({ paths, components: { schemas } }));
  const [first] = contract.operations;
  if (!first) throw new Error("no operation");
  return callShape(contract, first);
}

const json = (schema: object) => ({ content: { "application/json": { schema } } });
const query = (name: string) => ({ name, in: "query", schema: { type: "string" } });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

it("schemas that share schemas, level upon level, are each read once", () => {
  const levels = Array.from({ length: 40 }, (_, level): [string, object][] => [
    [`All${level + 1}`, { allOf: [ref(`All${level}`), ref(`All${level}`)] }],
    [`One${level + 1}`, { oneOf: [ref(`One${level}`), ref(`One${level}`)] }],
  ]);
  const thing = { type: "object", properties: { a: { type: "string" } } };
  const { arguments: form, resultShape } = shapeOf(
    {
      parameters: [query("q")],
      requestBody: { required: true, ...json(ref("All40")) },
      responses: { "200": { description: "Done.", ...json(ref("One40")) } },
    },
    { All0: thing, One0: thing, ...Object.fromEntries(levels.flat()) },
  );
  expect({ form, resultShape }).toEqual({ form: "merged", resultShape: "object" });
});

it("a parameter keeps its name, and what has the same one gives way", () => {
  const body = { required: true, ...json({ type: "object" }) };
  const parameters = [query("body"), query("a"), { ...query("a"), in: "header" }];
  const shape = shapeOf({ parameters, requestBody: body });
  expect(shape.parameters.map(({ name, in: place }) => `${name} in ${place}`)).toEqual([
    "body in query",
    "a in query",
  ]);
  expect(shape).toMatchObject({ arguments: "split", bodyMember: "requestBody", otherHeaders: ["a"] });
});

it.each([
  ["nothing", {}, ""],
  [
    "JSON, of any name",
    { "application/json": {}, "application/x+json": {}, "text/csv": {} },
    "application/json, application/x+json",
  ],
  ["text", { "text/csv": {}, "application/pdf": {}, "text/plain": {} }, "text/csv, text/plain"],
  ["bytes", { "image/png": {}, "image/*": {} }, "image/png, image/*"],
])("what is asked for where a result is %s", (_, content, accept) => {
  const { accept: types } = shapeOf({ responses: { "200": { description: "Done.", content } } });
  expect(types.join(", ")).toBe(accept);
});

it.each([
  [true, "merged"],
  [false, "split"],
])("a body that is required (%s) stands beside a query as %s", (required, want) => {
  const body = { required, ...json({ type: "object", required: ["a"], properties: { a: {} } }) };
  expect(shapeOf({ parameters: [query("q")], requestBody: body }).arguments).toBe(want);
});

it.each([
  ["a text", { schema: { type: "string" } }, {}, null],
  [
    "a list",
    { schema: { type: "array", items: { type: "string" } }, explode: false },
    { explode: false },
    null,
  ],
  ["an object", { schema: { $ref: "#/components/schemas/Filter" } }, {}, "writeQuery"],
  ["a text or an object", { schema: { oneOf: [{ type: "string" }, { type: "object" }] } }, {}, "writeQuery"],
  ["anything", { schema: {} }, {}, "writeQuery"],
  ["JSON", { content: { "application/json": { schema: { type: "string" } } } }, { json: true }, "writeQuery"],
  [
    "reserved characters",
    { schema: { type: "string" }, allowReserved: true },
    { allowReserved: true },
    "writeQuery",
  ],
  [
    "delimiters",
    { schema: { type: "array", items: {} }, style: "pipeDelimited", explode: false },
    { style: "pipeDelimited", explode: false },
    "writeQuery",
  ],
  [
    "a matrix",
    { in: "path", schema: { type: "string" }, style: "matrix" },
    { in: "path", style: "matrix" },
    "writePath",
  ],
  ["a text in a path", { in: "path", schema: { type: "integer" } }, { in: "path" }, null],
])("of a parameter of %s, only what is unusual is told", (_, given, rule, write) => {
  const parameter = { name: "q", in: "query", required: true, ...given };
  const fields = { parameters: [parameter], responses: { "200": { description: "Done." } } };
  const components = { schemas: { Filter: { type: "object", properties: { a: { type: "string" } } } } };
  const path = parameter.in === "path" ? "/parcels/{q}" : "/parcels";
  const contract = contractOf(
    smallSpec({ paths: { [path]: { get: operation("parcels.list", fields) } }, components }),
  );
  const [declared] = contract.operations[0]?.parameters ?? [];
  if (!declared) throw new Error("no parameter");
  expect(parameterDescriptor(contract, declared)).toEqual({
    rule: { name: "q", in: "query", ...rule },
    write,
  });
});

it("tells the style of a URL-encoded form's fields, where the contract gives one", () => {
  const schema = { type: "object", properties: { at: { type: "object" }, tags: { type: "array" }, a: {} } };
  const encoding = {
    at: { style: "deepObject" },
    tags: { explode: false, allowReserved: true },
    a: { contentType: "text/plain" },
  };
  const content = { "application/x-www-form-urlencoded": { schema, encoding } };
  const { body } = shapeOf({ requestBody: { required: true, content } });
  expect((body?.fields ?? []).map((field) => fieldDescriptor(field).rule)).toEqual([
    { name: "at", in: "form", style: "deepObject", explode: false },
    { name: "tags", in: "form", explode: false, allowReserved: true },
  ]);
});
