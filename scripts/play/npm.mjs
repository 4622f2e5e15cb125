#!/usr/bin/env node
// Stands in for npm where it would fetch or send: `ci` links the packages that are here, `publish` notes what it would
// send after a dry run of the real one. All else is npm's.
import { execFileSync } from "node:child_process";
import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const { PATH = "", PLAY_NODE_MODULES = "", PLAY_PUBLISHED = "", NODE_AUTH_TOKEN } = process.env;
const [command, ...args] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const real = PATH.split(delimiter)
  .filter((folder) => folder !== here)
  .map((folder) => join(folder, "npm"))
  .find((path) => existsSync(path));

function npm(args, options = {}) {
  return execFileSync(real, args, { stdio: "inherit", ...options });
}

if (command === "ci") {
  const prefix = args.includes("--prefix") ? args[args.indexOf("--prefix") + 1] : ".";
  const link = join(prefix, "node_modules");
  if (!existsSync(link)) symlinkSync(PLAY_NODE_MODULES, link, "dir");
} else if (command === "publish") {
  const tried = [
    "publish",
    ...args.filter((arg) => !["--provenance", "--dry-run"].includes(arg)),
    "--dry-run",
    "--json",
  ];
  const out = JSON.parse(npm(tried, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }));
  const { version, files } = out.files ? out : Object.values(out)[0];
  const tag = args[args.indexOf("--tag") + 1];
  writeFileSync(
    PLAY_PUBLISHED,
    JSON.stringify({ args, version, tag, files: files.length, token: NODE_AUTH_TOKEN }),
  );
} else {
  try {
    npm([command, ...args]);
  } catch (error) {
    process.exitCode = error.status ?? 1;
  }
}
