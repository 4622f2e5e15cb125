import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { filesIn, scratchFolders } from "../testing/scratch-folder.js";
import { type Manifest, manifestName } from "./manifest.js";
import { applyWrite, OutputError, planWrite, recover } from "./write-files.js";

const scratch = scratchFolders();
const manifestOf = (...paths: string[]): Manifest => ({
  inputs: "0",
  overlays: [],
  sources: ["openapi.yaml"],
  files: Object.fromEntries(paths.map((path) => [path, "0"])),
});
const plan = (folder: string, files: Record<string, string>, manifest: Manifest | null = null) =>
  planWrite(folder, new Map(Object.entries(files)), manifest);

describe("planWrite compares and writes nothing", () => {
  test("a folder that is not there yet", async () => {
    const folder = join(scratch(), "new");
    const { changes, unchanged } = await plan(folder, { a: "1", "b/c": "2" });
    expect(changes).toEqual([
      { path: "a", kind: "added", before: null, after: "1" },
      { path: "b/c", kind: "added", before: null, after: "2" },
    ]);
    expect(unchanged).toBe(0);
    expect(existsSync(folder)).toBe(false);
  });

  test("added, changed, removed, unchanged", async () => {
    const given = { same: "1", other: "2", stale: "3", foreign: "4", [manifestName]: "{}" };
    const folder = scratch(given);
    const found = await plan(
      folder,
      { same: "1", other: "two", fresh: "5", [manifestName]: "{}" },
      manifestOf("same", "other", "stale", "gone"),
    );
    expect(found).toEqual({
      folder,
      unchanged: 2,
      changes: [
        { path: "other", kind: "changed", before: "2", after: "two" },
        { path: "fresh", kind: "added", before: null, after: "5" },
        { path: "stale", kind: "removed", before: "3", after: null },
      ],
    });
    expect(filesIn(folder)).toEqual(given);
  });

  test.each([
    {
      what: "what a build leaves",
      given: { "dist/index.js": "1", "node_modules/x/package.json": "{}" },
      fine: true,
    },
    { what: "what a killed run leaves", given: { ".specwright-staging-1-x/new/a": "1" }, fine: true },
    { what: "a file of someone else", given: { "index.html": "1" }, fine: false },
  ])("a folder without a manifest: $what", async ({ given, fine }) => {
    const planned = plan(scratch(given), { a: "1" });
    await (fine
      ? expect(planned).resolves.toBeTruthy()
      : expect(planned).rejects.toBeInstanceOf(OutputError));
  });
});

describe("applyWrite", () => {
  test("leaves an unchanged file untouched, down to its inode", async () => {
    const folder = scratch({ same: "1", other: "2", [manifestName]: "{}" });
    const before = statSync(join(folder, "same"), { bigint: true });
    applyWrite(
      await plan(folder, { same: "1", other: "two", [manifestName]: "{ }" }, manifestOf("same", "other")),
    );
    const after = statSync(join(folder, "same"), { bigint: true });
    expect([after.ino, after.mtimeNs, after.ctimeNs]).toEqual([before.ino, before.mtimeNs, before.ctimeNs]);
    expect(readFileSync(join(folder, "other"), "utf8")).toBe("two");
  });

  test("does nothing at all without a change", async () => {
    const folder = scratch({ same: "1", [manifestName]: "{}" });
    const before = statSync(folder, { bigint: true }).mtimeNs;
    applyWrite(await plan(folder, { same: "1", [manifestName]: "{}" }, manifestOf("same")));
    expect(statSync(folder, { bigint: true }).mtimeNs).toBe(before);
  });

  test("removes folders that became empty, and no others", async () => {
    const folder = scratch({ "a/b/c": "1", "a/keep": "2", "d/e/f": "3", [manifestName]: "{}" });
    mkdirSync(join(folder, "empty"));
    applyWrite(await plan(folder, { "a/keep": "2" }, manifestOf("a/b/c", "a/keep", "d/e/f")));
    expect(Object.keys(filesIn(folder))).toEqual(["a", "a/keep", "empty"]);
  });

  test("puts a file where a folder of ours was, and a folder where a file was", async () => {
    const folder = scratch({ "a/b": "1", c: "2", [manifestName]: "{}" });
    const manifest = manifestOf("a/b", "c");
    // One run can't do both at once; refusing, with everything as it was, is an answer too.
    const next = { a: "one", "c/d": "two", [manifestName]: "{ }" };
    await expect(plan(folder, next, manifest)).rejects.toThrow(/in the way/);
    expect(filesIn(folder)).toMatchObject({ "a/b": "1", c: "2" });
  });
});

describe("recover", () => {
  const deadPid = 2 ** 30;
  const staged = (pid: number, files: Record<string, string>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(files).map(([path, text]) => [`.specwright-staging-${pid}-x/${path}`, text]),
    );
  const journal = JSON.stringify({ added: ["b"], replaced: ["a"] });
  const half = { a: "new", b: "new", c: "mine" };

  test.each([
    {
      what: "moves half done",
      left: staged(deadPid, { "journal.json": journal, "old/a": "old" }),
      want: { a: "old", c: "mine" },
    },
    {
      what: "moves not begun",
      left: staged(deadPid, { "journal.part": journal, "old/a": "old" }),
      want: half,
    },
    {
      what: "a run that still goes on",
      left: staged(process.pid, { "journal.json": journal, "old/a": "old" }),
      want: null,
    },
    {
      what: "a journal that leads out of the folder",
      left: staged(deadPid, { "journal.json": JSON.stringify({ added: ["../x"], replaced: [] }) }),
      want: half,
    },
    { what: "a folder of a name like ours", left: { ".specwright-staging-mine/x": "1" }, want: half },
  ])("$what", ({ left, want }) => {
    const root = scratch({ x: "mine" });
    const folder = join(root, "out");
    for (const [path, text] of Object.entries({ ...half, ...left })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const before = filesIn(folder);
    recover(folder);
    expect(filesIn(folder)).toEqual(want ?? before);
    expect(filesIn(root)["x"]).toBe("mine");
  });

  test("an output folder that is a link", () => {
    const root = scratch(
      Object.fromEntries(
        Object.entries({ a: "new", ...staged(deadPid, { "journal.json": journal, "old/a": "old" }) }).map(
          ([path, text]) => [`real/${path}`, text],
        ),
      ),
    );
    symlinkSync(join(root, "real"), join(root, "out"));
    recover(join(root, "out"));
    expect(readdirSync(join(root, "real"))).toEqual(["a"]);
    expect(readFileSync(join(root, "real", "a"), "utf8")).toBe("old");
  });
});
