import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scratchFolders } from "../testing/scratch-folder.js";
import { seeded, shuffled } from "../testing/shuffled.js";
import { smallSpec } from "../testing/small-spec.js";
import { applyOverlays, overlayLimits } from "./apply-overlays.js";
import { loadSpec, readSpec } from "./load-spec.js";
import { SpecError } from "./problem.js";

const scratch = scratchFolders();
const json = (value: unknown): string => JSON.stringify(value, null, 1);

const spec = {
  "openapi.yaml": `openapi: 3.1.0
info: { title: Parcels, version: "1" }
tags: [{ name: a }, { name: b }, { name: c }]
paths:
  /parcels:
    $ref: ./paths/parcels.yaml
components:
  schemas:
    Parcel:
      $ref: ./Parcel.yaml
`,
  "paths/parcels.yaml": `get:
  operationId: parcels.list
  responses:
    "200":
      description: Done.
      content:
        application/json:
          schema:
            $ref: ../Parcel.yaml
`,
  "Parcel.yaml": `type: object
required: [id]
properties:
  id: { type: string }
  kind:
    type: string
    enum: [small, large]
`,
};

/** An overlay of these actions, as YAML would have it: one key a line, so that each has a line of its own. */
const overlay = (...actions: readonly object[]): string =>
  json({ overlay: "1.0.0", info: { title: "Change", version: "1" }, actions });

async function overlaid(texts: readonly string[], files: Record<string, string> = spec) {
  const names = texts.map((_, index) => `overlays/${index}.json`);
  const folder = scratch({
    ...files,
    ...Object.fromEntries(texts.map((text, index) => [names[index], text])),
  });
  return loadSpec(
    folder,
    names.map((name) => join(folder, name)),
  );
}

async function problemsOf(texts: readonly string[], files: Record<string, string> = spec) {
  const error = await overlaid(texts, files).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SpecError);
  return (error as SpecError).problems;
}

