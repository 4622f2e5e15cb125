import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** vitest's globalSetup of the examples: compiles them strictly, as a user would, against the built package. */
export function setup(): void {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [require.resolve("typescript/lib/tsc.js"), "-p", "examples"],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`The examples do not compile.\n${stdout}${stderr}`);
}
