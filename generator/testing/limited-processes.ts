import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { Redis } from "ioredis";
import type { RatePolicy } from "../runtime/limit-store.js";
import type { ClientName } from "./redis-clients.js";
import { project } from "./specwright.js";

export interface ProcessTask {
  /** The Unix socket of the Redis. */
  readonly path: string;
  readonly prefix: string;
  readonly policy: RatePolicy;
  readonly client: ClientName;
  /** How far its clock is off. */
  readonly clockOffMs: number;
  readonly requests: number;
  readonly atOnce: number;
  /** A request is under way for up to so long before the server counts it, and its answer again. */
  readonly maxLatencyMs: number;
}

export interface Arrival {
  readonly process: number;
  /** In ms, by the clock of Redis: the one that the limits go by. */
  readonly atMs: number;
}

/** Runs processes side by side that share a limit, and is the server which they send to: when did each request arrive? */
export async function runLimited(tasks: readonly ProcessTask[]): Promise<Arrival[]> {
  const program = await bundle();
  const path = tasks[0]?.path ?? "";
  const clock = new Redis(path);
  const arrivals: Arrival[] = [];
  const ready: ChildProcess[] = [];
  try {
    await Promise.all(
      tasks.map(
        (task, index) =>
          new Promise<void>((resolve, reject) => {
            const child = fork(program, [JSON.stringify(task)], { execArgv: [] });
            child.on("message", async (request: number) => {
              if (request === -1) {
                // All begin together, however long one took to start.
                if (ready.push(child) === tasks.length) for (const other of ready) other.send(-1);
                return;
              }
              const [seconds, micros] = await clock.time();
              arrivals.push({ process: index, atMs: Number(seconds) * 1_000 + Number(micros) / 1_000 });
              child.send(request);
            });
            child.on("error", reject);
            child.on("close", (code) =>
              code === 0 ? resolve() : reject(new Error(`A process ended with ${code}.`)),
            );
          }),
      ),
    );
  } finally {
    clock.disconnect();
    rmSync(program, { force: true });
  }
  return arrivals.sort((a, b) => a.atMs - b.atMs);
}

/** The most requests that arrived in any period, its two ends included. */
export function fullestPeriod(arrivals: readonly Arrival[], periodMs: number): number {
  let first = 0;
  let most = 0;
  for (const [index, { atMs }] of arrivals.entries()) {
    while (atMs - (arrivals[first]?.atMs ?? atMs) > periodMs) first++;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

/** Where packages are found from. */
async function bundle(): Promise<string> {
  const folder = join(project, "node_modules", ".cache");
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `sending-process-${process.pid}-${Date.now()}.mjs`);
  const entry = join(project, "generator", "testing", "sending-process.ts");
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
  });
  return outfile;
}
