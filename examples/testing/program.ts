import { spawn } from "node:child_process";
import { join, resolve } from "node:path";

const folder = resolve(import.meta.dirname, "..");
/** Whether Node runs TypeScript as it is: then so do we, as the README says. */
const runsTypeScript = "typescript" in process.features && Boolean(process.features.typescript);

export interface Program extends AsyncDisposable {
  /** Waits until its output matches, and returns the match's first group. */
  says(pattern: RegExp): Promise<string>;
  output(): string;
  /** Ends it at once, with no chance to tidy up. */
  kill(): Promise<void>;
  /** Its exit code; `null` if it was killed. */
  readonly ended: Promise<number | null>;
}

/** Starts an example as a process of its own, gone with the end of the block that holds it. */
export function start(
  name: string,
  env: Readonly<Record<string, string>>,
  { args = [], cwd }: { readonly args?: readonly string[]; readonly cwd?: string } = {},
): Program {
  const path = runsTypeScript ? join(folder, `${name}.ts`) : join(folder, "dist", `${name}.js`);
  const { PATH = "" } = process.env; // and nothing else of ours: no proxy, no key
  const child = spawn(process.execPath, [path, ...args], {
    cwd: cwd ?? folder,
    env: { PATH, SYNC_API_KEY: "sk-example-0123456789", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killNow = (): void => void child.kill("SIGKILL");
  process.once("exit", killNow); // a test that took too long does not reach its end
  let output = "";
  let listeners: (() => void)[] = [];
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      tell();
    });
  }
  let isOver = false;
  const ended = new Promise<number | null>((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => {
      isOver = true;
      process.off("exit", killNow);
      tell();
      done(code);
    });
  });
  const kill = async (): Promise<void> => {
    killNow();
    await ended;
  };
  return {
    says: (pattern) =>
      new Promise((found, fail) => {
        const look = (): void => {
          const match = pattern.exec(output);
          if (!match && !isOver) return;
          listeners = listeners.filter((listener) => listener !== look);
          if (match) found(match[1] ?? match[0]);
          else fail(new Error(`${name} ended and never said ${pattern}:\n${output}`));
        };
        listeners.push(look);
        look();
      }),
    output: () => output,
    kill,
    ended,
    [Symbol.asyncDispose]: kill,
  };
}
