// CPU time of a client per request, over plain `fetch`, against a local server in a process of its own. Each client is a
// process that stays: in every round each does the same requests, one after the other and then many at once.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { clientsFolder, source } from "./clients.mjs";
import { benchFolder, median, ratio, root, run, specwright, table } from "./measure.mjs";
import { unlimitedSpec } from "./unlimited-spec.mjs";

const sequential = 400;
const concurrent = 800;
const atOnce = 16;
const works = ["get", "create"];

export async function measure({ spec, rounds, scratch }) {
  mkdirSync(join(scratch, "cpu"));
  const folder = clientsFolder(spec, join(scratch, "cpu"), unlimitedPackage(spec, scratch));
  const server = fork(join(benchFolder, "cpu-server.mjs"));
  const [port] = await once(server, "message");
  const processes = new Map();
  try {
    for (const contestant of contestants()) {
      processes.set(
        contestant.name,
        fork(join(benchFolder, "cpu-client.mjs"), [await bundled(contestant, folder, port)]),
      );
    }
    report(await measureAll(processes, rounds), rounds);
  } finally {
    for (const child of [server, ...processes.values()]) child.kill();
  }
}

function contestants() {
  const own = "sync-api-client";
  const knows = (option) =>
    readFileSync(join(root, "generated", "src", "runtime", "client.ts"), "utf8").includes(
      `readonly ${option}?`,
    );
  return [
    { name: "plain fetch", client: "plain fetch" },
    { name: "openapi-fetch", client: "openapi-fetch" },
    { name: own, client: own },
    ...(knows("rateLimit")
      ? [{ name: `${own}, rateLimit: false`, client: own, settings: { options: ", rateLimit: false" } }]
      : []),
    { name: "@hey-api/openapi-ts", client: "@hey-api/openapi-ts" },
    { name: "redocly generate-client", client: "redocly generate-client" },
    { name: "@sync.so/sdk", client: "@sync.so/sdk" },
    {
      name: "@sync.so/sdk, maxRetries: 0",
      client: "@sync.so/sdk",
      settings: { perCall: ", { maxRetries: 0 }" },
    },
  ];
}

/** Our package from the same contract with limits that are counted, but not reached. */
function unlimitedPackage(spec, scratch) {
  const file = unlimitedSpec(spec, scratch);
  const folder = join(scratch, "package");
  run([...specwright, file, folder]);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
  run([process.execPath, createRequire(import.meta.url).resolve("typescript/bin/tsc"), "-p", folder]);
  return folder;
}

/** A module with a client's `create` and `get`, for Node; the SDK stays as it is installed. */
async function bundled({ name, client, settings = {} }, folder, port) {
  const outfile = join(folder, `${name.replace(/\W+/g, "-")}.mjs`);
  const contents = source(client, { base: `"http://127.0.0.1:${port}"`, key: '"key"', ...settings });
  await build({
    stdin: { contents, resolveDir: folder, loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    external: ["@sync.so/sdk"],
    outfile,
    logLevel: "error",
  });
  return outfile;
}

async function measureAll(processes, rounds) {
  const results = new Map([...processes.keys()].map((name) => [name, { get: [], create: [] }]));
  for (let round = -2; round < rounds; round++) {
    for (const [name, child] of processes) {
      for (const work of works) {
        child.send({ work, sequential, concurrent, atOnce });
        const [{ cpuMicros, error }] = await once(child, "message");
        if (error) throw new Error(`${name}: ${error}`);
        if (round >= 0) results.get(name)[work].push(cpuMicros); // the first two warm the compiler
      }
    }
    process.stderr.write(`\rround ${round + 1} of ${rounds} `);
  }
  process.stderr.write("\r\u001b[K");
  return results;
}

function report(results, rounds) {
  const medians = [...results].map(([name, times]) => [name, ...works.map((work) => median(times[work]))]);
  const [[, getBase, createBase]] = medians;
  table(
    `CPU a request, ${rounds} rounds of ${sequential} requests one by one and ${concurrent} with ${atOnce} at once`,
    ["Client", "get, ratio", "create, ratio", "get, µs", "create, µs"],
    medians.map(([name, get, create]) => [
      name,
      ratio(get, getBase),
      ratio(create, createBase),
      Math.round(get),
      Math.round(create),
    ]),
  );
}
