import { type SpawnOptions, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The project's folder; tests of the command line run in it unless they say otherwise. */
export const project = fileURLToPath(new URL("../..", import.meta.url));
export const bin = fileURLToPath(new URL("../bin.mjs", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `specwright …` as a user would, without a terminal, and waits for its end. */
export function specwright(args: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
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