describe("what an action does", () => {
  const table: readonly { what: string; actions: readonly object[]; at: string; want: unknown }[] = [
    {
      what: "a value is replaced, its neighbours stay",
      actions: [{ target: "$.info", update: { title: "New" } }],
      at: "info",
      want: { title: "New", version: "1" },
    },
    {
      what: "maps are merged to any depth",
      actions: [
        {
          target: "$",
          update: { components: { schemas: { Parcel: { properties: { id: { maxLength: 3 } } } } } },
        },
      ],
      at: "components.schemas.Parcel.properties.id",
      want: { type: "string", maxLength: 3 },
    },
    {
      what: "into a list that is selected, one item goes",
      actions: [{ target: "$.components.schemas.Parcel.properties.kind.enum", update: "huge" }],
      at: "components.schemas.Parcel.properties.kind.enum",
      want: ["small", "large", "huge"],
    },
    {
      what: "a list in an update is put behind the one that is there",
      actions: [{ target: "$", update: { tags: [{ name: "d" }, { name: "e" }] } }],
      at: "tags",
      want: ["a", "b", "c", "d", "e"].map((name) => ({ name })),
    },
    {
      what: "one value becomes a list",
      actions: [
        { target: "$.components.schemas.Parcel.properties.id", update: { type: ["string", "null"] } },
      ],
      at: "components.schemas.Parcel.properties.id.type",
      want: ["string", "null"],
    },
    {
      what: "items are removed together, whatever their indexes become",
      actions: [{ target: "$.tags[0,2]", remove: true }],
      at: "tags",
      want: [{ name: "b" }],
    },
    {
      what: "an item is removed by what it says",
      actions: [{ target: "$.tags[?@.name == 'b']", remove: true }],
      at: "tags",
      want: [{ name: "a" }, { name: "c" }],
    },
    {
      what: "a holder and what it holds are removed by one query",
      actions: [
        { target: "$..properties[?@.enum]", remove: true },
        { target: "$.components.schemas.Parcel['required','properties']", remove: true },
      ],
      at: "components.schemas.Parcel",
      want: { type: "object" },
    },
    {
      what: "a single value is removed",
      actions: [{ target: "$.components.schemas.Parcel.properties.kind.type", remove: true }],
      at: "components.schemas.Parcel.properties.kind",
      want: { enum: ["small", "large"] },
    },
    {
      what: "removed, and made anew",
      actions: [
        { target: "$.tags", remove: true },
        { target: "$", update: { tags: [{ name: "z" }] } },
      ],
      at: "tags",
      want: [{ name: "z" }],
    },
    {
      what: "what several places get is a copy for each",
      actions: [
        { target: "$.components.schemas.Parcel.properties.*", update: { examples: ["x"] } },
        { target: "$.components.schemas.Parcel.properties.id.examples", update: "y" },
      ],
      at: "components.schemas.Parcel.properties.kind.examples",
      want: ["x"],
    },
    {
      what: "a name with a quote, a slash and a backslash in it",
      actions: [
        {
          target: "$.components.schemas",
          update: { Parcel: { properties: { "a'b/c\\d\u0001": { type: "string" } } } },
        },
        { target: '$.components.schemas.Parcel.properties["a\'b/c\\\\d\\u0001"]', update: { maxLength: 1 } },
      ],
      at: "components.schemas.Parcel.properties.a'b/c\\d\u0001",
      want: { type: "string", maxLength: 1 },
    },
  ];
  test.each(table)("$what", async ({ actions, at, want }) => {
    const { document } = await overlaid([overlay(...actions)]);
    const found = at
      .split(".")
      .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], document);
    expect(found).toEqual(want);
  });

  test("overlays apply in the order in which they are given", async () => {
    const title = (name: string): string => overlay({ target: "$.info", update: { title: name } });
    expect((await overlaid([title("A"), title("B")])).document["info"]).toMatchObject({ title: "B" });
    expect((await overlaid([title("B"), title("A")])).document["info"]).toMatchObject({ title: "A" });
  });

  test("a spec of 3.0 is changed in its own words", async () => {
    const files = {
      "openapi.yaml": json({
        ...smallSpec(),
        openapi: "3.0.3",
        components: { schemas: { A: { type: "string" } } },
      }),
    };
    const { document } = await overlaid(
      [overlay({ target: "$.components.schemas.A", update: { nullable: true } })],
      files,
    );
    expect(document["components"]).toEqual({ schemas: { A: { type: ["string", "null"] } } });
  });

  test("an overlay may mend what is wrong with the structure", async () => {
    const files = { "openapi.yaml": json(smallSpec({ infos: {} })) };
    await expect(overlaid([], files)).rejects.toThrow(SpecError);
    expect(
      (await overlaid([overlay({ target: "$.infos", remove: true })], files)).document["infos"],
    ).toBeUndefined();
  });

  test("the overlays are sources, the last; the files stay as they were read", async () => {
    const loaded = await overlaid([overlay({ target: "$.info", update: { title: "New" } })]);
    const names = loaded.sources.map((path) => path.split("/").slice(-1)[0]);
    expect(names).toEqual(["openapi.yaml", "Parcel.yaml", "parcels.yaml", "0.json"]);
    expect(loaded.overlays).toEqual(loaded.sources.slice(-1));
    expect(loaded.fileOf(loaded.rootPath)?.value).toMatchObject({ info: { title: "Parcels" } });
  });
});

test("the order of keys means nothing, in the spec or in the overlay", async () => {
  const actions = [
    { target: "$..[?@.type]", update: { "x-seen": { list: ["a"], map: { b: 1, a: 2 } } } },
    {
      target: "$.components.schemas.*",
      update: { properties: { z: { type: "string" }, y: { type: "string" } } },
    },
    { target: "$..properties.*['type']", remove: true },
  ];
  const shuffledText = (value: unknown, seed: number): string => json(shuffled(value, seeded(seed)));
  const given = smallSpec({
    components: {
      schemas: { A: { type: "object", properties: { b: { type: "string" } } }, B: { type: "object" } },
    },
  });
  const whole = JSON.parse(overlay(...actions)) as unknown;
  const results = await Promise.all(
    Array.from({ length: 12 }, async (_, seed) => {
      const { document } = await readOverlaid(shuffledText(given, seed + 1), shuffledText(whole, seed + 50));
      return JSON.stringify(document);
    }),
  );
  expect(new Set(results).size).toBe(1);

  async function readOverlaid(specText: string, overlayText: string) {
    const folder = scratch({ "openapi.json": specText, "o.json": overlayText });
    return readSpec(folder, [join(folder, "o.json")]);
  }
});

