import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scratchFolders } from "../testing/scratch-folder.js";
import { operation, smallSpec, specOf } from "../testing/small-spec.js";
import { project, specwright } from "../testing/specwright.js";
import { lintSpec } from "./lint-spec.js";

const broken = join(project, "generator", "lint", "fixtures", "broken");
const scratch = scratchFolders();

const faults = [
  "openapi.yaml:1 json-schema-dialect",
  "openapi.yaml:9 server-path",
  "openapi.yaml:14 extension-unknown",
  "paths/parcel.yaml:5 path-parameters",
  "paths/parcel.yaml:6 error-responses",
  "paths/parcel.yaml:10 response-example",
  "paths/parcels.yaml:15 example-valid",
  "paths/parcels.yaml:18 file-missing",
  "paths/parcels.yaml:22 operation-id-duplicate",
  "paths/parcels.yaml:32 encoding-property",
  "responses/TooMany.yaml:3 retry-after",
  "schemas/Parcel.yaml:7 default-valid",
  "schemas/Parcel.yaml:10 pattern-unicode",
  "schemas/Parcel.yaml:11 struct",
  "schemas/Parcel.yaml:14 known-format",
];

describe("specwright lint", () => {
  test("says everything that is wrong, each once, in one run, with place and remedy", async () => {
    const { code, stdout, stderr } = await specwright(["lint", broken]);
    const found = [...stdout.matchAll(/^(\S+:\d+):\d+ {2}#\S*\n {2}error .*\(([a-z-]+)\)\n {2}fix {3}\S/gm)];
    expect(found.map(([, place, rule]) => `${place} ${rule}`)).toEqual(faults);
    expect(stdout).toMatch(/\n15 errors\n$/);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  });

  test("--json says the same on one line", async () => {
    const { code, stdout } = await specwright(["lint", broken, "--json"]);
    expect(stdout.trimEnd()).not.toContain("\n");
    const { ok, problems } = JSON.parse(stdout) as { ok: boolean; problems: Record<string, unknown>[] };
    expect(problems.map(({ file, line, rule }) => `${file}:${line} ${rule}`)).toEqual(faults);
    expect({ ok, code }).toEqual({ ok: false, code: 1 });
  });

  test("finds nothing in our own contract", async () => {
    const { code, stdout } = await specwright(["lint"]);
    expect(stdout).toMatch(/^✓ No problems: \d+ files, \d+ operations, \d+ schemas, \d+ rules \d+ ms\n$/);
    expect(code).toBe(0);
    expect(await specwright(["lint", "--quiet"])).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  test("warnings alone are no failure", async () => {
    const good = smallSpec({
      security: [],
      servers: [{ url: "https://parcels.test" }],
      paths: { "/parcels": { get: operation("parcels.list", { summary: "List" }) } },
    });
    const folder = scratch({ "openapi.json": JSON.stringify(good) });
    const { code, stdout } = await specwright(["lint", folder]);
    expect(stdout).toMatch(/\n0 errors, \d+ warnings\n$/);
    expect(code).toBe(0);
  });

  test("no text of a spec reaches the terminal as a command to it", async () => {
    const hostile = "a\u001b[2J\u009b2J\u202eb\n  error forged (rule)";
    const document = specOf({
      properties: { [hostile]: { [hostile]: 1, format: hostile, default: 1, enum: [hostile] } },
    });
    const folder = scratch({ "openapi.json": JSON.stringify({ ...document, [hostile]: 1 }) });
    const { stdout } = await specwright(["lint", folder]);
    expect(stdout).toContain("known-format");
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(stdout).not.toMatch(/^ {2}error forged/m);
  });
});

describe("lintSpec", () => {
  const named = { name: "x-client", value: { packageName: "parcels" } };

  test.each<{ what: string; files: Record<string, string>; want: string[] }>([
    { what: "no spec", files: {}, want: ["file-missing null"] },
    { what: "no YAML", files: { "openapi.yaml": "openapi: 3.1.0\na: ]" }, want: ["file-not-yaml 2"] },
    { what: "not OpenAPI", files: { "openapi.yaml": "a: 1" }, want: ["not-openapi 1"] },
  ])("$what is said once, and nothing else", async ({ files, want }) => {
    const { problems } = await lintSpec(scratch(files));
    expect(problems.map(({ rule, line }) => `${rule} ${line}`)).toEqual(want);
  });

  /** Errors of a spec that is good but for what is given: at which line, by which rule. */
  async function errors(
    fields: Record<string, unknown>,
    files: Record<string, string> = {},
  ): Promise<string[]> {
    const servers = [{ url: "https://parcels.test" }];
    const document = { ...smallSpec({ security: [], servers }), ...fields };
    const folder = scratch({ "openapi.json": JSON.stringify(document, null, 1), ...files });
    const { problems } = await lintSpec(folder);
    return problems
      .filter(({ severity }) => severity === "error")
      .map(({ file, line, rule, pointer }) => (line === null ? `${rule} ?` : `${file} ${rule} ${pointer}`));
  }

  const at200 = "#/paths/~1parcels/get/responses/200";
  const answer = (response: unknown) => ({
    paths: {
      "/parcels": { get: operation("parcels.list", { summary: "List", responses: { "200": response } }) },
    },
  });

  test.each<{
    what: string;
    fields: Record<string, unknown>;
    files?: Record<string, string>;
    want: string[];
  }>([
    { what: "a good spec", fields: answer({ description: "Done." }), want: [] },
    {
      what: "a file that is no YAML, used twice",
      fields: {
        ...answer({ $ref: "broken.yaml" }),
        components: { responses: { One: { $ref: "broken.yaml" } } },
      },
      files: { "broken.yaml": "description: Done.\ncontent: {" },
      want: ["broken.yaml file-not-yaml null"],
    },
    {
      what: "a reference to the network",
      fields: answer({ $ref: "http://127.0.0.1:1/a.yaml" }),
      want: [`openapi.json ref-remote ${at200}/$ref`],
    },
    {
      what: "a reference out of the folder",
      fields: answer({ $ref: "../../../../../etc/hosts" }),
      want: [`openapi.json ref-outside ${at200}/$ref`],
    },
    {
      what: "a reference to nothing inside the file",
      fields: answer({ $ref: "#/components/responses/No" }),
      want: [`openapi.json ref-dangling ${at200}/$ref`],
    },
    {
      what: "wrong structure",
      fields: answer({ descriptoin: "Done." }),
      want: [`openapi.json struct ${at200}`, `openapi.json struct ${at200}/descriptoin`],
    },
    {
      what: "a circle of references",
      fields: {
        ...answer({
          description: "Done.",
          content: { "application/json": { schema: { $ref: "#/components/schemas/A" } } },
        }),
        components: {
          schemas: { A: { $ref: "#/components/schemas/B" }, B: { $ref: "#/components/schemas/A" } },
        },
      },
      want: ["openapi.json ref-circular #/components/schemas/A"],
    },
    {
      what: "an invalid extension, and an operation without an id",
      fields: {
        [named.name]: { packageName: "Not A Name" },
        jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
        info: { title: "Parcels", version: "1.0.0", license: { name: "MIT", identifier: "MIT" } },
        servers: [{ url: "https://parcels.test" }],
        paths: {
          "/parcels": {
            get: {
              summary: "List",
              responses: { "200": { description: "Done." }, "4XX": { description: "No." } },
            },
          },
        },
      },
      want: [
        "openapi.json operation-id-missing #/paths/~1parcels/get",
        "openapi.json extension-invalid #/x-client/packageName",
      ],
    },
  ])("$what", async ({ fields, files, want }) => {
    expect((await errors(fields, files)).sort()).toEqual(want.sort());
  });

  test("what only a mock stumbles over is an error in a spec that is ours, a warning in another's", async () => {
    const severity = async (fields: Record<string, unknown>): Promise<unknown> => {
      const document = smallSpec({ servers: [{ url: "https://parcels.test/v1" }], ...fields });
      const { problems } = await lintSpec(scratch({ "openapi.json": JSON.stringify(document) }));
      return problems.find(({ rule }) => rule === "server-path")?.severity;
    };
    expect(await severity({})).toBe("warning");
    expect(await severity({ [named.name]: named.value })).toBe("error");
  });

  test("comes to an end where branches share branches, a million ways through them", async () => {
    const names = Array.from({ length: 24 }, (_, index) => `S${index}`);
    const twice = (name: string) => ({
      allOf: [{ $ref: `#/components/schemas/${name}` }, { $ref: `#/components/schemas/${name}` }],
    });
    const schemas = Object.fromEntries(
      names.map((name, index) => [name, index === 0 ? {} : twice(`S${index - 1}`)]),
    );
    const content = { "multipart/form-data": { schema: twice("S23") } };
    const paths = { "/parcels": { post: operation("parcels.send", { requestBody: { content } }) } };
    const document = smallSpec({ paths, components: { schemas } });
    const { problems } = await lintSpec(scratch({ "openapi.json": JSON.stringify(document) }));
    expect(problems.map(({ rule }) => rule)).toContain("request-example");
  });

  test("counts what it looked at", async () => {
    const { files, operations, schemas } = await lintSpec(broken);
    expect({ files, operations, schemas }).toEqual({ files: 5, operations: 3, schemas: 6 });
  });

  test("an OpenAPI 3.0 document is read by its own rules", async () => {
    const schema = { type: "integer", minimum: 1, exclusiveMinimum: true, nullable: true };
    const document = { ...specOf(schema), openapi: "3.0.3" };
    const { problems } = await lintSpec(scratch({ "openapi.json": JSON.stringify(document) }));
    expect(problems.map(({ rule }) => rule)).not.toContain("schema-compiles");
    expect(problems.map(({ rule }) => rule)).not.toContain("json-schema-dialect");
  });
});

describe("redocly.yaml beside the spec", () => {
  async function rulesFound(config: string, files: Record<string, string> = {}): Promise<string[]> {
    const document = JSON.stringify(smallSpec());
    const folder = scratch({ "openapi.json": document, "redocly.yaml": config, ...files });
    const { problems } = await lintSpec(folder);
    return problems.map(({ rule, severity, line }) => `${severity} ${rule} ${line}`);
  }

  test.each<{ config: string; want: string[]; not?: string[] }>([
    { config: "extends: [recommended]", want: ["error security-defined 1", "warning info-license 1"] },
    { config: "extends: [recommended-strict]", want: ["error security-defined 1", "error info-license 1"] },
    {
      config: "rules: {info-license: warn}",
      want: ["warning info-license 1"],
      not: ["error security-defined 1"],
    },
    { config: "extends: [recommended]\nrules:\n  info-licence: off", want: ["warning redocly-config 3"] },
    {
      config: "extends:\n  - recommended\n  - https://rules.test/a.yaml",
      want: ["warning redocly-config 3", "error security-defined 1"],
    },
    { config: "extends: [", want: ["error redocly-config 1", "error security-defined 1"] },
  ])("$config", async ({ config, want, not = [] }) => {
    const found = await rulesFound(config);
    expect(found).toEqual(expect.arrayContaining(want));
    for (const rule of not) expect(found).not.toContain(rule);
  });

  test("no code of a plugin is run", async () => {
    const ran = join(scratch(), "ran");
    const plugin = `import { writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(ran)}, ""); export default () => ({ id: "p" });`;
    const found = await rulesFound("extends: [recommended]\nplugins: [./plugin.js]", { "plugin.js": plugin });
    expect(found).toContain("warning redocly-config 2");
    expect(existsSync(ran)).toBe(false);
  });
});
