import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { changelogEntry, withEntry } from "../changes/reports/changelog.js";
import type { Judgement } from "../judge-change.js";
import { plainText } from "../render/plain-text.js";

/** Writes the judgement's entry into a changelog, whole or not at all; a file that is not there is made. */
export async function writeChangelog(path: string, { verdict, changes }: Judgement): Promise<void> {
  const before = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const after = withEntry(before, plainText(changelogEntry(verdict, changes)));
  if (after === before) return;
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, after);
  await rename(temporary, path);
}
