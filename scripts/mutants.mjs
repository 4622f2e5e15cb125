// Plants faults in the contract as served, in the sandbox and in the client, and counts those that the suite notices:
//   npm run mutants -- --help
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const folder = resolve("node_modules/.cache/specwright-mutants");
mkdirSync(folder, { recursive: true });
await build({
  entryPoints: ["contract-tests/mutants/command.ts", "contract-tests/mutants/worker.ts"],
  outdir: folder,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  sourcemap: "linked",
  logLevel: "error",
});
const { mutantsCommand } = await import(pathToFileURL(join(folder, "command.mjs")).href);
process.exit(await mutantsCommand(process.argv.slice(2), join(folder, "worker.mjs")));
