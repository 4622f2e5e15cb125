import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildContract } from "../contract/build-contract.js";
import { loadSpec } from "../load/load-spec.js";
import { formatFiles } from "../write/format-files.js";
import { layOut } from "./lay-out.js";
import { renderPackage } from "./render-package.js";
import { typeScriptWork } from "./typescript-work.js";

/** Each would set a global if it ever became code, or change what a reader sees. */
const payloads = {
  "a single quote": "'; globalThis.evil = 1; '",
  "a double quote": '"; globalThis.evil = 1; "',
  "a double quote in an expression": '" + (globalThis.evil = 1) + "',
  "a template literal": "${globalThis.evil = 1}`; globalThis.evil = 1; `",
  "an end of a comment": "*/ globalThis.evil = 1; /*",
  "an escaped end of a comment": "*\\/ globalThis.evil = 1; /*",
  "a line break": "\nglobalThis.evil = 1;\n",
  "a line separator": "\u2028globalThis.evil = 1;\u2029",
  "a backslash": "\\",
  "a Handlebars expression": "{{constructor}} {{{this}}} {{#each x}}",
  "a closing brace": "} globalThis.evil = 1; {",
  "a path": "../../../evil",
  "a script": "</script><script>globalThis.evil = 1</script><img src=x onerror=alert(1)>",
  "a link": "[evil](javascript:alert(1)) ![x](https://evil.example/x)",
  "control codes": "\u001b[2J\u0007\u009b31m",
  "reordering marks": "\u202e} ;1 = live.sihTlabolg\u2066",
  "a word of JavaScript": "constructor",
  "a prototype": "__proto__",
};

/** A document with the payload in every place that takes free text. */
function hostile(text: string): object {
  const inPath = encodeURIComponent(text);
  const schema = {
    type: "string",
    title: text,
    description: text,
    default: text,
    example: text,
    enum: [text, "other"],
    pattern: "^x",
  };
  const object = {
    type: "object",
    description: text,
    required: [text],
    properties: { [text]: schema, "x-y z": schema },
  };
  return {
    openapi: "3.1.0",
    info: { title: text, version: text, summary: text, description: text },
    servers: [{ url: `https://api.example.com/${inPath}`, description: text }],
    tags: [
      { name: text, description: text },
      { name: "things", description: text },
    ],
    security: [{ key: [] }],
    paths: {
      [`/things/{id}/${text.replaceAll(/[{}?#]/g, "")}`]: {
        post: {
          operationId: "things.create",
          tags: [text],
          summary: text,
          description: text,
          parameters: [
            { name: "id", in: "path", required: true, description: text, schema: { type: "string" } },
            { name: text, in: "query", description: text, schema },
          ],
          requestBody: {
            description: text,
            content: {
              "application/json": {
                schema: object,
                examples: { [text]: { summary: text, value: { [text]: text } } },
              },
            },
          },
          responses: {
            "201": {
              description: text,
              headers: { [text]: { description: text, schema } },
              content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } },
            },
            default: {
              description: text,
              content: { [text.includes("/") ? "text/plain" : `text/x-${inPath}`]: { schema } },
            },
          },
        },
        get: {
          operationId: `get ${text}`,
          parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
          responses: {
            "200": {
              description: text,
              content: { "application/json": { schema: { type: "array", items: schema } } },
            },
          },
        },
      },
    },
    webhooks: {
      [text]: {
        post: {
          summary: text,
          description: text,
          "x-webhook-signature": {
            header: "Signature",
            algorithm: "HMAC-SHA256",
            encoding: "hex",
            timestampField: text.replaceAll(/[\s,=]/g, ""),
            signatureField: "v1",
            signedPayload: `${text.replaceAll(/[{}]/g, "")}{timestamp}{body}`,
          },
          requestBody: { content: { "application/json": { schema: object } } },
          responses: { "200": { description: text } },
        },
      },
    },
    components: {
      securitySchemes: { key: { type: "apiKey", in: "header", name: text, description: text } },
      schemas: {
        [`Evil${text.replaceAll(/[^A-Za-z_]/g, "")}`]: schema,
        Thing: { oneOf: [object, { const: text }], discriminator: { propertyName: text } },
      },
    },
  };
}

