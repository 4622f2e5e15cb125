import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parentPort, Worker } from "node:worker_threads";
import type { TypeScriptWork } from "./render-package.js";

/** A request to the worker: the name of a job and its input. */
type Job = {
  [Name in keyof TypeScriptWork]: { id: number; name: Name; input: Parameters<TypeScriptWork[Name]>[0] };
}[keyof TypeScriptWork];
type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: string };

/**
 * Starts loading TypeScript in a second thread, so that it is there once the spec has been read. Without a bundle
 * (in tests) there is no script a worker could run, and the work is done in this thread.
 */
export async function startTypeScriptWork(): Promise<
  TypeScriptWork & { readonly stop: () => Promise<void> }
> {
  const script = new URL("./typescript-worker.js", import.meta.url);
  if (!existsSync(fileURLToPath(script))) {
    const { typeScriptWork } = await import("./typescript-work.js");
    return { ...typeScriptWork, stop: async () => undefined };
  }
  const worker = new Worker(script);
  const waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  const failAll = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on("error", failAll);
  worker.on("exit", () => failAll(new Error("The TypeScript worker ended early.")));
  worker.on("message", (answer: Answer) => {
    const job = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("failure" in answer) job?.reject(new Error(answer.failure));
    else job?.resolve(answer.result as never);
  });
  let count = 0;
  const run = <Name extends keyof TypeScriptWork>(
    name: Name,
    input: Parameters<TypeScriptWork[Name]>[0],
  ): ReturnType<TypeScriptWork[Name]> =>
    new Promise((resolve, reject) => {
      const id = ++count;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, name, input });
    }) as ReturnType<TypeScriptWork[Name]>;
  return {
    renderSchemaTypes: (input) => run("renderSchemaTypes", input),
    checkFiles: (input) => run("checkFiles", input),
    compileUsage: (input) => run("compileUsage", input),
    exportedNames: (files) => run("exportedNames", files),
    stop: async () => {
      worker.removeAllListeners("exit");
      await worker.terminate();
    },
  };
}

if (parentPort) await serve(parentPort);

async function serve(port: NonNullable<typeof parentPort>): Promise<void> {
  const loading = import("./typescript-work.js");
  port.on("message", async ({ id, name, input }: Job) => {
    try {
      const { typeScriptWork } = await loading;
      port.postMessage({ id, result: await typeScriptWork[name](input as never) } satisfies Answer);
    } catch (error) {
      port.postMessage({
        id,
        failure: error instanceof Error ? error.message : String(error),
      } satisfies Answer);
    }
  });
}
