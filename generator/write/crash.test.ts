import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { filesIn, scratchFolders } from "../testing/scratch-folder.js";
import { type Manifest, manifestName } from "./manifest.js";
import type { WritePlan } from "./write-files.js";

/**
 * The disk, with a breaking point: each call that changes something is a step, and from step `failAt` on it fails.
 * A process that is killed changes nothing any more; a full disk refuses what needs room and lets the rest happen.
 */
const disk = vi.hoisted(() => ({
  step: 0,
  failAt: Number.POSITIVE_INFINITY,
  how: "killed" as "killed" | "full",
}));

vi.mock("node:fs", async (importActual) => {
  const actual = await importActual<typeof import("node:fs")>();
  const needsRoom = new Set(["copyFileSync", "linkSync", "mkdirSync", "mkdtempSync", "writeFileSync"]);
  const takeStep = (name: string): void => {
    disk.step++;
    if (disk.how === "killed" && disk.step >= disk.failAt) throw new Error("killed");
    if (disk.how === "full" && disk.step === disk.failAt && needsRoom.has(name))
      throw Object.assign(new Error("no space"), { code: "ENOSPC" });
  };
  const names = [...needsRoom, "renameSync", "rmdirSync", "unlinkSync"] as const;
  const counted = Object.fromEntries(
    names.map((name) => {
      const call = actual[name as "unlinkSync"] as (...args: unknown[]) => unknown;
      return [
        name,
        (...args: unknown[]) => {
          takeStep(name);
          if (name === "writeFileSync" && disk.failAt === disk.step + 1)
            call(args[0], String(args[1]).slice(0, 3)); // torn
          if (name === "writeFileSync") takeStep(name);
          return call(...args);
        },
      ];
    }),
  );
  /** What `rm -r` does, a step at a time, in the order a folder happens to be listed. */
  const rmSync = (path: string, options: { force?: boolean }): void => {
    const found = actual.lstatSync(path, { throwIfNoEntry: false });
    if (!found) {
      if (!options.force) throw Object.assign(new Error("gone"), { code: "ENOENT" });
      return;
    }
    if (!found.isDirectory()) {
      takeStep("unlinkSync");
      actual.unlinkSync(path);
      return;
    }
    const names = actual.readdirSync(path).sort().reverse(); // a journal goes after what it speaks of
    for (const name of names) rmSync(join(path, name), options);
    takeStep("rmdirSync");
    actual.rmdirSync(path);
  };
  return {
    ...actual,
    ...counted,
    rmSync: (path: string, options = {}) => rmSync(path, options),
    default: actual,
  };
});

// Another file of this process may have loaded it with the true disk, and the next one must not find it with this.
vi.resetModules();
const { applyWrite, OutputError, planWrite, recover } = await import("./write-files.js");
afterAll(() => {
  vi.resetModules();
});

const scratch = scratchFolders();
const before = { a: "old a", "gone/c": "old c", [manifestName]: "old" };
const after = { a: "new a", "fresh/d": "new d", [manifestName]: "new" };
const foreign = { "NOTES.txt": "mine", "gone/mine": "mine" };
const manifest: Manifest = {
  inputs: "0",
  overlays: [],
  sources: ["openapi.yaml"],
  files: { a: "", "gone/c": "" },
};

const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(Object.entries(filesIn(folder)).filter(([, text]) => text !== "(folder)"));
const planFor = (folder: string): Promise<WritePlan> =>
  planWrite(folder, new Map(Object.entries(after)), manifest);
const isWhole = (folder: string): "old" | "new" | Record<string, string> => {
  const found = contents(folder);
  const same = (files: Record<string, string>): boolean =>
    JSON.stringify(Object.entries(found).sort()) ===
    JSON.stringify(Object.entries({ ...files, ...foreign }).sort());
  if (same(before)) return "old";
  return same(after) ? "new" : found;
};

beforeEach(() => {
  // Of a process that is dead, the next run must not think that it still works.
  vi.spyOn(process, "pid", "get").mockReturnValue(2 ** 30);
});
afterEach(() => {
  Object.assign(disk, { step: 0, failAt: Number.POSITIVE_INFINITY, how: "killed" });
  vi.restoreAllMocks();
});

/** Runs until the breaking point; says whether it was reached. */
function breaksAt(step: number, how: typeof disk.how, run: () => void): unknown {
  Object.assign(disk, { step: 0, failAt: step, how });
  let error: unknown = null;
  try {
    run();
  } catch (thrown) {
    error = thrown;
  }
  Object.assign(disk, { step: 0, failAt: Number.POSITIVE_INFINITY });
  return error;
}

