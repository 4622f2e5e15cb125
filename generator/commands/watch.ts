import { statSync } from "node:fs";
import { dirname, sep } from "node:path";
import { watch } from "chokidar";
import { reportFailure } from "./report-failure.js";

const settleMs = 100;

/**
 * Runs once, then again whenever a file of the spec changes, until Ctrl-C. A failed run is reported and leaves the
 * output as it was; the next change tries again.
 */
export async function watchSpec(
  run: () => Promise<{ sources: readonly string[]; exitCode: number }>,
  spec: string,
  outDir: string,
): Promise<number> {
  const isFolder = statSync(spec, { throwIfNoEntry: false })?.isDirectory() === true;
  const watcher = watch(isFolder ? spec : dirname(spec), {
    ignoreInitial: true,
    ignored: [
      /(^|[/\\])(\.git|node_modules|dist)([/\\]|$)/,
      (path) => path === outDir || path.startsWith(outDir + sep), // our own writes are no change of the spec
    ],
  });
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const runAgain = (): void => {
    running = running.then(async () => {
      try {
        await run();
      } catch (error) {
        reportFailure(error, false);
      }
    });
  };
  watcher.on("all", () => {
    clearTimeout(timer); // one save may be several events
    timer = setTimeout(runAgain, settleMs);
  });
  await new Promise<void>((resolve) => watcher.once("ready", () => resolve()));
  runAgain();
  await running;
  process.stderr.write("Watching the spec; Ctrl-C ends.\n");
  return new Promise((resolve) => {
    const end = async (): Promise<void> => {
      clearTimeout(timer);
      await watcher.close();
      await running;
      resolve(0);
    };
    process.once("SIGINT", end);
    process.once("SIGTERM", end);
  });
}
