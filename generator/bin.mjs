#!/usr/bin/env node
// Runs the command line straight from its TypeScript sources: they are bundled once for each state they are in, so
// a clone needs no build step and never runs a stale one.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import * as nodeModule from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const generator = dirname(fileURLToPath(import.meta.url));
const cache = join(generator, "..", "node_modules", ".cache", "specwright");
// The commands that test a server are in contract-tests/, which the generator's own parts never see.
const sources = [generator, join(generator, "..", "contract-tests")].flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .map((path) => join(folder, String(path)))
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .sort(),
);
const hash = createHash("sha256").update(process.version);
for (const path of sources) hash.update(relative(generator, path)).update(readFileSync(path));
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
