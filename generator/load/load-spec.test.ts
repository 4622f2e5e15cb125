import { describe, expect, test } from "vitest";
import { scratchFolders } from "../testing/scratch-folder.js";
import { operation, smallSpec, specOf } from "../testing/small-spec.js";
import { loadSpec } from "./load-spec.js";
import { SpecError } from "./problem.js";

const scratch = scratchFolders();
const json = (value: unknown): string => JSON.stringify(value);
const load = (files: Record<string, string>) => loadSpec(scratch(files));
const schemasOf = async (files: Record<string, string>): Promise<unknown> =>
  ((await load(files)).document["components"] as { schemas: unknown }).schemas;

describe("one document is made of the files", () => {
  test("a file that a component names keeps that name wherever it is used", async () => {
    const files = {
      "openapi.yaml": json(specOf({ $ref: "./a.yaml" }, { schemas: { Named: { $ref: "./a.yaml" } } })),
      "a.yaml": "type: string\n",
    };
    const { document } = await load(files);
    expect(document["components"]).toEqual({ schemas: { Named: { type: "string" } } });
    expect(json(document["paths"])).toContain('"schema":{"$ref":"#/components/schemas/Named"}');
  });

  test("a file that none names is hoisted under its own name; a namesake gets a number", async () => {
    const files = {
      "openapi.yaml": json(
        specOf({ anyOf: [{ $ref: "./x/Item.yaml" }, { $ref: "./y/Item.yaml" }] }, { schemas: { Item3: {} } }),
      ),
      "x/Item.yaml": "type: string\n",
      "y/Item.yaml": "type: integer\n",
    };
    expect(await schemasOf(files)).toEqual({
      Item: { type: "string" },
      Item2: { type: "integer" },
      Item3: {},
    });
  });

  test("a schema that holds itself, in a file of its own", async () => {
    const files = {
      "openapi.yaml": json(specOf({ $ref: "./Tree.yaml" })),
      "Tree.yaml": "properties:\n  left: { $ref: '#' }\n  right: { $ref: ./Tree.yaml }\n",
    };
    const tree = { $ref: "#/components/schemas/Tree" };
    expect(await schemasOf(files)).toEqual({ Tree: { properties: { left: tree, right: tree } } });
  });

  test("a part of a file, by pointer, encoded or not", async () => {
    const files = {
      "openapi.yaml": json(
        specOf({ anyOf: [{ $ref: "./a.yaml#/$defs/b~1c" }, { $ref: "./a.yaml#/$defs/d%20e" }] }),
      ),
      "a.yaml": "$defs: { b/c: { type: string }, d e: { type: integer } }\n",
    };
    expect(await schemasOf(files)).toEqual({ b_c: { type: "string" }, d_e: { type: "integer" } });
  });

  test("a chain of thousands of references, which would never end if each were followed to its end", async () => {
    const schemas = Object.fromEntries(
      Array.from({ length: 6000 }, (_, index) => [
        `S${index}`,
        { $ref: `#/components/schemas/S${index + 1}` },
      ]),
    );
    const given = specOf({}, { schemas: { ...schemas, S6000: { type: "string" } } });
    expect(Object.keys((await schemasOf({ "openapi.json": json(given) })) as object)).toHaveLength(6001);
  });

  test("what stands beside a $ref stays", async () => {
    const { document } = await load({
      "openapi.yaml": json(specOf({ $ref: "./a.yaml", description: "Mine." })),
      "a.yaml": "type: string\n",
    });
    expect(json(document["paths"])).toContain('{"$ref":"#/components/schemas/a","description":"Mine."}');
  });

  test("parameters, responses and path items of files are written out", async () => {
    const { document } = await load({
      "openapi.yaml": json(smallSpec({ paths: { "/a": { $ref: "./paths/a.yaml" } } })),
      "paths/a.yaml": json({
        get: {
          operationId: "a",
          parameters: [{ $ref: "../p.yaml" }],
          responses: { "200": { $ref: "../r.yaml" } },
        },
      }),
      "p.yaml": "{ name: q, in: query, schema: { type: string } }",
      "r.yaml": "{ description: Done. }",
    });
    expect(document["paths"]).toEqual({
      "/a": {
        get: {
          operationId: "a",
          parameters: [{ name: "q", in: "query", schema: { type: "string" } }],
          responses: { "200": { description: "Done." } },
        },
      },
    });
  });

  test.each([
    { version: "3.1.0", at: "#/components/pathItems/F", holder: { components: { pathItems: {} } } },
    { version: "3.0.3", at: "#/x-items/F", holder: { "x-items": {} } },
  ])(
    "a path item that stands elsewhere in the document is written out: $at",
    async ({ version, at, holder }) => {
      const { document, originOf } = await load({
        "openapi.yaml": json({
          ...smallSpec({ openapi: version, paths: { "/f": { $ref: at } } }),
          ...JSON.parse(json(holder).replace("{}", `{"F":${json({ get: operation("f.get") })}}`)),
        }),
      });
      expect(document["paths"]).toEqual({ "/f": { get: operation("f.get") } });
      expect(originOf("#/paths/~1f/get").pointer).toBe(`${at}/get`);
    },
  );

  test("a discriminator's mapping is followed, by reference, by file and by name", async () => {
    const mapping = { a: "#/components/schemas/A", b: "./b.yaml", c: "C", d: "./d.yaml" };
    const files = {
      "openapi.yaml": json(
        specOf(
          {
            oneOf: [{ $ref: "#/components/schemas/A" }, { $ref: "./d.yaml" }],
            discriminator: { propertyName: "t", mapping },
          },
          { schemas: { A: {}, B: { $ref: "./b.yaml" }, C: {} } },
        ),
      ),
      "b.yaml": "type: object\n",
      "d.yaml": "type: object\n",
    };
    expect(json((await load(files)).document["paths"])).toContain(
      json({
        a: "#/components/schemas/A",
        b: "#/components/schemas/B",
        c: "#/components/schemas/C",
        d: "#/components/schemas/d",
      }),
    );
  });

  test("a $ref in an example, a default or as a property's name is text", async () => {
    const schema = {
      type: "object",
      properties: { $ref: { type: "string" } },
      default: { $ref: "#/nowhere" },
      examples: [{ $ref: "gone.yaml" }],
    };
    expect(json((await load({ "openapi.yaml": json(specOf(schema)) })).document["paths"])).toContain(
      '{"$ref":"#/nowhere"}',
    );
  });

  test("sources: the root, then every file, sorted", async () => {
    const folder = scratch({
      "openapi.yaml": json(specOf({ anyOf: [{ $ref: "./z.yaml" }, { $ref: "./a.yaml" }] })),
      "z.yaml": "{}",
      "a.yaml": "{}",
      "unused.yaml": "{}",
    });
    const { sources } = await loadSpec(folder);
    expect(sources.map((path) => path.slice(folder.length + 1))).toEqual([
      "openapi.yaml",
      "a.yaml",
      "z.yaml",
    ]);
  });
});

