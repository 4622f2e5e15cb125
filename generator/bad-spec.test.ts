import { symlinkSync, truncateSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import pc from "picocolors";
import { describe, expect, test } from "vitest";
import { describeProblems } from "./commands/terminal.js";
import { generate } from "./generate.js";
import { SpecError } from "./load/problem.js";
import { typeScriptWork } from "./render/typescript-work.js";
import { oldOutput } from "./testing/old-output.js";
import { filesIn, scratchFolders } from "./testing/scratch-folder.js";
import { operation, smallSpec, specOf } from "./testing/small-spec.js";
import { specwright } from "./testing/specwright.js";
import { readManifest } from "./write/manifest.js";

const scratch = scratchFolders();

interface Bad {
  readonly what: string;
  /** Content of `openapi.yaml`, or files by path. */
  readonly given: string | Uint8Array | Record<string, string | Uint8Array>;
  /** What the message must say: what is wrong, and where if there is a where. */
  readonly says: readonly (string | RegExp)[];
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);
const twoOperations = (first: Record<string, unknown>, second: Record<string, unknown>): string =>
  json(smallSpec({ paths: { "/a": { get: first }, "/b": { get: second } } }));
const head = 'openapi: 3.1.0\ninfo: { title: T, version: "1" }\n';

const notASpec: readonly Bad[] = [
  { what: "an empty file", given: "", says: ["openapi.yaml:1:1", "empty", "file-empty"] },
  { what: "nothing but blanks", given: " \n\t\n", says: ["empty"] },
  { what: "nothing but a comment", given: "# to do\n", says: ["not an OpenAPI document"] },
  { what: "not YAML", given: "a: [1, 2\nb: }", says: [/openapi.yaml:2:\d+/, "Not YAML"] },
  {
    what: "tabs for indentation",
    given: "openapi: 3.1.0\ninfo:\n\ttitle: T\n",
    says: [/openapi.yaml:3/, /tab/i],
  },
  { what: "two documents in one file", given: "openapi: 3.1.0\n---\nopenapi: 3.1.0\n", says: ["Not YAML"] },
  { what: "a list", given: "- a\n", says: ["not an OpenAPI document"] },
  { what: "some other YAML", given: "name: x\nversion: 1\n", says: ["no `openapi` field"] },
  { what: "Swagger 2.0", given: 'swagger: "2.0"\npaths: {}\n', says: ["Swagger 2.0", "swagger2openapi"] },
  { what: "OpenAPI 4", given: 'openapi: "4.0.0"\n', says: ['"4.0.0" is not supported'] },
  { what: "OpenAPI 3.2", given: 'openapi: "3.2.0"\n', says: ['"3.2.0" is not supported'] },
  { what: "a version that is a number", given: "openapi: 3.1\n", says: ["3.1 is not supported", "as text"] },
  { what: "no info", given: "openapi: 3.1.0\npaths: {}\n", says: ['"info" is missing'] },
  {
    what: "nothing but info",
    given: head,
    says: ["none of `paths`, `components` and `webhooks`", "paths: {}"],
  },
  {
    what: "components alone, which 3.0 does not allow",
    given: `${head.replace("3.1.0", "3.0.3")}components: {}\n`,
    says: ["no `paths`"],
  },
  {
    what: "a field that OpenAPI has not",
    given: `${head}pahts: {}\npaths: {}\n`,
    says: ["openapi.yaml:3:1", '"pahts" is not known'],
  },
  {
    what: "a key given twice",
    given: `${head}paths: {}\npaths: {}\n`,
    says: ["openapi.yaml:4:1", /unique/],
  },
  {
    what: "a key given twice, once as a number",
    given: `${head}paths: { /a: { get: { responses: { 200: { description: A }, '200': { description: B } } } } }\n`,
    says: ["openapi.yaml:3:61", /unique/],
  },
  {
    what: "keys within keys",
    given: `${head}paths: {}\nx-a:\n  ${"? ".repeat(60)}a\n`,
    says: ["openapi.yaml:5:5", "plain text"],
  },
  {
    what: "thousands of keys within keys",
    given: `${head}paths: {}\nx-a:\n${Array.from({ length: 500 }, (_, n) => `  ${"? ".repeat(100)}a${n}\n`).join("")}`,
    says: ["openapi.yaml:5:5", "plain text"],
  },
  {
    what: "a merge key without a map",
    given: `${head}paths: { <<: 5 }\n`,
    says: ["Merge sources must be maps"],
  },
  { what: "not UTF-8", given: Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe]), says: ["not UTF-8"] },
  { what: "UTF-16", given: Buffer.from("\ufeffopenapi: 3.1.0\n", "utf16le"), says: ["not UTF-8"] },
  { what: "NUL bytes", given: "openapi: 3.1.0\ninfo: \0\n", says: [/error/] },
];

const deep = 10_000;
const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"]
  .concat(
    [..."bcdefghi"].map((name, index) => {
      const before = "abcdefgh"[index];
      return `${name}: &${name} [${Array(9).fill(`*${before}`).join(", ")}]`;
    }),
  )
  .join("\n");

