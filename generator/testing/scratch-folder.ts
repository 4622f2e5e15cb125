import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";

/** Makes folders of files for the tests of one file, and removes them after the last. */
export function scratchFolders(): (files?: Readonly<Record<string, string | Uint8Array>>) => string {
  const made: string[] = [];
  afterAll(() => {
    for (const folder of made) rmSync(folder, { recursive: true, force: true });
  });
  return (files = {}) => {
    const folder = mkdtempSync(join(tmpdir(), "specwright-test-"));
    made.push(folder);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return folder;
  };
}

/** Every file below a folder, by its path; links and folders are named, not followed. */
export function filesIn(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const path of readdirSync(folder, { recursive: true }).map(String).sort()) {
    const entry = lstatSync(join(folder, path));
    found[path] = entry.isFile()
      ? readFileSync(join(folder, path), "utf8")
      : entry.isDirectory()
        ? "(folder)"
        : "(link)";
  }
  return found;
}