test("components alone are a document of 3.1", async () => {
  const { paths: _, ...rest } = smallSpec({ components: { schemas: { A: { type: "string" } } } });
  expect(await schemasOf({ "openapi.yaml": json(rest) })).toEqual({ A: { type: "string" } });
});

test.each([
  { given: "#", says: "means the whole document" },
  { given: "", says: "means the whole document" },
  { given: "#/", says: "means the whole document" },
  { given: "#anchor", says: "is not a JSON pointer" },
  { given: "file:///x.yaml", says: "is not a path inside the spec's folder" },
  { given: "data:text/plain,x", says: "is not a path inside the spec's folder" },
  { given: "C:/x.yaml", says: "is not a path inside the spec's folder" },
  { given: "https://x.test/x.yaml", says: "points to the network" },
])("the $ref '$given' $says", async ({ given, says }) => {
  const schema = { type: "object", properties: { a: { $ref: given } } };
  const files = { "openapi.json": json(smallSpec({ components: { schemas: { A: schema } } })) };
  const error = await load(files).catch((thrown: unknown) => thrown);
  expect((error as SpecError).problems).toEqual([
    expect.objectContaining({
      message: `The $ref ${json(given)} ${says}.`,
      line: 1,
      pointer: "#/components/schemas/A/properties/a/$ref",
    }),
  ]);
});

describe("a license of OpenAPI 3.1 needs", () => {
  const licensed = (license: object): Record<string, string> => ({
    "openapi.yaml": json(smallSpec({ info: { title: "T", version: "1", license } })),
  });
  const both = { name: "MIT", identifier: "MIT", url: "https://example.com" };

  test.each([{ name: "MIT" }, { name: "MIT", identifier: "MIT" }, { name: "MIT", url: both.url }])(
    "no more than %j",
    async (license) => {
      expect((await load(licensed(license))).document["info"]).toMatchObject({ license });
    },
  );

  test.each([both, { identifier: "MIT" }, { name: "MIT", colour: "red" }])(
    "no other than %j",
    async (license) => {
      await expect(load(licensed(license))).rejects.toThrow(SpecError);
    },
  );
});

