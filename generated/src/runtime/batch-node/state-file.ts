import { BatchStateError } from "../batch/batch-errors.js";
import type { BatchState, StateStore } from "../batch/state.js";
import {
  codeOf,
  type FileHandle,
  type FileSystem,
  ignoring,
  platform,
  readIfThere,
} from "./node-platform.js";

/**
 * Keeps the state of a run in a file, and a lock beside it (`<path>.lock`) while a run uses it. Each save replaces the
 * file as a whole, and has reached the disk when it resolves. A lock that a dead process of this machine left is taken
 * over.
 *
 * @throws {BatchStateError} on `load`, if another run uses the file, or it holds no JSON
 */
export function fileState(path: string): StateStore {
  const { fs, os, process } = platform("fileState");
  const lockPath = `${path}.lock`;
  const mine = JSON.stringify({ pid: process.pid, host: os.hostname() });
  let isLocked = false;

  const inUse = (holder: string): BatchStateError =>
    new BatchStateError(
      `The state is in use by another run (${holder === "" ? "unknown" : holder}). If there is none, delete the file ${lockPath}.`,
    );

  const lock = async (): Promise<void> => {
    if (isLocked) return;
    if (held.has(lockPath)) throw inUse(mine);
    held.add(lockPath); // before the first wait: this process may have two of us
    try {
      while (!(await createFile(fs, lockPath, mine, process.pid))) await removeStale();
      isLocked = true;
    } finally {
      if (!isLocked) held.delete(lockPath);
    }
  };

  /** Takes a dead process' lock away; whoever does it first wins. */
  const removeStale = async (): Promise<void> => {
    const found = await readIfThere(fs, lockPath);
    if (found === null) return;
    if (isAlive(found)) throw inUse(found);
    const aside = `${lockPath}.${process.pid}`;
    await fs.rename(lockPath, aside).catch(ignoring("ENOENT"));
    const moved = await readIfThere(fs, aside);
    if (moved !== null && moved !== found) {
      await fs.rename(aside, lockPath); // another run had been faster, and it was its lock
      throw inUse(moved);
    }
    await fs.unlink(aside).catch(ignoring("ENOENT"));
  };

  const isAlive = (text: string): boolean => {
    const { pid, host } = parse(text) ?? {};
    if (host !== os.hostname() || typeof pid !== "number") return true; // who knows
    if (pid === process.pid) return false; // a former process of our number: our own locks are in `held`
    try {
      return process.kill(pid, 0);
    } catch (error) {
      return codeOf(error) !== "ESRCH";
    }
  };

  return {
    load: async () => {
      await lock();
      const text = await readIfThere(fs, path);
      if (text === null) return null;
      const state = parse(text);
      if (state === null) throw new BatchStateError(`${path} holds no JSON.`);
      return state as unknown as BatchState;
    },
    save: async (state) => {
      await lock();
      const aside = `${path}.${process.pid}.tmp`;
      const file = await fs.open(aside, "w");
      try {
        await file.writeFile(`${JSON.stringify(state, null, 1)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await fs.rename(aside, path);
      await syncFolder(fs, path);
    },
    close: async () => {
      if (!isLocked) return;
      isLocked = false;
      await fs.unlink(lockPath).catch(ignoring("ENOENT"));
      held.delete(lockPath);
    },
  };
}

/** Locks that this process holds. */
const held = new Set<string>();

/**
 * Whole or not at all: a run that is killed here must not leave a lock that names nobody.
 *
 * @returns whether the file was not there before
 */
async function createFile(fs: FileSystem, path: string, text: string, pid: number): Promise<boolean> {
  const aside = `${path}.${pid}.new`;
  await writeWhole(fs, aside, text, "w");
  try {
    await fs.link(aside, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    return await writeWhole(fs, path, text, "wx"); // where files can't have two names
  } finally {
    await fs.unlink(aside).catch(ignoring("ENOENT"));
  }
}

/** @returns whether the file was not there before, where that matters */
async function writeWhole(fs: FileSystem, path: string, text: string, flags: "w" | "wx"): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await fs.open(path, flags);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
  return true;
}

/** A rename is on the disk when its folder is; where folders can't be synced (Windows), the platform sees to it. */
async function syncFolder(fs: FileSystem, path: string): Promise<void> {
  const folder = path.replace(/[^/\\]*$/, "") || ".";
  const handle = await fs.open(folder, "r").catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function parse(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown> | null;
  } catch {
    return null;
  }
}
