import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { CommandError } from "./command-error.js";

/** Writes a file beside its place and then there, so that no one ever reads half of it. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const whole = resolve(path);
  const unfinished = `${whole}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(whole), { recursive: true });
    await writeFile(unfinished, text);
    await rename(unfinished, whole);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw new CommandError(`${path} can't be written: ${(error as Error).message}`, "Choose another place.");
  }
}
