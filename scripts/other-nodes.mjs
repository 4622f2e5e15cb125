// Runs what may differ between Node lines under the others that we promise to support: the client as it runs, servers,
// and what reads, writes and watches files. What a document, Git or TypeScript decides is tested once; the workflow
// `ci.yml` runs everything on each line. Their binaries come from npm.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

const lines = ["20", "22", "24"];
/** Beginnings of paths of test files. */
const tests = [
  "contract-tests/sandbox",
  "contract-tests/sync-api",
  "contract-tests/validation",
  "contract-tests/verify",
  "examples",
  "generator/cli",
  "generator/load",
  "generator/runtime",
  "generator/write",
  "scripts/batch-",
  "scripts/crash",
  "scripts/fixtures",
  "scripts/limits-redis",
  "scripts/vitest-entry",
  "scripts/webhooks",
];
const root = resolve(import.meta.dirname, "..");
const [current] = process.versions.node.split(".");

for (const line of lines.filter((candidate) => candidate !== current)) {
  const folder = join(root, "node_modules", ".cache", "nodes", line);
  mkdirSync(folder, { recursive: true });
  const binary = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  run(
    "npm",
    [
      "install",
      "--prefix",
      folder,
      "--no-save",
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      `${binary}@${line}`,
    ],
    process.env,
  );
  const path = [join(folder, "node_modules", binary, "bin"), process.env.PATH].join(delimiter);
  console.log(
    `\nNode ${spawnSync("node", ["--version"], { env: { ...process.env, PATH: path }, encoding: "utf8" }).stdout.trim()}`,
  );
  run("npx", ["vitest", "run", ...tests], { ...process.env, PATH: path });
}

function run(command, args, env) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    env,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
