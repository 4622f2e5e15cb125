import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
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

describe("how a file is kept", () => {
  /** Has `fileState` use these in place of Node's own, and says which files it opened. */
  const withFiles = async (changes: object): Promise<string[]> => {
    const fs = await import("node:fs/promises");
    const opened: string[] = [];
    const open = (name: string, flags: string) => {
      opened.push(`${flags} ${name}`);
      return fs.open(name, flags);
    };
    const builtin = process.getBuiltinModule.bind(process);
    const spy = vi
      .spyOn(process, "getBuiltinModule")
      .mockImplementation(((name: string) =>
        name === "node:fs/promises"
          ? { ...fs, open, ...changes }
          : builtin(name)) as typeof process.getBuiltinModule);
    onTestFinished(() => spy.mockRestore());
    return opened;
  };
  const refusing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

  it("holds JSON to be read, and a lock that says whose it is", async () => {
    const path = join(scratch(), "state.json");
    const store = fileState(path);
    await store.save(state("a"));
    expect(JSON.parse(readFileSync(`${path}.lock`, "utf8"))).toEqual({ pid: process.pid, host: hostname() });
    expect(readFileSync(path, "utf8")).toBe('{\n "version": 1,\n "operation": "a",\n "batches": []\n}\n');
    await store.close?.();
    await store.close?.();
  });

  it("is written beside, and its folder synced", async () => {
    const folder = scratch();
    const opened = await withFiles({});
    const store = fileState(join(folder, "state.json"));
    await store.save(state("a"));
    await store.close?.();
    const aside = join(folder, `state.json`);
    expect(opened).toEqual([
      `w ${aside}.lock.${process.pid}.new`,
      `w ${aside}.${process.pid}.tmp`,
      `r ${folder}/`,
    ]);
  });

  it("without a folder in its name is in this one", async () => {
    const files = new Map<string, string>();
    const opened: string[] = [];
    const open = async (name: string, flags: string) => {
      opened.push(`${flags} ${name}`);
      return {
        writeFile: async (text: string) => void files.set(name, text),
        sync: async () => undefined,
        close: async () => undefined,
      };
    };
    const nothing = async () => undefined;
    await withFiles({ open, link: nothing, rename: nothing, unlink: nothing });
    const store = fileState("a.json");
    await store.save(state("a"));
    await store.close?.();
    expect(opened.at(-1)).toBe("r .");
  });

  it("is kept where folders can't be opened or synced", async () => {
    const fs = await import("node:fs/promises");
    for (const fails of [
      refusing("EISDIR"),
      async () => ({ sync: refusing("EPERM"), close: async () => undefined }),
    ]) {
      await withFiles({
        open: (name: string, flags: string) => (flags === "r" ? fails() : fs.open(name, flags)),
      });
      const path = join(scratch(), "state.json");
      const store = fileState(path);
      await store.save(state("a"));
      expect(await store.load()).toEqual(state("a"));
      await store.close?.();
      vi.restoreAllMocks();
    }
  });

  it("has a lock where files can't have two names, too", async () => {
    const path = join(scratch(), "state.json");
    const opened = await withFiles({ link: refusing("EPERM") });
    const store = fileState(path);
    expect(await store.load()).toBeNull();
    expect(opened).toContain(`wx ${path}.lock`);
    expect(JSON.parse(readFileSync(`${path}.lock`, "utf8"))).toMatchObject({ pid: process.pid });
    expect(readdirSync(join(path, ".."))).toEqual(["state.json.lock"]);
    await store.close?.();
    const other = join(scratch({ "state.json.lock": lockOf({ pid: 1, host: "elsewhere" }) }), "state.json");
    await expect(fileState(other).load()).rejects.toThrow("in use by another run");
  });

  it.each([
    ["", "unknown"],
    ["text", "text"],
    ['{"host":"elsewhere"}', '{"host":"elsewhere"}'],
    [lockOf({ pid: "1", host: hostname() }), lockOf({ pid: "1", host: hostname() })],
  ])("a lock of %j is nobody knows whose", async (text, who) => {
    const path = join(scratch({ "state.json.lock": text }), "state.json");
    await expect(fileState(path).load()).rejects.toThrow(
      `The state is in use by another run (${who}). If there is none, delete the file ${path}.lock.`,
    );
    expect(readFileSync(`${path}.lock`, "utf8")).toBe(text);
  });

  it.each([
    ["EPERM", false],
    ["ESRCH", true],
  ])("a process that can't be asked (%s) has ended: %s", async (code, ended) => {
    const path = join(
      scratch({ "state.json.lock": lockOf({ pid: 12_345, host: hostname() }) }),
      "state.json",
    );
    const kill = vi.spyOn(process, "kill").mockImplementation(() => {
      throw Object.assign(new Error(code), { code });
    });
    const store = fileState(path);
    if (ended) expect(await store.load()).toBeNull();
    else await expect(store.load()).rejects.toThrow("in use by another run");
    kill.mockRestore();
    await store.close?.();
  });

  it.each(["link", "rename", "readFile"])("fails as its %s does, and lets go", async (name) => {
    const path = join(scratch(), "state.json");
    await withFiles({ [name]: refusing("EIO"), ...(name === "link" && { open: refusing("EIO") }) });
    const store = fileState(path);
    await expect(name === "rename" ? store.save(state("a")) : store.load()).rejects.toThrow("EIO");
    await store.close?.();
    vi.restoreAllMocks();
    const next = fileState(path);
    expect(await next.load()).toBeNull();
    await next.close?.();
  });

  it("needs Node", () => {
    onTestFinished(() => void vi.unstubAllGlobals());
    for (const process of [
      undefined,
      {},
      { getBuiltinModule: () => undefined },
      { getBuiltinModule: (name: string) => (name === "node:os" ? {} : undefined) },
    ]) {
      vi.stubGlobal("process", process);
      expect(() => fileState("a")).toThrow(new TypeError("fileState needs Node.js 20.16 or newer."));
    }
  });
});
