// The mock servers that are compared: how each is started on a port, and what is known of its processes.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { fail, peer, root } from "./measure.mjs";

const prism = createRequire(import.meta.url).resolve("@stoplight/prism-cli/dist/index.js");
const sandbox = [join(root, "generator", "bin.mjs"), "sandbox", "--quiet", "--speed", "1000"];

/** Each with its command for a spec and a port. Jobs of the sandbox end after 30 ms, so that those under way stay few. */
export const contestants = [
  {
    name: "prism mock -v silent",
    command: (spec, port) => [process.execPath, prism, "mock", spec, "--port", port, "-v", "silent"],
  },
  {
    name: "steady -q",
    command: (spec, port) => [
      peer("steady"),
      "-q",
      "--no-color",
      "--port",
      port,
      "--host",
      "127.0.0.1",
      spec,
    ],
  },
  {
    name: "sandbox, judge prism",
    own: true,
    command: (spec, port) => [process.execPath, ...sandbox, "--spec", spec, "--port", port],
  },
  {
    name: "sandbox, judge ajv",
    own: true,
    command: (spec, port) => [process.execPath, ...sandbox, "--judge", "ajv", "--spec", spec, "--port", port],
  },
];

/** @returns once it has answered anything at all, and how many milliseconds after its start that was */
export async function start(contestant, spec) {
  const port = await freePort();
  const [file, ...args] = contestant.command(spec, String(port));
  const startedMs = performance.now();
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, CI: "true" } });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      output = (output + text).slice(-2000);
    });
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(url))) {
    if (child.exitCode !== null) fail(`${contestant.name} did not start:\n${output}`);
    if (performance.now() - startedMs > 60_000) fail(`${contestant.name} has not answered for a minute.`);
    await new Promise((done) => setTimeout(done, 2));
  }
  const startUpMs = performance.now() - startedMs;
  return {
    ...contestant,
    url,
    startUpMs,
    memoryMiB: () => memoryMiB(child.pid),
    cpuMicros: () => cpuMicros(child.pid),
    stop: () =>
      new Promise((done) => {
        child.once("close", done);
        for (const pid of processesOf(child.pid).toReversed()) process.kill(pid);
      }),
  };
}

async function answers(url) {
  try {
    await (await fetch(`${url}/v2/generate`)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** The process and those that it started. */
function processesOf(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  return [pid, ...children.map(Number).flatMap(processesOf)];
}

/** Resident memory now, and the most it ever was. */
function memoryMiB(pid) {
  const total = { now: 0, peak: 0 };
  for (const one of processesOf(pid)) {
    const status = readFileSync(`/proc/${one}/status`, "utf8");
    const mebibytes = (name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024;
    total.now += mebibytes("VmRSS");
    total.peak += mebibytes("VmHWM");
  }
  return total;
}

/** CPU time that they have had so far, in steps of 10 ms. */
function cpuMicros(pid) {
  const ticks = processesOf(pid).map((one) => {
    const fields = readFileSync(`/proc/${one}/stat`, "utf8").split(") ")[1].split(" ");
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, count) => sum + count, 0) * 10_000;
}
