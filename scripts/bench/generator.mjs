// `specwright generate` against its peers on one spec. The rounds are interleaved, so that a slow moment of the machine
// meets all alike; the median of each counts.
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { median, peer, ratio, run, specwright, table } from "./measure.mjs";

export function measure({ spec, rounds, scratch }) {
  const list = contestants(spec, scratch);
  const times = new Map(list.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const { name, command, output } of list) {
      if (output) rmSync(join(scratch, output), { recursive: true, force: true });
      const start = performance.now();
      const printed = run(command, { mayFail: true });
      const ok = printed !== null && (!output || existsSync(join(scratch, output)));
      const elapsed = performance.now() - start;
      if (round >= 0) times.get(name).push(ok ? elapsed : Number.NaN); // round −1 warms the disk
    }
    process.stderr.write(`\rround ${round + 1} of ${rounds} `);
  }
  process.stderr.write("\r\u001b[K");
  const medians = [...times].map(([name, values]) => [name, median(values)]);
  const [[, base]] = medians;
  table(
    `Generating from ${relative(process.cwd(), spec)}`,
    ["What", "Ratio", "Seconds"],
    medians.map(([name, value]) => [
      name,
      ratio(value, base),
      Number.isNaN(value) ? "–" : (value / 1000).toFixed(2),
    ]),
  );
}

/** Each starts from nothing but for the last two, which find their own output unchanged. */
function contestants(spec, scratch) {
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
