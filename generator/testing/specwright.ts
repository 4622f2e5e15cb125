import { type SpawnOptions, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { runCommandLine } from "../command-line.js";

/** The project's folder; tests of the command line run in it unless they say otherwise. */
export const project = fileURLToPath(new URL("../..", import.meta.url));
export const bin = fileURLToPath(new URL("../bin.mjs", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

let earlier: Promise<unknown> = Promise.resolve();

/**
 * Runs `specwright …` without a terminal, and gives what it printed. It runs in this process, where TypeScript has been
 * loaded by the first run; runs wait for each other, since folder, environment and output are the process's own.
 */
export function specwright(args: readonly string[], { cwd, env }: Surroundings = {}): Promise<Ended> {
  const run = earlier.then(() => runHere(args, cwd ?? project, { ...withoutColor(), ...env }));
  earlier = run.catch(() => undefined);
  return run;
}

async function runHere(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  const before = { cwd: process.cwd(), env: process.env };
  const { stdout, stderr } = process;
  const written = { stdout: "", stderr: "" };
  const writes = { stdout: stdout.write, stderr: stderr.write };
  const keep = (name: "stdout" | "stderr") => (text: string | Uint8Array) => {
    written[name] += typeof text === "string" ? text : Buffer.from(text).toString();
    return true;
  };
  try {
    process.chdir(cwd);
    process.env = env;
    Object.assign(stdout, { write: keep("stdout") });
    Object.assign(stderr, { write: keep("stderr") });
    const code = await runCommandLine(args);
    return { code, ...written };
  } finally {
    Object.assign(stdout, { write: writes.stdout });
    Object.assign(stderr, { write: writes.stderr });
    process.env = before.env;
    process.chdir(before.cwd);
  }
}

/** Runs `specwright …` as a user would, in a process of its own, without a terminal, and waits for its end. */
export function specwrightProcess(args: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
  return runNode([bin, ...args], options);
}

export function runNode(args: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: project,
      stdio: ["ignore", "pipe", "pipe"],
      ...options,
      env: { ...withoutColor(), ...options.env },
    });
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Our own environment, without what a test runner says about colours. */
function withoutColor(): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _force, NO_COLOR: _no, NODE_OPTIONS: _options, ...env } = process.env;
  return env;
}
