import { resolve } from "node:path";
import { Worker } from "node:worker_threads";
import type { PoolRunnerInitializer, PoolWorker } from "vitest/node";

type Options = Parameters<PoolRunnerInitializer["createPoolWorker"]>[0];

/** A thread that has run so many mutants makes room for a new one: a mutant may leave something behind. */
const maxRuns = 50;
let thread: Worker | null = null;
let runs = 0;

/**
 * Vitest starts a thread for every run, and Stryker makes a run of every mutant: half a second, in which a mutant's
 * tests take some milliseconds. Here the thread stays, with the modules it has loaded.
 */
export const warmPool: PoolRunnerInitializer = {
  name: "warm",
  createPoolWorker: (options) => new WarmWorker(options),
};

class WarmWorker implements PoolWorker {
  readonly name = "warm";
  readonly #options: Options;
  readonly #listeners: [string, (message: unknown) => void][] = [];

  constructor(options: Options) {
    this.#options = options;
  }

  async start(): Promise<void> {
    if (runs++ % maxRuns === 0) await thread?.terminate();
    thread ??= startThread(this.#options);
    thread.ref();
  }

  async stop(): Promise<void> {
    for (const [event, listener] of this.#listeners) thread?.off(event, listener);
    thread?.unref();
  }

  send(message: { type?: string }): void {
    if (message.type !== "stop") thread?.postMessage(message);
    else thread?.emit("message", { type: "stopped", __vitest_worker_response__: true });
  }

  on(event: string, listener: (message: unknown) => void): void {
    this.#listeners.push([event, listener]);
    thread?.on(event, listener);
  }

  off(event: string, listener: (message: unknown) => void): void {
    thread?.off(event, listener);
  }

  deserialize(message: unknown): unknown {
    return message;
  }
}

function startThread({ distPath, env, execArgv }: Options): Worker {
  const file = resolve(distPath, "workers/threads.js");
  const made = new Worker(file, { env: env as NodeJS.ProcessEnv, execArgv, stdout: true, stderr: true });
  made.setMaxListeners(0);
  made.once("exit", () => {
    thread = null;
  });
  return made;
}
