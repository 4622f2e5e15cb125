// Measures `specwright generate` against its peers on one spec, in one run, as ratios: `npm run bench [-- spec [rounds]]`.
// The rounds are interleaved, so that a slow moment of the machine meets all alike; the median of each counts.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const bench = join(root, "scripts", "bench");
const [specArgument = "spec/openapi.yaml", roundsArgument = "7"] = process.argv.slice(2);
const spec = resolve(specArgument);
const rounds = Number(roundsArgument);

if (!existsSync(spec)) fail(`There is no file ${specArgument}.`);
if (!(rounds >= 1)) fail("The number of rounds must be 1 or more.");
if (!existsSync(join(bench, "node_modules"))) {
  console.log("Installing the peers, once …");
  run(["npm", "ci", "--prefix", bench, "--no-audit", "--no-fund"]);
}

const scratch = mkdtempSync(join(tmpdir(), "specwright-bench-"));
try {
  report(measure(contestants()));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Each starts from nothing but for the last two, which find their own output unchanged. */
function contestants() {
  const peer = (name) => join(bench, "node_modules", ".bin", name);
  const specwright = [process.execPath, join(root, "generator", "bin.mjs"), "generate"];
  const orvalConfig = join(scratch, "orval.config.mjs");
  const orval = {
    input: { target: spec, parserOptions: { externalRefs: { allow: ["*"] } } },
    output: { target: join(scratch, "orval", "api.ts"), client: "fetch" },
  };
  writeFileSync(orvalConfig, `export default ${JSON.stringify({ api: orval })};`);
  const kept = join(scratch, "kept");
  run([...specwright, spec, kept]);
  return [
    {
      name: "openapi-typescript (types only)",
      command: [peer("openapi-typescript"), spec, "-o", join(scratch, "types.ts")],
      output: "types.ts",
    },
    {
      name: "specwright generate (whole package)",
      command: [...specwright, spec, join(scratch, "specwright")],
      output: "specwright",
    },
    {
      name: "@hey-api/openapi-ts",
      command: [peer("openapi-ts"), "-i", spec, "-o", join(scratch, "hey-api"), "--no-log-file"],
      output: "hey-api",
    },
    { name: "orval (fetch)", command: [peer("orval"), "--config", orvalConfig], output: "orval" },
    {
      name: "redocly generate-client",
      command: [peer("redocly"), "generate-client", spec, "--output", join(scratch, "redocly", "client.ts")],
      output: "redocly",
    },
    { name: "specwright generate, unchanged", command: [...specwright, spec, kept] },
    { name: "specwright generate --check, unchanged", command: [...specwright, spec, kept, "--check"] },
  ];
}

function measure(list) {
  const times = new Map(list.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const { name, command, output } of list) {
      if (output) rmSync(join(scratch, output), { recursive: true, force: true });
      const start = performance.now();
      const ok = run(command, { mayFail: true }) && (!output || existsSync(join(scratch, output)));
      const elapsed = performance.now() - start;
      if (round >= 0) times.get(name).push(ok ? elapsed : Number.NaN); // round −1 warms the disk
    }
    process.stderr.write(`\rround ${round + 1} of ${rounds} `);
  }
  process.stderr.write("\r\u001b[K");
  return times;
}

function report(times) {
  const medians = new Map([...times].map(([name, list]) => [name, median(list)]));
  const [[, base]] = medians;
  console.log(`\n${specArgument}, Node ${process.versions.node}, median of ${rounds}\n`);
  console.log("| What | Ratio | Seconds |\n| --- | --- | --- |");
  for (const [name, value] of medians) {
    const failed = Number.isNaN(value);
    console.log(
      `| ${name} | ${failed ? "fails" : (value / base).toFixed(2)} | ${failed ? "–" : (value / 1000).toFixed(2)} |`,
    );
  }
}

function median(list) {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted.some(Number.isNaN) ? Number.NaN : sorted[Math.floor(sorted.length / 2)];
}

function run([command, ...args], { mayFail = false } = {}) {
  const env = { ...process.env, REDOCLY_TELEMETRY: "off", CI: "true" };
  const { status, error, stderr } = spawnSync(command, args, {
    cwd: tmpdir(),
    env,
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  if (status === 0) return true;
  if (!mayFail) fail(`${command} failed: ${error?.message ?? stderr}`);
  return false;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
