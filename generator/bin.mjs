#!/usr/bin/env node
// Runs the command line straight from its TypeScript sources: they are bundled once for each state they are in, so
// a clone needs no build step and never runs a stale one.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import * as nodeModule from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const generator = dirname(fileURLToPath(import.meta.url));
const project = join(generator, "..");
const cache = join(project, "node_modules", ".cache", "specwright");
// What tests a server, or is one, is the contract tests' own: only its commands read, and are bundled with, their sources.
const [, , command, ...rest] = process.argv;
const withContractTests =
  ["sandbox", "verify"].includes(command) || (command === "diff" && rest.includes("--evidence"));
const folders = ["generator", ...(withContractTests ? ["contract-tests"] : [])];
const hash = createHash("sha256").update(process.version).update(String(withContractTests));
for (const folder of folders) {
  const sources = readdirSync(join(project, folder), { recursive: true })
    .map(String)
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .sort();
  for (const path of sources) hash.update(path).update(readFileSync(join(project, folder, path)));
}
const bundle = join(cache, hash.digest("hex").slice(0, 32));

if (!existsSync(join(bundle, "cli.js"))) {
  try {
    await build();
  } catch (error) {
    console.error(`error specwright can't prepare itself in ${cache}: ${error.message.split("\n")[0]}`);
    console.error("fix   Make that folder writable for one run; after that it is only read.");
    process.exit(1);
  }
}
// Node 22 and later can keep compiled code; the worker that loads TypeScript takes the variable over.
process.env.NODE_COMPILE_CACHE ??= join(cache, "..", "specwright-compiled");
nodeModule.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
// Where the templates and the runtime are: the bundle can't tell if node_modules is a link to elsewhere.
process.env.SPECWRIGHT_GENERATOR = generator;
await import(pathToFileURL(join(bundle, "cli.js")).href);

async function build() {
  const { build: bundleWith } = await import("esbuild");
  const unfinished = `${bundle}.${process.pid}`;
  await bundleWith({
    entryPoints: [join(generator, "cli.ts"), join(generator, "render", "typescript-worker.ts")],
    entryNames: "[name]",
    outdir: unfinished,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    external: withContractTests ? [] : ["../../contract-tests/*"],
    sourcemap: "linked",
    logLevel: "error",
  });
  try {
    renameSync(unfinished, bundle);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(join(bundle, "cli.js"))) throw error; // not just another process that was faster
  }
  removeOldBundles();
}

function removeOldBundles() {
  const dayMs = 24 * 60 * 60 * 1000;
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (path !== bundle && Date.now() - statSync(path).mtimeMs > dayMs)
      rmSync(path, { recursive: true, force: true });
  }
}
