import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadValidators, runtimeExports, validatorsOf } from "../../testing/compiled-validators.js";
import { operation, smallSpec } from "../../testing/small-spec.js";
import { checkFiles } from "../gate.js";
import { formatChecks } from "./keywords.js";

type Schema = Record<string, unknown> | boolean;

const specOfSchemas = (schemas: Record<string, Schema>): Record<string, unknown> =>
  smallSpec({ components: { schemas } });

/** The validator of a schema, with others that it may refer to; the gate has passed its code. */
async function validatorOf(thing: Schema, others: Record<string, Schema> = {}) {
  const compiled = await validatorsOf(specOfSchemas({ Thing: thing, ...others }));
  const { text, names } = compiled;
  expect(checkFiles({ files: new Map([["src/validators.js", text]]), names })).toEqual([]);
  const { Thing } = await loadValidators(compiled);
  if (!Thing) throw new Error("no validator");
  return { validate: Thing, ...compiled };
}

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

describe("a failure names pointer and rule", () => {
  const parcel: Schema = {
    type: "object",
    additionalProperties: false,
    required: ["id", "kind"],
    properties: {
      id: { type: "string", pattern: "^p-" },
      kind: { enum: ["box", "tube"] },
      size: { type: ["number", "null"], minimum: 1, multipleOf: 0.1 },
      labels: { type: "array", maxItems: 2, uniqueItems: true, items: { type: "string", maxLength: 3 } },
      "a/b~c": { const: { deep: [1] } },
      next: { $ref: "#/components/schemas/Thing" },
    },
  };
  const good = { id: "p-1", kind: "box" };
  it.each<[string, unknown, [string, string][]]>([
    ["nothing wrong", good, []],
    ["nothing wrong, deep", { ...good, size: 0.3 + 1, labels: ["a", "😀😀😀"], next: good }, []],
    ["no object", 7, [["", "type"]]],
    ["missing", { id: "p-1" }, [["", "required"]]],
    ["superfluous", { ...good, other: 1 }, [["", "additionalProperties"]]],
    ["a pattern", { ...good, id: "1" }, [["/id", "pattern"]]],
    ["an enum", { ...good, kind: "bag" }, [["/kind", "enum"]]],
    ["a const", { ...good, "a/b~c": { deep: [2] } }, [["/a~1b~0c", "const"]]],
    ["a bound", { ...good, size: 0.5 }, [["/size", "minimum"]]],
    ["twice", { ...good, labels: ["a", "a"] }, [["/labels", "uniqueItems"]]],
    ["a length in characters", { ...good, labels: ["😀😀😀😀"] }, [["/labels/0", "maxLength"]]],
    [
      "all of it",
      { id: "1", kind: 1, size: "" },
      [
        ["/id", "pattern"],
        ["/kind", "enum"],
        ["/size", "type"],
      ],
    ],
    ["deep", { ...good, next: { ...good, next: { kind: "box" } } }, [["/next/next", "required"]]],
  ])("%s", async (_, value, want) => {
    const { validate } = await validatorOf(parcel);
    expect((validate(value) ?? []).map(({ pointer, rule }) => [pointer, rule])).toEqual(want);
  });

  it("under the pointer that the value stands at", async () => {
    const { validate } = await validatorOf(parcel);
    expect(validate({ id: "p-1", kind: "bag" }, "/body")?.[0]?.pointer).toBe("/body/kind");
  });

  it("of the branch that a tag chose", async () => {
    const branch = (kind: string, property: string): Schema => ({
      type: "object",
      required: ["kind", property],
      properties: { kind: { const: kind }, [property]: { type: "number" } },
    });
    const { validate } = await validatorOf(
      { oneOf: [ref("Box"), ref("Tube")], discriminator: { propertyName: "kind" } },
      { Box: branch("box", "width"), Tube: branch("tube", "length") },
    );
    const rulesOf = (value: unknown) => validate(value)?.map(({ pointer, rule }) => `${pointer} ${rule}`);
    expect(validate({ kind: "tube", length: 1 })).toBeNull();
    expect(rulesOf({ kind: "tube", length: "" })).toEqual(["/length type", " if"]);
    expect(rulesOf({ kind: "bag" })).toEqual(["/kind enum"]);
    expect(rulesOf({ length: 1 })).toEqual([" required"]);
  });
});

