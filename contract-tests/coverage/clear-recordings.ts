import { rmSync } from "node:fs";
import { recordingsFolder } from "./recording.js";

/** vitest's globalSetup: what an earlier run saw is forgotten, so that no test that is gone covers anything. */
export function setup(): void {
  if (process.argv.includes("list")) return; // `vitest list` names tests, perhaps while others run
  rmSync(recordingsFolder, { recursive: true, force: true });
}