describe("an overlay that can't be used is refused at its place", () => {
  const action = { target: "$.info", update: { title: "New" } };
  const whole = (fields: object): string =>
    json({ overlay: "1.0.0", info: { title: "T", version: "1" }, actions: [action], ...fields });
  const table: readonly { what: string; text: string; rule: string; says: string; pointer: string }[] = [
    {
      what: "no overlay at all",
      text: json({ openapi: "3.1.0" }),
      rule: "overlay-structure",
      says: "it has no `overlay` field",
      pointer: "#",
    },
    {
      what: "a list",
      text: "[]",
      rule: "overlay-structure",
      says: "it has no `overlay` field",
      pointer: "#",
    },
    {
      what: "a version to come",
      text: whole({ overlay: "2.0.0" }),
      rule: "overlay-structure",
      says: 'version "2.0.0" is not supported',
      pointer: "#/overlay",
    },
    {
      what: "a numeric version",
      text: whole({ overlay: 1.0 }),
      rule: "overlay-structure",
      says: "version 1 is not supported",
      pointer: "#/overlay",
    },
    {
      what: "no info",
      text: whole({ info: undefined }),
      rule: "overlay-structure",
      says: "`info` is missing",
      pointer: "#",
    },
    {
      what: "a numeric title",
      text: whole({ info: { title: 1, version: "1" } }),
      rule: "overlay-structure",
      says: "its `title` must be text",
      pointer: "#/info/title",
    },
    {
      what: "no actions",
      text: whole({ actions: [] }),
      rule: "overlay-structure",
      says: "at least one action",
      pointer: "#/actions",
    },
    {
      what: "a misspelt field",
      text: whole({ extend: "x" }),
      rule: "overlay-structure",
      says: 'the field "extend" is not known here',
      pointer: "#/extend",
    },
    {
      what: "an action that is text",
      text: whole({ actions: ["x"] }),
      rule: "overlay-structure",
      says: "an action must be a map",
      pointer: "#/actions/0",
    },
    {
      what: "no target",
      text: whole({ actions: [{ update: {} }] }),
      rule: "overlay-structure",
      says: "`target` must be text",
      pointer: "#/actions/0",
    },
    {
      what: "a remove that is text",
      text: whole({ actions: [{ target: "$.info", remove: "yes" }] }),
      rule: "overlay-structure",
      says: "`remove` must be true or false",
      pointer: "#/actions/0/remove",
    },
    {
      what: "an action that does nothing",
      text: overlay({ target: "$.info" }),
      rule: "overlay-structure",
      says: "neither `update` nor `remove: true`",
      pointer: "#/actions/0",
    },
    {
      what: "an action that does both",
      text: overlay({ ...action, remove: true }),
      rule: "overlay-structure",
      says: "removes and updates",
      pointer: "#/actions/0",
    },
    {
      what: "a misspelt action",
      text: overlay({ ...action, upadte: {} }),
      rule: "overlay-structure",
      says: 'the field "upadte" is not known',
      pointer: "#/actions/0/upadte",
    },
    {
      what: "another document's",
      text: whole({ extends: "../other.yaml" }),
      rule: "overlay-extends",
      says: "is for another document",
      pointer: "#/extends",
    },
    {
      what: "a target that matches nothing",
      text: overlay({ ...action, target: "$.paths['/nowhere']" }),
      rule: "overlay-target-unmatched",
      says: "matches nothing",
      pointer: "#/actions/0/target",
    },
    {
      what: "a target that is no query",
      text: overlay({ ...action, target: "info.title" }),
      rule: "overlay-target",
      says: "at character 1",
      pointer: "#/actions/0/target",
    },
    {
      what: "a script",
      text: overlay({ ...action, target: "$[?(@.constructor.constructor('return process')())]" }),
      rule: "overlay-target",
      says: "can't be used",
      pointer: "#/actions/0/target",
    },
    {
      what: "a script as an index",
      text: overlay({ ...action, target: "$.tags[(@.length-1)]" }),
      rule: "overlay-target",
      says: "can't be used",
      pointer: "#/actions/0/target",
    },
    {
      what: "a target that is a single value",
      text: overlay({ target: "$.info.title", update: "New" }),
      rule: "overlay-target",
      says: "a single value, at #/info/title",
      pointer: "#/actions/0/target",
    },
    {
      what: "the whole contract removed",
      text: overlay({ target: "$", remove: true }),
      rule: "overlay-target",
      says: "can't be removed",
      pointer: "#/actions/0/target",
    },
    {
      what: "a value for a map",
      text: overlay({ target: "$.info", update: "New" }),
      rule: "overlay-mismatch",
      says: "has a single value where the contract has a map, at #/info",
      pointer: "#/actions/0/update",
    },
    {
      what: "a map for a list",
      text: overlay({ target: "$", update: { tags: {} } }),
      rule: "overlay-mismatch",
      says: "has a map where the contract has a list, at #/tags",
      pointer: "#/actions/0/update/tags",
    },
    {
      what: "nothing for a map",
      text: overlay({ target: "$", update: { components: null } }),
      rule: "overlay-mismatch",
      says: "has nothing (null) where",
      pointer: "#/actions/0/update/components",
    },
  ];
  test.each(table)("$what", async ({ text, rule, says, pointer }) => {
    const [problem, ...others] = await problemsOf([text]);
    expect(problem).toMatchObject({ rule, severity: "error", file: "overlays/0.json", pointer });
    expect(problem?.message).toContain(says);
    expect(problem?.line).toBeGreaterThan(0);
    expect(problem?.remedy).not.toBe("");
    expect(others).toEqual([]);
  });

  test("every fault of every overlay at once", async () => {
    const problems = await problemsOf([
      overlay({ target: "$.a", remove: true }, action, { target: "$.b", remove: true }),
      overlay({ target: "$.c", remove: true }),
    ]);
    expect(problems.map(({ file, pointer }) => `${file}${pointer}`)).toEqual([
      "overlays/0.json#/actions/0/target",
      "overlays/0.json#/actions/2/target",
      "overlays/1.json#/actions/0/target",
    ]);
  });

  test.each([
    { what: "a file that is not there", name: "none.yaml", text: null, rule: "file-missing" },
    { what: "a folder", name: "paths", text: null, rule: "file-missing" },
    { what: "an empty file", name: "o.yaml", text: "", rule: "file-empty" },
    { what: "a file that is not YAML", name: "o.yaml", text: "a: [", rule: "file-not-yaml" },
    {
      what: "an alias bomb",
      name: "o.yaml",
      text: `a: &a [1,1,1,1,1,1,1,1,1,1]\n${"bcdefg"
        .split("")
        .map((name, index) => `${name}: &${name} [${Array(10).fill(`*${"abcdef"[index]}`).join()}]`)
        .join("\n")}\n`,
      rule: "too-many-aliases",
    },
    { what: "depth", name: "o.json", text: `${"[".repeat(5000)}${"]".repeat(5000)}`, rule: "spec-too-deep" },
  ])("$what", async ({ name, text, rule }) => {
    const folder = scratch({ ...spec, ...(text === null ? {} : { [name]: text }) });
    const error = await loadSpec(folder, [join(folder, name)]).catch((thrown: unknown) => thrown);
    expect((error as SpecError).problems).toEqual([expect.objectContaining({ rule, file: name })]);
  });

  test("a file outside the spec's folder, and a link to one", async () => {
    const outside = join(scratch({ "o.json": overlay(action) }), "o.json");
    const folder = scratch(spec);
    symlinkSync(outside, join(folder, "link.json"));
    for (const path of [outside, join(folder, "link.json")]) {
      const error = await loadSpec(folder, [path]).catch((thrown: unknown) => thrown);
      expect((error as SpecError).problems).toMatchObject([{ rule: "overlay-outside" }]);
    }
  });
});

