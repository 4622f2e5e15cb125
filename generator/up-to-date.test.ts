import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { generate } from "./generate.js";
import { typeScriptWork } from "./render/typescript-work.js";
import { filesIn, scratchFolders } from "./testing/scratch-folder.js";
import { smallSpec } from "./testing/small-spec.js";
import { runNode } from "./testing/specwright.js";
import { isUpToDate } from "./up-to-date.js";
import { manifestName, readManifest } from "./write/manifest.js";
import { applyWrite } from "./write/write-files.js";

const scratch = scratchFolders();
const spec = JSON.stringify(smallSpec(), null, 2);
const other = JSON.stringify(smallSpec({ info: { title: "Letters", version: "1.0.0" } }), null, 2);

async function make(folder: string, onStep = (_: string): void => {}): Promise<void> {
  const paths = { spec: join(folder, "openapi.yaml"), outDir: join(folder, "out") };
  const { plan } = await generate({ ...paths, manifest: null, work: typeScriptWork, onStep });
  applyWrite(plan);
}

async function isCurrent(folder: string): Promise<boolean> {
  const manifest = await readManifest(join(folder, "out"));
  if (!manifest) throw new Error("no manifest");
  return isUpToDate(join(folder, "openapi.yaml"), join(folder, "out"), manifest);
}

describe("told from the digest", () => {
  let made: Record<string, string> = {};
  beforeAll(async () => {
    const folder = scratch({ "openapi.yaml": spec });
    await make(folder);
    made = Object.fromEntries(Object.entries(filesIn(folder)).filter(([, text]) => text !== "(folder)"));
  });

  const readme = join("out", "README.md");
  const table: readonly { what: string; change: (folder: string) => void; current: boolean }[] = [
    { what: "nothing", change: () => {}, current: true },
    {
      what: "line endings of the spec",
      change: (at) => save(at, "openapi.yaml", (text) => text.replaceAll("\n", "\r\n")),
      current: true,
    },
    {
      what: "a byte order mark before the spec",
      change: (at) => save(at, "openapi.yaml", (text) => `\ufeff${text}`),
      current: true,
    },
    {
      what: "a comment in the spec",
      change: (at) => save(at, "openapi.yaml", (text) => `${text}\n# a word\n`),
      current: true,
    },
    {
      what: "a word in the spec",
      change: (at) => save(at, "openapi.yaml", (text) => text.replace(`"title": "`, `"title": "New `)),
      current: false,
    },
    {
      what: "a generated file, by hand",
      change: (at) => save(at, readme, (text) => `${text}\n`),
      current: false,
    },
    { what: "a generated file gone", change: (at) => rmSync(join(at, readme)), current: false },
    {
      what: "a foreign file beside them",
      change: (at) => writeFileSync(join(at, "out", "mine"), ""),
      current: true,
    },
    {
      what: "another generator",
      change: (at) => save(at, join("out", manifestName), (text) => text.replace(/("inputs": ")./, "$1_")),
      current: false,
    },
  ];
  test.each(table)("changed: $what → current: $current", async ({ change, current }) => {
    const folder = scratch(made);
    change(folder);
    expect(await isCurrent(folder)).toBe(current);
  });

  test("a manifest of another spec", async () => {
    const folder = scratch({ ...made, "another.yaml": spec });
    const manifest = await readManifest(join(folder, "out"));
    expect(manifest && (await isUpToDate(join(folder, "another.yaml"), join(folder, "out"), manifest))).toBe(
      false,
    );
  });

  test("a spec saved while it was worked on is not taken for the one that was read", async () => {
    const folder = scratch({ "openapi.yaml": spec });
    await make(folder, (step) => {
      if (step === "Rendering the package") writeFileSync(join(folder, "openapi.yaml"), other);
    });
    expect(await isCurrent(folder)).toBe(false);
    expect(readFileSync(join(folder, readme), "utf8")).toContain("Parcels");
  });
});

describe("what is loaded for an answer", () => {
  const slow = ["typescript", "handlebars", "yaml", "@apidevtools/swagger-parser", "ajv"];
  /** Notes what this process and its threads load, by `require` at once and by `import` at the end. */
  const witness = `
    const { appendFileSync } = require("node:fs");
    const Module = require("node:module");
    const note = (names) => appendFileSync(process.env.WITNESS, names.map((name) => name + "\\n").join(""));
    const load = Module._load;
    Module._load = function (name, ...rest) {
      note([name]);
      return load.call(this, name, ...rest);
    };
    process.on("exit", () => {
      const paths = Object.keys(require.cache).join("\\n");
      note([...paths.matchAll(/node_modules\\/((?:@[^/]+\\/)?[^/]+)\\/(?!.*node_modules\\/)/g)].map(([, name]) => name));
    });`;

  test.concurrent.each([
    { args: ["--check"], code: 0, loaded: [] },
    { args: [], code: 0, loaded: [] },
    { args: ["--check", "--json"], code: 0, loaded: [] },
    // The control: the witness does see them when they are there.
    { args: ["--check", "--force"], code: 0, loaded: slow },
  ])("generate $args", async ({ args, code, loaded }) => {
    const folder = scratch({ "openapi.yaml": spec, "witness.cjs": witness, seen: "" });
    await make(folder);
    const ended = await runNode(
      [
        "--require",
        join(folder, "witness.cjs"),
        "generator/bin.mjs",
        "generate",
        join(folder, "openapi.yaml"),
        join(folder, "out"),
        ...args,
      ],
      { env: { WITNESS: join(folder, "seen") } },
    );
    expect(ended).toMatchObject({ code, stderr: "" });
    const seen = new Set(readFileSync(join(folder, "seen"), "utf8").split("\n"));
    expect(slow.filter((name) => seen.has(name))).toEqual(loaded);
    expect(seen.has("commander")).toBe(true);
  });
});

function save(folder: string, path: string, change: (text: string) => string): void {
  writeFileSync(join(folder, path), change(readFileSync(join(folder, path), "utf8")));
}
