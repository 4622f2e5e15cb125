// Measures how long `specwright diff` takes:
//   npm run bench:diff-speed                            our contract against a copy with a few changes
//   npm run bench:diff-speed -- base.json revision.json 5   any two specs, 5 rounds
// Warm: repeated in one process, each round reading both sides from disk. CPU time, since wall-clock time counts who else
// is at work; the median of the rounds. Cold: the command line as anybody calls it, once, with its peak memory on Linux.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

/** As `specwright diff` has it: larger specs are not checked for OpenAPI's own structure. */
const checkedBytes = 2 * 1024 * 1024;

const project = fileURLToPath(new URL("..", import.meta.url));
const [baseArgument, revisionArgument, roundsArgument = "21"] = process.argv.slice(2);
const rounds = Number(roundsArgument);
const scratch = mkdtempSync(join(project, "node_modules", ".cache", "diff-speed-"));
try {
  const base = resolve(baseArgument ?? join(project, "spec"));
  const revision = revisionArgument === undefined ? editedCopy(base) : resolve(revisionArgument);
  const { load, compare } = await pipeline();
  const times = { load: [], loadAndCheck: [], diff: [] };
  let changes = 0;
  for (let round = 0; round < rounds; round++) {
    await timed(times.loadAndCheck, () => load(base, Infinity));
    await timed(times.load, () => load(base, checkedBytes));
    await timed(times.diff, async () => {
      const like = await load(base, checkedBytes);
      changes = compare(like, await load(revision, checkedBytes, like));
    });
  }
  const [loading, checking, diff] = [times.load, times.loadAndCheck, times.diff].map(median);
  console.log(`warm, CPU, median of ${rounds}:`);
  console.log(`  diff             ${shown(diff)}  ${changes} changes`);
  console.log(`  loading one side ${shown(loading)}  diff is ${(diff / loading).toFixed(2)} of it`);
  console.log(
    `  as generate does ${shown(checking)}  diff is ${(diff / checking).toFixed(2)} of it (structure checked at any size)`,
  );
  const { cpuMs, peakMiB } = await commandLine(base, revision);
  console.log(`cold, the command:  ${shown(cpuMs)}${peakMiB === null ? "" : `  at most ${peakMiB} MiB`}`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function pipeline() {
  const outfile = join(scratch, "pipeline.mjs");
  await build({
    stdin: {
      contents: `export { readSpec } from "./generator/load/load-spec.ts"; export { judgeChange } from "./generator/judge-change.ts";`,
      resolveDir: project,
    },
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    outfile,
    logLevel: "error",
  });
  const { readSpec, judgeChange } = await import(pathToFileURL(outfile).href);
  const options = {
    today: "2026-01-01",
    configuration: { severities: {}, deprecationDays: { beta: 0, stable: 0 } },
    approvals: [],
  };
  return {
    load: (path, maxCheckedBytes, like = null) => readSpec(path, [], { maxCheckedBytes, like }),
    compare: (from, to) => judgeChange(from, to, options).changes.length,
  };
}

async function timed(list, work) {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  list.push((user + system) / 1000);
}

function median(list) {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
}

function shown(ms) {
  return `${ms.toFixed(0).padStart(6)} ms`;
}

/** The folder of our spec, with one limit lowered. */
function editedCopy(folder) {
  const copy = join(scratch, "spec");
  cpSync(folder, copy, { recursive: true });
  const path = join(copy, "schemas", "CreateBatchRequest.yaml");
  writeFileSync(path, readFileSync(path, "utf8").replace("maxItems: 500", "maxItems: 400"));
  return copy;
}

async function commandLine(base, revision) {
  const bin = join(project, "generator", "bin.mjs");
  const meter = `process.on("exit", () => { const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage(); process.stderr.write("\\n#" + JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMiB: Math.round(maxRSS / 1024) })); });`;
  const child = spawn(
    process.execPath,
    [
      "--import",
      `data:text/javascript,${encodeURIComponent(meter)}`,
      bin,
      "diff",
      base,
      revision,
      "--json",
      "--fail-on",
      "none",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let text = "";
  for await (const chunk of child.stderr.setEncoding("utf8")) text += chunk;
  const told = text.split("\n#").at(-1) ?? "";
  return told.startsWith("{") ? JSON.parse(told) : { cpuMs: Number.NaN, peakMiB: null };
}