describe("a validator means what the types say", () => {
  const spec = smallSpec({
    paths: {
      "/parcels/{id}": {
        post: operation("parcels.create", {
          parameters: [
            { name: "id", in: "path", required: true, schema: { type: "integer" } },
            { name: "sort", in: "query", schema: { type: "array", items: { type: "string" } } },
          ],
          requestBody: {
            content: {
              "multipart/form-data": {
                schema: {
                  type: "object",
                  properties: {
                    photo: { type: "string", contentMediaType: "image/png" },
                    photos: { type: "array", items: { type: "string", format: "binary" } },
                    meta: {
                      type: "string",
                      contentMediaType: "application/json",
                      contentSchema: { type: "object", required: ["size"] },
                    },
                    note: { type: "string", contentMediaType: "text/plain" },
                  },
                },
              },
            },
          },
          responses: {
            "200": { description: "A.", content: { "application/json": { schema: { type: "number" } } } },
            "201": { description: "B.", content: { "application/json": { schema: { type: "string" } } } },
            "4XX": { description: "C.", content: { "application/json": { schema: { type: "array" } } } },
          },
        }),
      },
    },
  });
  it.each<[string, unknown, string[]]>([
    [
      "ParcelsCreateBody",
      {
        photo: new Blob([]),
        photos: [new Blob([]), { stream: new ReadableStream(), size: 1 }],
        meta: { size: 1 },
        note: "",
      },
      [],
    ],
    ["ParcelsCreateBody", { photo: "bytes", photos: [1] }, ["/photo file", "/photos/0 file"]],
    ["ParcelsCreateBody", { meta: {}, note: new Blob([]) }, ["/meta required", "/note type"]],
    ["ParcelsCreateArguments", { sort: "a", other: 1 }, [" additionalProperties", "/sort type"]],
    ["ParcelsCreatePath", { id: "1" }, ["/id type"]],
    ["ParcelsCreateResult", true, [" type", " type", " anyOf"]],
    ["ParcelsCreateResult", "yes", []],
    ["ParcelsCreateResponse201", 1, [" type"]],
    ["ParcelsCreateResponse4XX", {}, [" type"]],
  ])("%s of %j", async (name, value, want) => {
    const validators = await loadValidators(await validatorsOf(spec));
    const failures = validators[name]?.(value) ?? [];
    expect(failures.map(({ pointer, rule }) => `${pointer} ${rule}`)).toEqual(want);
  });
});

describe("a property of one direction is not demanded in the other", () => {
  const json = (schema: Schema) => ({ content: { "application/json": { schema } } });
  const spec = smallSpec({
    paths: {
      "/parcels": {
        post: operation("parcels.create", {
          requestBody: { required: true, ...json({ type: "array", items: ref("Parcel") }) },
          responses: { "200": { description: "A.", ...json(ref("Parcel")) } },
        }),
      },
    },
    components: {
      schemas: {
        Id: { type: "string", readOnly: true },
        Parcel: {
          type: "object",
          required: ["id", "size", "pin"],
          properties: {
            id: ref("Id"),
            size: { type: "number" },
            pin: { type: "string", writeOnly: true },
            next: ref("Parcel"),
          },
        },
        Label: { type: "object", required: ["text"], properties: { text: { type: "string" } } },
      },
    },
  });
  it.each<[string, unknown, string[]]>([
    ["ParcelsCreateBody", [{ size: 1, pin: "0", next: { size: 2, pin: "1" } }], []],
    ["ParcelsCreateBody", [{ pin: "0", next: { size: 2 } }], ["/0 required", "/0/next required"]],
    ["ParcelsCreateBody", [{ id: 7, size: 1, pin: "0" }], ["/0/id type"]],
    ["ParcelsCreateResponse200", { id: "1", size: 1, next: { id: "2", size: 1 } }, []],
    ["ParcelsCreateResponse200", { size: 1 }, [" required"]],
    ["Parcel", { size: 1 }, [" required", " required"]],
  ])("%s of %j", async (name, value, want) => {
    const validators = await loadValidators(await validatorsOf(spec));
    const failures = validators[name]?.(value) ?? [];
    expect(failures.map(({ pointer, rule }) => `${pointer} ${rule}`)).toEqual(want);
  });
});