describe("the next run finds the old output or the new one, never a mix", () => {
  test("killed at any step, and killed again at any step of mending that", async () => {
    const wholes = new Set<unknown>();
    let rounds = 0;
    for (let first = 1, reached = true; reached; first++) {
      for (let second = 1, again = true; again; second++, rounds++) {
        const folder = scratch({ ...before, ...foreign });
        const plan = await planFor(folder);
        reached = breaksAt(first, "killed", () => applyWrite(plan)) !== null;
        // Without a journal nothing was moved, and mending is only to throw the scratch files away.
        const moved = Object.keys(filesIn(folder)).some((path) => path.endsWith("journal.json"));
        again = moved && breaksAt(second, "killed", () => recover(folder)) !== null;
        recover(folder);
        const whole = isWhole(folder);
        expect(whole, `killed at step ${first}, then at step ${second}`).toBeTypeOf("string");
        wholes.add(whole);
      }
    }
    expect([...wholes].sort()).toEqual(["new", "old"]);
    expect(rounds).toBeGreaterThan(100);
  });

  test("after a kill at any step, the next run gets to the new output", async () => {
    for (let step = 1, reached = true; reached; step++) {
      const folder = scratch({ ...before, ...foreign });
      const plan = await planFor(folder);
      reached = breaksAt(step, "killed", () => applyWrite(plan)) !== null;
      recover(folder);
      const files =
        isWhole(folder) === "old"
          ? manifest.files
          : Object.fromEntries(Object.keys(after).map((path) => [path, ""]));
      applyWrite(await planWrite(folder, new Map(Object.entries(after)), { ...manifest, files }));
      expect(isWhole(folder)).toBe("new");
    }
  });

  test("the disk is full at any step: refused, with the old output as it was", async () => {
    let refused = 0;
    for (let step = 1, last = false; !last; step++) {
      const folder = scratch({ ...before, ...foreign });
      const plan = await planFor(folder);
      const error = breaksAt(step, "full", () => applyWrite(plan));
      if (error) {
        expect(error).toBeInstanceOf(OutputError);
        expect(String(error)).toMatch(/ENOSPC.*The old output is as it was/);
        expect(isWhole(folder), `full at step ${step}`).toBe("old");
        expect(readdirSync(folder).sort()).toEqual(readdirSync(scratch({ ...before, ...foreign })).sort());
        refused++;
      } else {
        expect(isWhole(folder)).toBe("new");
      }
      last = step > 40;
    }
    expect(refused).toBeGreaterThan(10);
  });

  test("a new folder that can't be filled is not left behind", async () => {
    const folder = join(scratch(), "new");
    const plan = await planWrite(folder, new Map(Object.entries(after)), null);
    expect(breaksAt(5, "full", () => applyWrite(plan))).toBeInstanceOf(OutputError);
    expect(existsSync(folder)).toBe(false);
  });
});

describe("a real process, really killed", () => {
  let script = "";
  beforeAll(async () => {
    const folder = scratch({ "generator/render/templates/none": "" }); // what a bundle looks for around itself
    const entry = new URL("./write-files.ts", import.meta.url).pathname;
    await build({
      entryPoints: [entry],
      bundle: true,
      platform: "node",
      format: "esm",
      outfile: join(folder, "write.mjs"),
    });
    script = join(folder, "kill.mjs");
    writeFileSync(
      script,
      `import fs from "node:fs";
       import { syncBuiltinESMExports } from "node:module";
       let left = Number(process.argv[3]);
       for (const name of ["renameSync", "unlinkSync", "linkSync", "writeFileSync"]) {
         const call = fs[name];
         fs[name] = (...args) => {
           if (left-- === 0) process.kill(process.pid, "SIGKILL");
           return call(...args);
         };
       }
       syncBuiltinESMExports();
       const { applyWrite } = await import("./write.mjs");
       applyWrite(JSON.parse(process.argv[2]));`,
    );
  });

  test.each([0, 3, 5, 7, 8, 9, 10])("at its move number %i", async (move) => {
    vi.restoreAllMocks();
    const folder = scratch({ ...before, ...foreign });
    const child = spawnSync(process.execPath, [script, JSON.stringify(await planFor(folder)), String(move)]);
    expect(child.stderr.toString()).toBe("");
    expect(child.signal).toBe("SIGKILL");
    recover(folder);
    expect(isWhole(folder)).toBeTypeOf("string");
    expect(Object.keys(contents(folder)).filter((path) => path.includes("staging"))).toEqual([]);
  });
});
