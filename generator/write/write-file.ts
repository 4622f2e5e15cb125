import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Writes one file whole or not at all: a reader, or a crash, meets the old one or the new one. Its folder is made. */
export function writeFileWhole(path: string, text: string): void {
  const target = resolve(path);
  const unfinished = `${target}.${process.pid}.part`;
  mkdirSync(dirname(target), { recursive: true });
  try {
    writeFileSync(unfinished, text);
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
