import {
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isInner, type Manifest, manifestName } from "./manifest.js";

/** The output folder can't be written as asked; nothing in it was changed. */
export class OutputError extends Error {
  override readonly name = "OutputError";
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

export interface Change {
  readonly path: string;
  readonly kind: "added" | "changed" | "removed";
  readonly before: string | null;
  readonly after: string | null;
}

export interface WritePlan {
  readonly folder: string;
  readonly changes: readonly Change[];
  readonly unchanged: number;
}

/** What the package's own build and installation put beside the generated files. */
const besideOurs = new Set(["dist", "node_modules"]);

/**
 * Compares what is to be written with what is there; writes nothing.
 *
 * @throws {OutputError} if the folder is no folder, or holds files in the way that the generator does not own
 */
export async function planWrite(
  folder: string,
  files: ReadonlyMap<string, string>,
  manifest: Manifest | null,
): Promise<WritePlan> {
  try {
    return await compare(folder, files, manifest);
  } catch (error) {
    if (error instanceof OutputError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new OutputError(
      `${folder} can't be read (${code ?? message}).`,
      remedies[code ?? ""] ?? "Name another output folder.",
    );
  }
}

async function compare(
  folder: string,
  files: ReadonlyMap<string, string>,
  manifest: Manifest | null,
): Promise<WritePlan> {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  const exists = found !== undefined;
  if (exists && !(found.isDirectory() || (found.isSymbolicLink() && existsSync(join(folder, "."))))) {
    throw new OutputError(
      `${folder} is a file, not a folder.`,
      "Name another output folder, or move the file away.",
    );
  }
  const owned = new Set(manifest ? [...Object.keys(manifest.files), manifestName] : []);
  if (exists && !manifest) refuseForeignFolder(folder);

  const changes: Change[] = [];
  const foreign: string[] = [];
  let unchanged = 0;
  for (const [path, after] of files) {
    const before = exists ? await readOwn(folder, path) : null;
    if (before !== null && !owned.has(path)) foreign.push(path);
    if (before === after) unchanged++;
    else changes.push({ path, kind: before === null ? "added" : "changed", before, after });
  }
  if (foreign.length > 0) {
    throw new OutputError(
      `${folder} holds files that the generator did not write and would have to replace: ${foreign.join(", ")}.`,
      "Move them away, or name another output folder.",
    );
  }
  for (const path of owned) {
    if (files.has(path)) continue;
    const before = await readOwn(folder, path);
    if (before !== null) changes.push({ path, kind: "removed", before, after: null });
  }
  return { folder, changes, unchanged };
}

function refuseForeignFolder(folder: string): void {
  const entries = readdirSync(folder).filter(
    (name) => !besideOurs.has(name) && !name.startsWith(stagingPrefix),
  );
  if (entries.length === 0) return;
  const some = entries.slice(0, 5).join(", ");
  throw new OutputError(
    `${folder} is not empty and not the generator's: it has no ${manifestName}, but ${some}${entries.length > 5 ? ", …" : ""}.`,
    "Name an empty or a new folder, or move these files away.",
  );
}

/** Content of a file of ours; `null` if there is none. A link is never followed: it may lead anywhere. */
async function readOwn(folder: string, path: string): Promise<string | null> {
  const steps = path.split("/");
  for (let length = 1; length <= steps.length; length++) {
    const step = join(folder, ...steps.slice(0, length));
    const found = lstatSync(step, { throwIfNoEntry: false });
    if (!found) return null;
    const isLast = length === steps.length;
    if (found.isSymbolicLink() || (isLast ? !found.isFile() : !found.isDirectory())) {
      throw new OutputError(
        `${step} is in the way: it is not a plain ${isLast ? "file" : "folder"}.`,
        "Move it away.",
      );
    }
  }
  return readFile(join(folder, path), "utf8");
}

const stagingPrefix = ".specwright-staging-";
const journalName = "journal.json";

interface Journal {
  readonly added: readonly string[];
  readonly replaced: readonly string[];
}

/**
 * Writes a plan. Everything is first written beside the output, then moved into place in one go; if that fails the
 * old files are put back, and if the process is killed meanwhile the next run puts them back.
 *
 * @throws {OutputError} with the old output as it was
 */
export function applyWrite({ folder, changes }: WritePlan): void {
  if (changes.length === 0) return;
  const isNew = !existsSync(folder);
  let staging: string | null = null;
  const release = holdSignals();
  try {
    mkdirSync(folder, { recursive: true });
    staging = mkdtempSync(join(folder, `${stagingPrefix}${process.pid}-`));
    stage(staging, folder, changes);
    moveIntoPlace(staging, folder, changes);
  } catch (error) {
    if (staging) {
      putBack(staging, folder);
      rmSync(staging, { recursive: true, force: true });
    }
    if (isNew) rmSync(folder, { recursive: true, force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    throw new OutputError(
      `${folder} can't be written (${code ?? message}). The old output is as it was.`,
      remedies[code ?? ""] ?? "Mend the cause and run again.",
    );
  } finally {
    release();
  }
  rmSync(staging, { recursive: true, force: true });
}

const remedies: Readonly<Record<string, string>> = {
  EACCES: "Check the folder's permissions.",
  EPERM: "Check the folder's permissions.",
  EROFS: "The file system is read-only; name another output folder.",
  ENOSPC: "The disk is full; make room and run again.",
  ENOTDIR: "A part of the path is a file; name another output folder.",
};

function stage(staging: string, folder: string, changes: readonly Change[]): void {
  for (const { path, after, before } of changes) {
    if (after !== null) {
      mkdirSync(dirname(join(staging, "new", path)), { recursive: true });
      writeFileSync(join(staging, "new", path), after);
    }
    if (before !== null) {
      mkdirSync(dirname(join(staging, "old", path)), { recursive: true });
      keep(join(folder, path), join(staging, "old", path));
    }
  }
  const journal: Journal = {
    added: changes.filter(({ kind }) => kind === "added").map(({ path }) => path),
    replaced: changes.filter(({ kind }) => kind !== "added").map(({ path }) => path),
  };
  writeFileSync(join(staging, "journal.part"), JSON.stringify(journal));
  renameSync(join(staging, "journal.part"), join(staging, journalName));
}

/** A second name for a file costs nothing; where a file system has no links, a copy will do. */
function keep(file: string, as: string): void {
  try {
    linkSync(file, as);
  } catch {
    copyFileSync(file, as);
  }
}

function moveIntoPlace(staging: string, folder: string, changes: readonly Change[]): void {
  // The manifest goes last: until it is there, the old one still names the old files.
  const ordered = [...changes].sort(
    (a, b) => Number(a.path === manifestName) - Number(b.path === manifestName),
  );
  for (const { path, after } of ordered) {
    if (after === null) {
      unlinkSync(join(folder, path));
      removeEmptyFolders(folder, dirname(path));
    } else {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      renameSync(join(staging, "new", path), join(folder, path));
    }
  }
  unlinkSync(join(staging, journalName));
}

function removeEmptyFolders(folder: string, path: string): void {
  for (let inner = path; inner !== "."; inner = dirname(inner)) {
    try {
      rmdirSync(join(folder, inner));
    } catch {
      return; // not empty
    }
  }
}

function putBack(staging: string, folder: string): void {
  const journal = readJournal(staging);
  if (!journal) return; // nothing was moved yet
  for (const path of journal.added) {
    rmSync(join(folder, path), { force: true });
    removeEmptyFolders(folder, dirname(path));
  }
  for (const path of journal.replaced) {
    // A folder that can't be written has its files still, and must not keep the others from coming back.
    if (isSame(join(staging, "old", path), join(folder, path))) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    rmSync(join(folder, path), { force: true });
    keep(join(staging, "old", path), join(folder, path));
  }
  // Before what it speaks of is removed: whoever is killed there must not put back files that are gone.
  rmSync(join(staging, journalName), { force: true });
}

function isSame(one: string, other: string): boolean {
  try {
    return readFileSync(one).equals(readFileSync(other));
  } catch {
    return false;
  }
}

function readJournal(staging: string): Journal | null {
  try {
    const journal = JSON.parse(readFileSync(join(staging, journalName), "utf8")) as Journal;
    return [...journal.added, ...journal.replaced].every(isInner) ? journal : null;
  } catch {
    return null;
  }
}

/** Undoes what a killed run left half done in a folder. */
export function recover(folder: string): void {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return;
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(stagingPrefix)) continue;
    if (isRunning(Number.parseInt(name.slice(stagingPrefix.length), 10))) continue;
    const staging = join(folder, name);
    putBack(staging, folder);
    rmSync(staging, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Keeps Ctrl-C and a polite kill from landing between two moves; they take effect afterwards. */
function holdSignals(): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const received: NodeJS.Signals[] = [];
  const onSignal = (signal: NodeJS.Signals): void => void received.push(signal);
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    setImmediate(() => {
      for (const signal of signals) process.off(signal, onSignal);
      for (const signal of received) process.kill(process.pid, signal);
    });
  };
}