describe("what no validator can be made of is left out, and said", () => {
  it.each<[string, Schema, string, unknown]>([
    [
      "a pattern that needs no flag u",
      { type: "string", pattern: "^\\_$" },
      "#/components/schemas/Thing/pattern",
      1,
    ],
    ["a pattern of a name", { type: "object", patternProperties: { "(": false } }, "patternProperties/(", 1],
    ["a keyword with a wrong value", { type: "string", minLength: "3" }, "Thing/minLength", 1],
    ["a type that is none", { minimum: 2, type: "any" }, "Thing/type", 1],
    ["an enum without values", { enum: [], type: "string" }, "Thing/enum", 1],
    [
      "a reference to nowhere",
      { allOf: [{ $ref: "#/components/schemas/None" }], type: "string" },
      "allOf/0/$ref",
      1,
    ],
    ["a reference to itself", { allOf: [ref("Thing")], type: "string" }, "Thing/allOf/0/$ref", 1],
    ["a dynamic reference", { type: "string", $dynamicRef: "#x" }, "$dynamicRef", 1],
  ])("%s", async (_, schema, note, wrong) => {
    const { text, validate } = await validatorOf(schema);
    expect(text.split("\n\n")[0]).toContain(note);
    expect(validate(wrong)).not.toBeNull(); // the rest is checked
  });

  it("a circle through other schemas", async () => {
    const { validate, leftOut } = await validatorOf(ref("A"), {
      A: { anyOf: [ref("B")], type: "object" },
      B: { not: ref("A") },
    });
    expect(leftOut).toHaveLength(1);
    expect(validate({})).not.toBeUndefined();
  });

  it("a format that is not known says nothing", async () => {
    const { validate } = await validatorOf({ type: "string", format: "parcel-id" });
    expect(validate("anything")).toBeNull();
  });
});