describe("a hostile overlay", () => {
  test("can't reach the prototype of anything", async () => {
    const text = `{"overlay":"1.0.0","info":{"title":"T","version":"1"},"actions":[
      {"target":"$.info","update":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}},
      {"target":"$.components.schemas","update":{"__proto__":{"polluted":1}}},
      {"target":"$['__proto__']","update":{"polluted":1}}]}`;
    const folder = scratch({ ...spec, "o.json": text });
    const { problems, document } = await readSpec(folder, [join(folder, "o.json")]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(([] as unknown as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(Object.getPrototypeOf(document["info"])).toBe(Object.prototype);
    expect(problems).toMatchObject([{ rule: "overlay-target-unmatched", pointer: "#/actions/2/target" }]);
  });

  const wide = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`S${index}`, { type: "string", description: "a".repeat(40) }]),
  );
  const big = { "openapi.json": json(smallSpec({ components: { schemas: wide } })) };
  test.each([
    { what: "brackets", target: `$[?${"!(".repeat(1300)}@.a${")".repeat(1300)}]`, says: "" },
    { what: "length", target: `$${".a".repeat(9000)}`, says: "more than 4096 characters" },
    { what: "a terminal's control codes", target: "$.\u001b[2J", says: "can't be used" },
  ])("$what", async ({ target, says }) => {
    const [problem] = await problemsOf([overlay({ target, remove: true })], big);
    expect(problem?.rule).toMatch(/^overlay-target/);
    expect(problem?.message).toContain(says);
  });

  test.each([
    {
      what: "a pattern",
      target: "$..[?search(@.description, '^(a+)+$') && match(@.description, '(a|a)*b')]",
    },
    { what: "queries within queries", target: "$..[?$..[?$..[?$..[?@.x]]]]" },
  ])("$what that never ends is stopped", ({ target }) => {
    const action = { pointer: "#/actions/0", target, update: undefined, remove: true };
    const overlays = [{ file: "/o.json", actions: [action, { ...action, pointer: "#/actions/1" }] }];
    const { findings } = applyOverlays(JSON.parse(big["openapi.json"]), overlays, {
      ...overlayLimits,
      queriesMs: 200,
    });
    expect(findings).toMatchObject([{ rule: "overlay-too-slow", pointer: "#/actions/0/target" }]);
  });

  test("a large update at many places", async () => {
    const update = { "x-list": Array.from({ length: 5000 }, () => ({})) };
    const [problem] = await problemsOf(
      [overlay(...Array.from({ length: 3 }, () => ({ target: "$..[?@.type]", update })))],
      big,
    );
    expect(problem).toMatchObject({ rule: "overlay-too-large", pointer: "#/actions/0/update" });
  });

  test("updates that go deeper and deeper", async () => {
    const deep = JSON.parse(`${'{"x-a":'.repeat(200)}{}${"}".repeat(200)}`) as object;
    const problems = await problemsOf([
      overlay({ target: "$.info", update: deep }, { target: `$.info${"['x-a']".repeat(200)}`, update: deep }),
    ]);
    expect(problems).toMatchObject([{ rule: "spec-too-deep", pointer: "#/actions/1/update" }]);
  });
});

