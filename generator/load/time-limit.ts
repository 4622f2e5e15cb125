import { createContext, Script } from "node:vm";

const stopwatch: { run: () => unknown } = { run: () => null };
const stopwatchContext = createContext(stopwatch);
const stopwatchScript = new Script("run()");

/**
 * Runs a function that a stranger's text could keep busy for years, and stops it when the time is up, wherever it is;
 * a timer could not.
 *
 * @throws {Error} with the code `ERR_SCRIPT_EXECUTION_TIMEOUT` when the time is up
 */
export function withinTime<T>(timeoutMs: number, run: () => T): T {
  stopwatch.run = run;
  return stopwatchScript.runInContext(stopwatchContext, { timeout: timeoutMs }) as T;
}

export function isTimeUp(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}