describe("a hostile spec's text never becomes code", () => {
  const texts = [
    '"];globalThis.evil=1;//',
    "'];globalThis.evil=1;//",
    "`${globalThis.evil=1}`",
    "*/globalThis.evil=1;/*",
    "\u2028globalThis.evil=1;\u2029",
    "\nglobalThis.evil=1;\n",
    "\\",
    "</script><script>globalThis.evil=1</script>",
    "a/b~c%d e",
    "\u202e} evil",
    "__proto__",
    "constructor",
    "toString",
    "validate0",
    "data",
    "vErrors",
  ];
  it.each(texts)("%j", async (text) => {
    const pattern = `^${text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")}$`.replace("\\-", "-");
    const schema: Schema = {
      type: "object",
      title: text,
      description: text,
      required: [text],
      additionalProperties: false,
      properties: {
        [text]: { enum: [text, { [text]: text }] },
        other: { const: text, format: text },
        text: { type: "string", pattern },
        next: ref("Other"),
      },
      patternProperties: { [pattern]: { type: ["string", "object"] } },
      dependentRequired: { [text]: [text] },
      $comment: text,
    };
    const { validate, text: code } = await validatorOf(schema, {
      Other: { allOf: [{ title: text }, schema] },
    });
    const own = (value: unknown): object => JSON.parse(`{${JSON.stringify(text)}:${JSON.stringify(value)}}`);
    expect(globalThis).not.toHaveProperty("evil");
    expect(code).not.toMatch(/\beval\b|\bFunction\b|require\(/);
    expect(code).not.toMatch(/[\u2028\u2029\u202e]/);
    if (text === "__proto__") return; // no such property is ever allowed: Ajv knows none
    expect(validate(own(text))).toBeNull();
    expect(validate({ ...own(text), next: own(text), text })).toBeNull();
    expect(validate({ ...own(text), text: "x", other: "x" })?.map(({ rule }) => rule)).toEqual([
      "const",
      "pattern",
    ]);
    expect(validate({})?.map(({ rule }) => rule)).toEqual(["required"]);
  });
});

describe("it agrees with Ajv at run time", () => {
  const schemas: Record<string, Schema> = {
    Tree: {
      type: "object",
      properties: {
        value: { type: "integer", exclusiveMinimum: 0 },
        children: { type: "array", items: ref("Tree") },
      },
      unevaluatedProperties: false,
    },
    Mixed: {
      type: ["object", "array", "string", "null"],
      minProperties: 1,
      maxItems: 2,
      prefixItems: [{ type: "string" }],
      items: { anyOf: [{ type: "null" }, ref("Tree")] },
      contains: { type: "string" },
      maxLength: 2,
      if: { type: "object", required: ["a"] },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema's word
      then: { required: ["b"], dependentSchemas: { b: { properties: { c: false } } } },
      else: { not: { required: ["c"] } },
      propertyNames: { maxLength: 5 },
      patternProperties: { "^a": { type: "number" } },
      oneOf: [
        { type: "object", required: ["a"] },
        { type: ["array", "string", "null"] },
        { type: "object", required: ["c"] },
      ],
    },
    Union: {
      oneOf: [ref("Left"), ref("Right")],
      discriminator: { propertyName: "kind" },
    },
    Left: {
      type: "object",
      required: ["kind"],
      additionalProperties: false,
      properties: { kind: { const: "left" }, a: ref("Mixed") },
    },
    Right: {
      type: "object",
      required: ["kind", "b"],
      properties: { kind: { enum: ["right", "b"] }, b: true },
    },
  };
  const key = fc.constantFrom("a", "b", "c", "kind", "value", "children", "abcdef");
  const leaf = fc.oneof(
    fc.constantFrom<unknown>(null, true, "left", "right", "b", "", "abc", 0, 1, 1.5, -1),
    fc.string({ maxLength: 3 }),
  );
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie("json"), { maxLength: 3 }),
      fc.dictionary(key, tie("json")),
    ),
  }));

  it.each(Object.keys(schemas))("%s", async (name) => {
    const validators = await loadValidators(await validatorsOf(specOfSchemas(schemas)));
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    ajv.addSchema({ components: { schemas } }, "spec");
    const plain = ajv.getSchema(`spec#/components/schemas/${name}`);
    const wants = { true: 0, false: 0 };
    const agrees = (value: unknown): void => {
      let want: boolean;
      try {
        want = plain?.(value) === true;
      } catch {
        return; // of what was seen by a pattern beside an `if`, Ajv can lose the record
      }
      wants[`${want}`]++;
      expect({ value, valid: validators[name]?.(value) === null }).toEqual({ value, valid: want });
    };
    const kind = fc.constantFrom("left", "right", "other");
    const tagged = fc
      .tuple(kind, fc.dictionary(key, json))
      .map(([tag, object]) => ({ ...object, kind: tag }));
    const near = fc.constantFrom<unknown>(
      { a: 1, b: 2 },
      { a: 1, b: 2, c: 3 },
      { b: 1 },
      ["x", null],
      ["x"],
      ["x", 1],
      "ab",
      {
        value: 1,
        children: [{ value: 2 }],
      },
      { kind: "left", a: "x" },
      { kind: "left", a: { a: 1, b: 1 } },
    );
    fc.assert(fc.property(fc.oneof(json, tagged, near), agrees), { numRuns: 600, seed: 7 });
    expect(Math.min(wants.true, wants.false)).toBeGreaterThan(20); // or it would prove little
  });
});

it("the runtime has a function for each format and helper", () => {
  expect(runtimeExports("formats")).toEqual(expect.arrayContaining(Object.values(formatChecks)));
});

it("the order of a document's schemas decides alone, and the same document gives the same bytes", async () => {
  const spec = specOfSchemas({ A: { type: "string" }, B: { properties: { a: ref("A") } } });
  expect((await validatorsOf(spec)).text).toBe((await validatorsOf(structuredClone(spec))).text);
});