describe("a problem after the overlay stands where its text was written", () => {
  const places = (
    problems: readonly { file: string | null; line: number | null; pointer: string | null; rule: string }[],
  ) => problems.map(({ file, line, pointer, rule }) => `${file}:${line} ${pointer} ${rule}`);

  test("by the overlay", async () => {
    const yaml = `overlay: 1.0.0
info: { title: T, version: "1" }
actions:
  - target: $.info
    update:
      contcat: {}
  - target: $.components.schemas.Parcel
    update:
      properties:
        next:
          $ref: "#/components/schemas/Gone"
        other:
          $ref: ./Parcel.yaml
`;
    const structural = await problemsOf([yaml.slice(0, yaml.indexOf("  - target: $.components"))]);
    expect(places(structural)).toEqual(["overlays/0.json:6 #/actions/0/update/contcat openapi-structure"]);
    const dangling = await problemsOf([yaml]);
    expect(places(dangling)).toEqual([
      "overlays/0.json:11 #/actions/1/update/properties/next/$ref ref-dangling",
      "overlays/0.json:13 #/actions/1/update/properties/other/$ref ref-dangling",
    ]);
    expect(dangling[0]?.remedy).toContain("an overlay refers to no other file");
  });

  test("by the spec, also behind an item that was removed", async () => {
    const files = {
      ...spec,
      "openapi.yaml": spec["openapi.yaml"].replace(
        "tags: [{ name: a }, { name: b }, { name: c }]",
        "tags:\n  - name: a\n  - name: b\n  - nam: c",
      ),
    };
    const problems = await problemsOf([overlay({ target: "$.tags[0]", remove: true })], files);
    expect(places(problems)).toEqual([
      "openapi.yaml:6 #/tags/2 openapi-structure",
      "openapi.yaml:6 #/tags/2/nam openapi-structure",
    ]);
  });

  test("by the spec, whose reference the overlay left without its target", async () => {
    const problems = await problemsOf([overlay({ target: "$.components.schemas.Parcel", remove: true })]);
    expect(places(problems)).toEqual([
      "paths/parcels.yaml:9 #/get/responses/200/content/application~1json/schema/$ref ref-dangling",
    ]);
    expect(problems[0]?.remedy).toContain("let the overlay change this reference too");
  });

  test("an item that was added to a list, after items were removed from it", async () => {
    const problems = await problemsOf([
      overlay({ target: "$.tags[0,1]", remove: true }, { target: "$.tags", update: { nam: "z" } }),
    ]);
    expect(new Set(problems.map(({ file, pointer }) => `${file}${pointer?.slice(0, 18)}`))).toEqual(
      new Set(["overlays/0.json#/actions/1/update"]),
    );
  });
});

test("an overlay applied to a copy of the spec elsewhere says the same", async () => {
  const folder = scratch({ ...spec, "o.json": overlay({ target: "$.info", update: { title: "New" } }) });
  const before = process.cwd();
  writeFileSync(join(folder, "unused.txt"), "");
  const first = await loadSpec(folder, [join(folder, "o.json")]);
  expect(process.cwd()).toBe(before);
  const second = await loadSpec(join(folder, "openapi.yaml"), [join(folder, "overlays", "..", "o.json")]);
  expect(second.document).toEqual(first.document);
  expect(second.overlays).toEqual(first.overlays);
});