const tooMuch: readonly Bad[] = [
  { what: "an alias bomb", given: `${head}paths: {}\n${bomb}\n`, says: ["aliases"] },
  {
    what: "an alias bomb in a file that is referred to",
    given: { "openapi.yaml": json(specOf({ $ref: "./bomb.yaml" })), "bomb.yaml": bomb },
    says: ["aliases", "./bomb.yaml"],
  },
  {
    what: "lists nested deeply",
    given: `x: ${"[".repeat(deep)}${"]".repeat(deep)}\n`,
    says: ["levels deep"],
  },
  { what: "lists nested deeply, by dashes", given: `${"- ".repeat(deep)}x\n`, says: ["levels deep"] },
  { what: "keys nested deeply, by question marks", given: `${"? ".repeat(deep)}x\n`, says: ["levels deep"] },
  {
    what: "maps nested deeply, by indentation",
    given: Array.from({ length: 3000 }, (_, level) => `${" ".repeat(level)}a:`).join("\n"),
    says: ["levels deep"],
  },
  {
    what: "JSON nested deeply",
    given: { "openapi.json": `${'{"a":'.repeat(deep)}1${"}".repeat(deep)}` },
    says: ["levels deep"],
  },
  { what: "300 levels", given: `${"[".repeat(300)}${"]".repeat(300)}\n`, says: ["levels deep"] },
  {
    what: "an alias that holds itself",
    given: `${head}paths: &a { x: *a }\n`,
    says: [/levels deep|aliases|circular/],
  },
];

const badReferences: readonly Bad[] = [
  {
    what: "a $ref to a file that is not there",
    given: json(specOf({ $ref: "./schemas/Gone.yaml" })),
    says: [/openapi.yaml:\d+:\d+/, '"./schemas/Gone.yaml"', "no such file"],
  },
  {
    what: "a $ref to a part that is not there",
    given: json(specOf({ $ref: "#/components/schemas/Gone" })),
    says: ["#/paths/~1parcels/get", '"#/components/schemas/Gone" points to nothing'],
  },
  {
    what: "all dangling $refs, not only the first",
    given: json(specOf({ anyOf: [{ $ref: "#/components/schemas/A" }, { $ref: "#/components/schemas/B" }] })),
    says: ["schemas/A", "schemas/B", "2 errors"],
  },
  {
    what: "a circle of $refs",
    given: json(
      specOf(
        { $ref: "#/components/schemas/A" },
        { schemas: { A: { $ref: "#/components/schemas/B" }, B: { $ref: "#/components/schemas/A" } } },
      ),
    ),
    says: ["leads back to itself"],
  },
  {
    what: "a circle of files",
    given: {
      "openapi.yaml": json(specOf({ $ref: "./a.yaml" })),
      "a.yaml": "$ref: ./b.yaml\n",
      "b.yaml": "$ref: ./a.yaml\n",
    },
    says: ["leads back to itself"],
  },
  {
    what: "a circle of path items",
    given: {
      "openapi.yaml": json(smallSpec({ paths: { "/a": { $ref: "./a.yaml" } } })),
      "a.yaml": "$ref: ./a.yaml\n",
    },
    says: ["leads back to itself"],
  },
  {
    what: "a $ref out of the folder",
    given: json(specOf({ $ref: "../outside.yaml" })),
    says: ["outside the spec's folder", '"../outside.yaml"'],
  },
  {
    what: "a $ref to an absolute path",
    given: json(specOf({ $ref: "/etc/passwd" })),
    says: ["outside the spec's folder"],
  },
  {
    what: "a $ref out of the folder, percent-encoded",
    given: json(specOf({ $ref: "%2e%2e/outside.yaml" })),
    says: ["outside the spec's folder"],
  },
  {
    what: "a file: address",
    given: json(specOf({ $ref: "file:///etc/passwd" })),
    says: ['"file:///etc/passwd"'],
  },
  {
    what: "a discriminator that maps to nothing",
    given: json(
      specOf({
        oneOf: [{ type: "object" }],
        discriminator: { propertyName: "t", mapping: { a: "#/components/schemas/Gone" } },
      }),
    ),
    says: ["schemas/Gone", "points to nothing"],
  },
];

const badNames: readonly Bad[] = [
  {
    what: "no operationId",
    given: twoOperations(operation("a.get"), { responses: { "200": { description: "Done." } } }),
    says: ["GET /b has no operationId"],
  },
  {
    what: "one operationId twice",
    given: twoOperations(operation("a.get"), operation("a.get")),
    says: [/openapi.yaml:\d+/, "GET /b has the operationId of GET /a"],
  },
  {
    what: "two ids that give one name",
    given: twoOperations(operation("things.get_all"), operation("things.get-all")),
    says: ["things.get_all", "things.get-all", "give one name: things.getAll"],
  },
  {
    what: "a method where a group is",
    given: twoOperations(operation("things"), operation("things.get")),
    says: ["both a method and the group"],
  },
  {
    what: "an id with no letter",
    given: twoOperations(operation("a.get"), operation("1.2")),
    says: ["no name a method can have"],
  },
];

