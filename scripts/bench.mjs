// Measures the generator and its client against their peers, in one run, as ratios:
//   npm run bench                                  everything, on our contract
//   npm run bench -- path/to/openapi.json 3        the generator, on another spec, 3 rounds
//   npm run bench -- --only size                   one part: generator, size, cpu, types, batch, sandbox or verify; `client` is the four of the client
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { benchFolder, fail, run } from "./bench/measure.mjs";

const parts = {
  generator: () => import("./bench/generator.mjs"),
  size: () => import("./bench/size.mjs"),
  cpu: () => import("./bench/cpu.mjs"),
  types: () => import("./bench/types.mjs"),
  batch: () => import("./bench/batch.mjs"),
  sandbox: () => import("./bench/sandbox.mjs"),
  verify: () => import("./bench/verify.mjs"),
};
const groups = { client: ["size", "cpu", "types", "batch"] };

const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: "string" } } });
const [specArgument, roundsArgument = "7"] = positionals;
const only = values.only ?? (specArgument === undefined ? undefined : "generator");
const chosen = only === undefined ? Object.keys(parts) : (groups[only] ?? [only]);
const spec = resolve(specArgument ?? "spec/openapi.yaml");
const rounds = Number(roundsArgument);

for (const part of chosen) {
  if (!Object.hasOwn(parts, part))
    fail(`There is no part ${part}; there are ${[...Object.keys(parts), "client"].join(", ")}.`);
}
if (!existsSync(spec)) fail(`There is no file ${specArgument ?? spec}.`);
if (!(rounds >= 1)) fail("The number of rounds must be 1 or more.");
if (!existsSync(join(benchFolder, "node_modules", "autocannon"))) {
  console.log("Installing the peers, once …");
  run(["npm", "ci", "--prefix", benchFolder, "--no-audit", "--no-fund"]);
}

const scratch = mkdtempSync(join(tmpdir(), "specwright-bench-"));
try {
  console.log(`Node ${process.versions.node}, ${rounds} rounds`);
  for (const part of chosen) {
    const { measure } = await parts[part]();
    await measure({ spec, rounds, scratch });
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
