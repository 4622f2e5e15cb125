#!/usr/bin/env node
// The command line: what it runs is bundled from the sources when they have changed.
import * as nodeModule from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundled } from "./bundle.mjs";

const generator = dirname(fileURLToPath(import.meta.url));
const cache = join(generator, "..", "node_modules", ".cache");
// What tests a server, or is one, is the contract tests' own: only its commands read, and are bundled with, their sources.
const [, , command, ...rest] = process.argv;
const withContractTests =
  ["coverage", "sandbox", "verify"].includes(command) || (command === "diff" && rest.includes("--evidence"));

let bundle;
try {
  bundle = await bundled({
    entryPoints: ["generator/cli.ts", "generator/render/typescript-worker.ts"],
    folders: ["generator", ...(withContractTests ? ["contract-tests"] : [])],
    external: withContractTests ? [] : ["../../contract-tests/*"],
  });
} catch (error) {
  console.error(`error ${error.message}`);
  process.exit(1);
}
// Node 22 and later can keep compiled code; the worker that loads TypeScript takes the variable over.
process.env.NODE_COMPILE_CACHE ??= join(cache, "specwright-compiled");
nodeModule.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
// Where the templates and the runtime are: the bundle can't tell if node_modules is a link to elsewhere.
process.env.SPECWRIGHT_GENERATOR = generator;
await import(pathToFileURL(join(bundle, "cli.js")).href);