const client = { packageName: "parcels", className: "ParcelsClient" };
const badExtensions: readonly Bad[] = [
  {
    what: "an unknown extension",
    given: json(smallSpec({ "x-client": client, "x-internal": true })),
    says: ['"x-internal" is not known', "x-plans"],
  },
  {
    what: "a misspelt extension",
    given: json(smallSpec({ "x-rate-limt": [] })),
    says: ["openapi.yaml:", '"x-rate-limt" is not known', "Did you mean x-rate-limit?"],
  },
  {
    what: "a misspelt key of an extension",
    given: json(smallSpec({ "x-client": { pakageName: "a" } })),
    says: ["x-client is not valid", '"pakageName"'],
  },
  {
    what: "an extension in the wrong place",
    given: json({
      ...specOf({ type: "object", "x-plans": { plans: [{ name: "a", concurrency: 1 }] } }),
      "x-client": client,
    }),
    says: ["x-plans has no meaning here", "Write it on: root"],
  },
  {
    what: "a rate limit that no one declared",
    given: json(smallSpec({ "x-client": client, "x-rate-limit": ["fast"] })),
    says: ['No rate limit is called "fast"'],
  },
];

const tables = { notASpec, tooMuch, badReferences, badNames, badExtensions };

/** Those that the command line gets too: all that could crash it, and one of each other kind. */
const throughCommandLine = new Set([
  ...tooMuch,
  ...Object.values(tables).flatMap((table) => table.slice(0, 1)),
]);

describe.each(Object.entries(tables))("%s", (_, table) => {
  test.each(table)("$what", async ({ given, says }) => {
    const [spec, out] = [scratch(filesOf(given)), scratch(oldOutput())];
    const before = filesIn(out);
    const manifest = await readManifest(out);
    const making = generate({ spec, outDir: out, manifest, work: typeScriptWork, onStep: () => {} });
    const error = await making.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SpecError);
    expectMessage(describeProblems((error as SpecError).problems, pc.createColors(false)), says);
    expect(filesIn(out)).toEqual(before);
  });
});

describe("the command line says so, ends with code 1 and leaves the old output as it was", () => {
  test.concurrent.each([...throughCommandLine])("$what", async ({ given, says }) => {
    await refuses(scratch(filesOf(given)), says);
  });
});

test.concurrent("a spec that is not there", async () => {
  await refuses(join(scratch(), "openapi.yaml"), ["There is no file"]);
});

test.concurrent("a folder without a spec", async () => {
  await refuses(scratch(), ["no openapi.yaml"]);
});

test.concurrent("a file of 65 MB", async () => {
  const folder = scratch({ "openapi.yaml": "openapi: 3.1.0\n" });
  truncateSync(join(folder, "openapi.yaml"), 65 * 1024 * 1024); // a hole: costs no disk
  await refuses(folder, ["at most 67108864 are read"]);
});

test.concurrent("a $ref out of the folder through a link", async () => {
  const outside = scratch({ "secret.yaml": "type: string\n" });
  const folder = scratch({
    "openapi.yaml": json(specOf({ anyOf: [{ $ref: "./file.yaml" }, { $ref: "./folder/secret.yaml" }] })),
  });
  symlinkSync(join(outside, "secret.yaml"), join(folder, "file.yaml"));
  symlinkSync(outside, join(folder, "folder"));
  await refuses(folder, ["file.yaml", "folder/secret.yaml", "outside the spec's folder", "2 errors"]);
});

test.concurrent("a $ref to the network, without asking the network", async () => {
  let connections = 0;
  const server = createServer((_, response) => response.end("type: string"));
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const reference = (where: string): unknown => ({ $ref: `${where}127.0.0.1:${port}/a.yaml` });
  const examples = {
    a: { value: reference("http://") },
    b: { externalValue: `http://127.0.0.1:${port}/b.json` },
  };
  const spec = specOf(
    { anyOf: [reference("http://"), reference("//")], examples: [reference("http://")] },
    { examples },
  );
  await refuses(scratch({ "openapi.yaml": json(spec) }), ["points to the network", "2 errors"]);
  await fetch(`http://127.0.0.1:${port}/`); // the count counts
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(connections).toBe(1);
});

async function refuses(spec: string, says: Bad["says"]): Promise<void> {
  const out = scratch(oldOutput());
  const before = filesIn(out);
  const { code, stdout, stderr } = await specwright(["generate", spec, out]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expectMessage(stderr, says);
  expect(filesIn(out)).toEqual(before);
}

function expectMessage(printed: string, says: Bad["says"]): void {
  for (const words of says) expect(printed).toMatch(words);
  expect(printed).toMatch(/^ {2}fix {3}\S/m);
  expect(printed).not.toMatch(/^ +at .*\(?.*:\d+:\d+\)?$/m); // a stack is no message
}

function filesOf(given: Bad["given"]): Record<string, string | Uint8Array> {
  return typeof given === "string" || given instanceof Uint8Array ? { "openapi.yaml": given } : given;
}
