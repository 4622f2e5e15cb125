// What the parts of the benchmark share: commands, medians, tables.
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const benchFolder = import.meta.dirname;
export const root = resolve(benchFolder, "..", "..");
export const specwright = [process.execPath, join(root, "generator", "bin.mjs"), "generate"];
export const peer = (name) => join(benchFolder, "node_modules", ".bin", name);

/** @returns what the command printed, or `null` if it may fail and did */
export function run([command, ...args], { mayFail = false, cwd = tmpdir() } = {}) {
  const env = { ...process.env, REDOCLY_TELEMETRY: "off", CI: "true" };
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env,
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  if (status === 0) return stdout;
  if (!mayFail) fail(`${command} failed: ${error?.message ?? `${stdout}${stderr}`}`);
  return null;
}

export function median(list) {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted.some(Number.isNaN) ? Number.NaN : sorted[Math.floor(sorted.length / 2)];
}

/** Prints a table in Markdown, as `docs/benchmarks.md` has it. */
export function table(title, head, rows) {
  console.log(`\n${title}\n`);
  for (const cells of [head, head.map(() => "---"), ...rows]) console.log(`| ${cells.join(" | ")} |`);
}

export const ratio = (value, base) => (Number.isNaN(value) ? "fails" : (value / base).toFixed(2));

export function fail(message) {
  console.error(message);
  process.exit(1);
}
