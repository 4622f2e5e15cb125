import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { scratchFolders } from "../../testing/scratch-folder.js";
import { runNode } from "../../testing/specwright.js";
import { BatchStateError } from "../batch/batch-errors.js";
import type { BatchState } from "../batch/state.js";
import { fileState } from "./state-file.js";

const scratch = scratchFolders();
const state = (operation: string): BatchState => ({ version: 1, operation, batches: [] });
const lockOf = (holder: object): string => JSON.stringify(holder);

/** The number of a process that has ended. */
async function deadPid(): Promise<number> {
  const { stdout } = await runNode(["-p", "process.pid"]);
  return Number(stdout);
}

describe("a state in a file", () => {
  it("is what was saved last, and nothing at first", async () => {
    const path = join(scratch(), "state.json");
    const store = fileState(path);
    expect(await store.load()).toBeNull();
    await store.save(state("a"));
    await store.save(state("b"));
    expect(await store.load()).toEqual(state("b"));
    await store.close?.();
    expect(readdirSync(join(path, ".."))).toEqual(["state.json"]);
    expect(await fileState(path).load()).toEqual(state("b"));
  });

  it("that is no JSON is refused, and left as it is", async () => {
    const path = join(scratch({ "state.json": "{" }), "state.json");
    await expect(fileState(path).load()).rejects.toThrow("holds no JSON");
    expect(readFileSync(path, "utf8")).toBe("{");
  });

  it("is kept whole if a save fails", async () => {
    const path = join(scratch(), "state.json");
    const store = fileState(path);
    await store.save(state("a"));
    const cycle: Record<string, unknown> = {};
    cycle["cycle"] = cycle;
    await expect(store.save({ ...state("b"), ...cycle })).rejects.toThrow("circular");
    expect(await store.load()).toEqual(state("a"));
    await store.close?.();
  });
});

describe("a second run", () => {
  it("of this process is refused until the first has ended", async () => {
    const path = join(scratch(), "state.json");
    const [first, second] = [fileState(path), fileState(path)];
    const both = await Promise.allSettled([first.load(), second.load()]);
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    await expect(second.save(state("b"))).rejects.toThrow(BatchStateError);
    await second.close?.(); // not its lock
    await expect(second.load()).rejects.toThrow("in use by another run");
    await first.close?.();
    expect(await second.load()).toBeNull();
    await second.close?.();
  });

  it.each([
    ["of a process that lives", () => ({ pid: process.ppid, host: hostname() })],
    ["of another machine", () => ({ pid: 1, host: "elsewhere.example.com" })],
    ["of nobody knows whom", () => ({})],
  ])("%s is respected", async (_, holder) => {
    const path = join(scratch({ "state.json.lock": lockOf(holder()) }), "state.json");
    await expect(fileState(path).load()).rejects.toThrow(`delete the file ${path}.lock`);
    expect(readFileSync(`${path}.lock`, "utf8")).toBe(lockOf(holder()));
  });

  it("takes over the lock of a process that has died, one only", async () => {
    const path = join(scratch(), "state.json");
    writeFileSync(`${path}.lock`, lockOf({ pid: await deadPid(), host: hostname() }));
    const stores = [1, 2, 3].map(() => fileState(path));
    const results = await Promise.allSettled(stores.map((store) => store.load()));
    expect(results.filter(({ status }) => status === "fulfilled").length).toBe(1);
    await Promise.all(stores.map((store) => store.close?.()));
    expect(readdirSync(join(path, ".."))).toEqual([]);
  });

  it("may begin after one that was killed while it took its lock", async () => {
    const path = join(scratch(), "state.json");
    const fs = await import("node:fs/promises");
    let killed: () => void = () => undefined;
    const dead = new Promise<void>((resolve) => {
      killed = resolve;
    });
    const open = async (name: string, flags: string): Promise<object> => {
      const file = await fs.open(name, flags);
      return {
        ...file,
        writeFile: () => {
          killed();
          return new Promise(() => undefined);
        },
        close: () => file.close(),
      };
    };
    const builtin = process.getBuiltinModule.bind(process);
    const spy = vi
      .spyOn(process, "getBuiltinModule")
      .mockImplementation(((name: string) =>
        name === "node:fs/promises" ? { ...fs, open } : builtin(name)) as typeof process.getBuiltinModule);
    void fileState(path).load();
    await dead;
    spy.mockRestore();
    vi.resetModules(); // another process holds nothing
    const { fileState: anew } = await import("./state-file.js");
    const store = anew(path);
    expect(await store.load()).toBeNull();
    await store.close?.();
  });

  it("takes over the lock of a former process of its own number, as in a container", async () => {
    const lock = lockOf({ pid: process.pid, host: hostname() });
    const path = join(scratch({ "state.json.lock": lock }), "state.json");
    const store = fileState(path);
    expect(await store.load()).toBeNull();
    await store.close?.();
  });
});
