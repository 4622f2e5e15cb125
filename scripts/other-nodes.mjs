// Runs the whole test command under the other Node lines that we promise to support. Their binaries come from npm.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

const lines = ["20", "22", "24"];
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
  run("npm", ["test"], { ...process.env, PATH: path });
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