describe("the text of a file", () => {
  const plain = "openapi: 3.1.0\ninfo: { title: Ünï, version: '1' }\npaths: {}\n";
  test.each([
    { what: "with a byte order mark", text: `\ufeff${plain}` },
    { what: "with Windows' line endings", text: plain.replaceAll("\n", "\r\n") },
    { what: "without a last line end", text: plain.trimEnd() },
    { what: "with comments and blank lines", text: `# a\n\n${plain}\n# b\n` },
  ])("$what", async ({ text }) => {
    expect((await load({ "openapi.yaml": text })).document).toEqual(
      (await load({ "openapi.yaml": plain })).document,
    );
  });

  test.each(["openapi.yaml", "openapi.yml", "openapi.json"])("the root file may be %s", async (name) => {
    expect((await load({ [name]: json(smallSpec()) })).rootPath).toMatch(name);
  });

  test("merge keys join maps; what stands beside them wins", async () => {
    const text = `${plain.replace("paths: {}", "paths:\n  /a:\n    get: &get { operationId: a, responses: { '200': { description: A } } }\n  /b:\n    get: { <<: *get, operationId: b }")}`;
    const { document } = await load({ "openapi.yaml": text });
    expect(document["paths"]).toMatchObject({
      "/b": { get: { operationId: "b", responses: { "200": { description: "A" } } } },
    });
  });

  test("a map may have very many keys", async () => {
    const keys = Array.from({ length: 60_000 }, (_, n) => `  k${n}: 1\n`).join("");
    const { document } = await load({ "openapi.yaml": `${plain}x-keys:\n${keys}` });
    expect(Object.keys(document["x-keys"] as object)).toHaveLength(60_000);
  });

  test("multi-line text keeps its line breaks, whatever the checkout's", async () => {
    const text = plain
      .replace("{ title: Ünï, version: '1' }", "\n  title: |\n    a\n    b\n  version: '1'")
      .replaceAll("\n", "\r\n");
    expect((await load({ "openapi.yaml": text })).document["info"]).toMatchObject({ title: "a\nb\n" });
  });
});

describe("problems stand where they were written", () => {
  test.each([
    {
      what: "in a block map",
      files: {
        "openapi.yaml": "openapi: 3.1.0\ninfo:\n  title: T\n  version: '1'\n  contcat: {}\npaths: {}\n",
      },
      want: [{ file: "openapi.yaml", line: 5, column: 3, pointer: "#/info/contcat" }],
    },
    {
      what: "in another file, with a pointer that needs escaping",
      files: {
        "openapi.yaml": json(smallSpec({ paths: { "/a/{b}~": { $ref: "./p/a.yaml" } } })),
        "p/a.yaml": "get:\n  operationId: a\n  responses:\n    '200':\n      descripton: Done.\n",
      },
      want: [
        { file: "p/a.yaml", line: 4, column: 5, pointer: "#/get/responses/200" },
        { file: "p/a.yaml", line: 5, column: 7, pointer: "#/get/responses/200/descripton" },
      ],
    },
    {
      what: "in JSON",
      files: {
        "openapi.json": '{\n "openapi": "3.1.0",\n "info": { "title": "T", "version": 1 },\n "paths": {}\n}',
      },
      want: [{ file: "openapi.json", line: 3, column: 26, pointer: "#/info/version" }],
    },
    {
      what: "in a list, dangling references by line",
      files: {
        "openapi.yaml": `openapi: 3.1.0\ninfo: { title: T, version: '1' }\npaths: {}\ncomponents:\n  schemas:\n    Z:\n      anyOf:\n        - $ref: '#/y'\n        - $ref: '#/x'\n    A: { $ref: '#/w' }\n`,
      },
      want: [
        { file: "openapi.yaml", line: 8, column: 11, pointer: "#/components/schemas/Z/anyOf/0/$ref" },
        { file: "openapi.yaml", line: 9, column: 11, pointer: "#/components/schemas/Z/anyOf/1/$ref" },
        { file: "openapi.yaml", line: 10, column: 10, pointer: "#/components/schemas/A/$ref" },
      ],
    },
  ])("$what", async ({ files, want }) => {
    const error = await load(files as Record<string, string>).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SpecError);
    const places = (error as SpecError).problems.map(({ file, line, column, pointer }) => ({
      file,
      line,
      column,
      pointer,
    }));
    expect(places.sort((a, b) => (a.line ?? 0) - (b.line ?? 0))).toEqual(want);
  });
});