let folder: string;
beforeAll(async () => {
  // Inside the project, so that the bundled package finds openapi-fetch.
  const cache = resolve(import.meta.dirname, "../../node_modules/.cache");
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, "hostile-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(Object.entries(payloads))("a spec that says %s everywhere", (name, text) => {
  it("gives a package in which it is nothing but text", async () => {
    const here = join(folder, name.replaceAll(" ", "-"));
    await mkdir(here);
    await writeFile(join(here, "openapi.json"), JSON.stringify(hostile(text)));
    const spec = await loadSpec(join(here, "openapi.json"));
    const rendered = await renderPackage(buildContract(spec), spec.document, typeScriptWork);
    const files = await formatFiles(rendered.made);
    expect(await typeScriptWork.checkFiles({ files, names: rendered.names })).toEqual([]);

    for (const [path, content] of [...files, ...rendered.copied]) {
      expect(path).toMatch(/^[\w./-]+$/);
      expect(path).not.toContain("..");
      expect(content).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      await mkdir(join(here, "out", path, ".."), { recursive: true });
      await writeFile(join(here, "out", path), content);
    }
    const outsideCode = files.get("README.md")?.replaceAll(/`+[^`\n]+`+/g, "");
    expect(outsideCode).not.toMatch(/<(script|img)|(?<!\\)\]\((javascript|https):/);

    // Its examples are values again, whatever their names; MSW and all are loaded, and answer.
    await build({
      entryPoints: ["examples", "msw", "opentelemetry"].map((entry) => join(here, "out/src", `${entry}.ts`)),
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      packages: "external",
      outdir: join(here, "subpaths"),
      outExtension: { ".js": ".mjs" },
      logLevel: "error",
    });
    const load = async (entry: string): Promise<Record<string, unknown>> =>
      (await import(pathToFileURL(join(here, "subpaths", `${entry}.mjs`)).href)) as Record<string, unknown>;
    const { thingsCreate } = (await load("examples")) as { thingsCreate: { requests: object } };
    expect(Object.entries(thingsCreate.requests)).toEqual([[text, { [text]: text }]]);
    const { handlers } = (await load("msw")) as { handlers: () => unknown[] };
    expect(handlers()).toHaveLength(2);
    expect(await load("opentelemetry")).toHaveProperty("withSpans");

    await build({
      entryPoints: [join(here, "out/src/index.ts"), join(here, "out/src/webhooks.ts")],
      bundle: true,
      format: "esm",
      platform: "node",
      packages: "external",
      outdir: join(here, "built"),
      outExtension: { ".js": ".mjs" },
      logLevel: "error",
    });
    const built = async (name: string): Promise<Record<string, unknown>> =>
      (await import(pathToFileURL(join(here, "built", name)).href)) as Record<string, unknown>;
    const { sign, verify } = (await built("webhooks.mjs")) as Record<
      "sign" | "verify",
      (...args: unknown[]) => Promise<unknown>
    >;
    const body = JSON.stringify({ [text]: text });
    const headers = { signature: await sign(body, "secret") };
    expect(await verify(body, headers, "secret")).toMatchObject({ type: text, payload: JSON.parse(body) });
    const module = await built("index.mjs");
    const Client = Object.values(module).find(
      (value) => typeof value === "function" && value.name.endsWith("Client"),
    ) as new (
      options: object,
    ) => { things: { create(...args: unknown[]): Promise<unknown> } };
    let sent = 0;
    const fetch = async (): Promise<Response> => {
      sent++;
      return new Response("{}", { headers: { "content-type": "application/json" } });
    };
    const call = async (): Promise<unknown> => new Client({ apiKey: "k", fetch }).things.create("1", {});
    await call().catch(() => undefined); // a header's name may be one that no request can have
    expect(sent).toBeLessThanOrEqual(1);
    expect(globalThis).not.toHaveProperty("evil");
  });
});

it("a server's address of nothing but slashes takes no time to speak of", async () => {
  const url = `https://api.example.com${"/".repeat(200_000)}v1`;
  const root = join(folder, "slashes.json");
  await writeFile(root, JSON.stringify({ ...hostile("plain"), servers: [{ url }] }));
  const spec = await loadSpec(root);
  const { made } = await renderPackage(buildContract(spec), spec.document, typeScriptWork);
  expect([...made.values()].some((text) => text.includes("//v1"))).toBe(true);
});

it("a view with raw text in it never reaches a template", () => {
  expect(() => layOut("api", { api: "evil()" as never })).toThrow(/api\.api holds raw text/);
  expect(() => layOut("index", { types: [{ name: "evil" }] as never })).toThrow(/raw text/);
});
