import { spawn } from "node:child_process";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { oldOutput } from "./testing/old-output.js";
import { filesIn, scratchFolders } from "./testing/scratch-folder.js";
import { operation, smallSpec } from "./testing/small-spec.js";
import { bin, project, specwright } from "./testing/specwright.js";

const scratch = scratchFolders();
const specText = (title = "Parcels"): string =>
  JSON.stringify(smallSpec({ info: { title, version: "1.0.0" } }), null, 2);
const bad = JSON.stringify(
  smallSpec({ paths: { "/a": { get: { ...operation(""), operationId: undefined } } } }),
);
const ansi = "\u001b[";

/** A folder with a spec and what it makes, to be changed by a test. */
const madeOnce = once(async () => {
  const folder = scratch({ "openapi.yaml": specText() });
  await specwright(["generate", "openapi.yaml", "out"], { cwd: folder });
  return Object.fromEntries(Object.entries(filesIn(folder)).filter(([, text]) => text !== "(folder)"));
});
const made = async (): Promise<string> => scratch(await madeOnce());

describe("the command line", () => {
  test.concurrent.each([
    { args: ["--help"], says: ["generate", "lint"] },
    {
      args: ["generate", "--help"],
      says: ["Examples:", "$ specwright generate --check", "--watch", "Exit codes:"],
    },
    { args: ["lint", "--help"], says: ["Examples:", "$ specwright lint", "Exit codes:"] },
  ])("$args helps", async ({ args, says }) => {
    const { code, stdout, stderr } = await specwright(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const words of says) expect(stdout).toContain(words);
  });

  test.concurrent.each([
    { args: [], says: "Usage:" },
    { args: ["make"], says: "unknown command 'make'" },
    { args: ["generate", "--chek"], says: "Did you mean --check?" },
    { args: ["generate", "a", "b", "c"], says: "too many arguments" },
    { args: ["lint", "--watch"], says: "unknown option" },
  ])("$args is misused: exit code 2", async ({ args, says }) => {
    const { code, stdout, stderr } = await specwright(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
  });

  test.concurrent("npx specwright finds the project from any folder in it", async () => {
    const child = spawn("npx", ["specwright", "generate", "--check"], {
      cwd: join(project, "spec", "paths"),
    });
    let printed = "";
    child.stdout.on("data", (text) => (printed += text));
    child.stderr.on("data", (text) => (printed += text));
    const code = await new Promise((resolve) => child.on("close", resolve));
    // Whether it is up to date is for the drift check to say.
    expect(printed).toMatch(/\.\.\/\.\.\/generated is (up to date|not what the spec makes)/);
    expect([0, 1]).toContain(code);
  });

  test.concurrent("no spec anywhere above", async () => {
    const { code, stderr } = await specwright(["generate"], { cwd: scratch() });
    expect(code).toBe(1);
    expect(stderr).toMatch(/no spec\/openapi\.yaml.*\nfix {3}Name the spec/);
  });
});

describe("what generate prints", () => {
  test.concurrent("--json: one line that says what was done", async () => {
    const folder = scratch({
      "openapi.yaml": specText(),
      ...prefixed(oldOutput({ "src/index.ts": "old", "src/stale.ts": "old" })),
    });
    const run = async (...args: string[]): Promise<unknown> => {
      const { stdout, stderr } = await specwright(["generate", "openapi.yaml", "out", "--json", ...args], {
        cwd: folder,
      });
      expect(stderr).toBe("");
      expect(stdout).toMatch(/^\{.*\}\n$/);
      return JSON.parse(stdout);
    };
    const check = (await run("--check")) as { added: string[] };
    const counts = { operations: 1, schemas: 0, elapsedMs: expect.any(Number) };
    const paths = {
      added: check.added,
      changed: ["src/index.ts", ".specwright.json"],
      removed: ["src/stale.ts"],
    };
    expect(check).toEqual({
      ok: false,
      wrote: false,
      upToDate: false,
      fromDigest: false,
      ...paths,
      unchanged: 0,
      ...counts,
    });
    expect(check.added).toContain("src/client.ts");
    const wrote = await run();
    expect(wrote).toEqual({
      ok: true,
      wrote: true,
      upToDate: false,
      fromDigest: false,
      ...paths,
      unchanged: 0,
      ...counts,
    });
    const nothing = { added: [], changed: [], removed: [], unchanged: expect.any(Number) };
    const again = await run("--check");
    expect(again).toEqual({
      ok: true,
      wrote: false,
      upToDate: true,
      fromDigest: true,
      ...nothing,
      operations: null,
      schemas: null,
      elapsedMs: expect.any(Number),
    });
  });

  test.concurrent("--json of a bad spec: every problem with its place", async () => {
    const folder = scratch({ "openapi.yaml": bad });
    const { code, stdout, stderr } = await specwright(["generate", "openapi.yaml", "out", "--json"], {
      cwd: folder,
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      problems: [
        {
          rule: "operation-id-missing",
          severity: "error",
          file: "openapi.yaml",
          line: 1,
          column: expect.any(Number),
          pointer: "#/paths/~1a/get",
          message: "GET /a has no operationId.",
          remedy: expect.stringContaining("Give it one"),
        },
      ],
    });
  });

  test.concurrent("--json of a bad output folder: a problem without a place", async () => {
    const folder = scratch({ "openapi.yaml": specText(), out: "a file" });
    const { code, stdout } = await specwright(["generate", "openapi.yaml", "out", "--json"], { cwd: folder });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      problems: [
        {
          rule: "output",
          severity: "error",
          file: null,
          line: null,
          column: null,
          pointer: null,
          message: expect.stringContaining("is a file"),
          remedy: expect.any(String),
        },
      ],
    });
  });

  test.concurrent("a summary: counts, files, time; no colour and no progress without a terminal", async () => {
    const folder = scratch({ "openapi.yaml": specText() });
    const { stdout, stderr } = await specwright(["generate", "openapi.yaml", "out"], { cwd: folder });
    expect(stdout).toMatch(/^✓ out: 1 operation, 0 schemas → \d+ written, 0 unchanged, 0 removed \d+ ms\n/);
    expect(stdout).toContain("\n  + src/client.ts\n");
    expect(stdout + stderr).not.toContain(ansi);
    expect(stderr).toBe("");
  });

  test.concurrent("--quiet: nothing when all is well, errors when not", async () => {
    const folder = scratch({ "openapi.yaml": specText(), "bad.yaml": bad });
    const run = (...args: string[]) => specwright(["generate", ...args, "--quiet"], { cwd: folder });
    expect(await run("openapi.yaml", "out")).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await run("openapi.yaml", "out", "--check")).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await run("bad.yaml", "out")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("no operationId"),
    });
  });

  test.concurrent.each([
    { env: { FORCE_COLOR: "1" }, colored: true },
    { env: { FORCE_COLOR: "0" }, colored: false },
    { env: { NO_COLOR: "1" }, colored: false },
  ])("colours with $env: $colored", async ({ env, colored }) => {
    const folder = scratch({ "openapi.yaml": bad });
    const { stderr } = await specwright(["generate", "openapi.yaml", "out"], { cwd: folder, env });
    expect(stderr.includes(ansi)).toBe(colored);
  });

  test.concurrent("text of the spec can't steer the terminal", async () => {
    const paths = { "/a\u001b[2J\u0007\u202e": { get: {} } };
    const folder = scratch({ "openapi.yaml": JSON.stringify(smallSpec({ paths })) });
    const { code, stderr } = await specwright(["generate", "openapi.yaml", "out"], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
  });
});

describe("--check finds and shows a difference, and writes nothing", () => {
  const table: readonly {
    what: string;
    change: (folder: string) => void;
    says: readonly (string | RegExp)[];
  }[] = [
    {
      what: "a file edited by hand",
      change: (at) => save(at, "out/src/index.ts", (text) => `${text}export const mine = 1;\n`),
      says: ["--- out/src/index.ts", "\n-export const mine = 1;\n", "1 file differs"],
    },
    {
      what: "a file gone",
      change: (at) => rmSync(join(at, "out/src/client.ts")),
      says: ["+++ out/src/client.ts", "\n+export class ParcelsClient {\n", "1 file differs"],
    },
    {
      what: "another spec",
      change: (at) => writeFileSync(join(at, "openapi.yaml"), specText("Letters")),
      says: ["\n-export class ParcelsClient {\n", "\n+export class LettersClient {\n", /\d+ files differ\./],
    },
    {
      what: "the manifest gone",
      change: (at) => rmSync(join(at, "out/.specwright.json")),
      says: ["not the generator's"],
    },
  ];
  test.concurrent.each(table)("$what", async ({ change, says }) => {
    const folder = await made();
    change(folder);
    const before = filesIn(folder);
    const times = Object.keys(before).map((path) => statSync(join(folder, path)).mtimeMs);
    const { code, stdout, stderr } = await specwright(["generate", "openapi.yaml", "out", "--check"], {
      cwd: folder,
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    for (const words of says) expect(stderr).toMatch(words);
    expect(stderr).not.toContain(ansi);
    expect(filesIn(folder)).toEqual(before);
    expect(Object.keys(before).map((path) => statSync(join(folder, path)).mtimeMs)).toEqual(times);
  });
});

describe("--watch", () => {
  test.concurrent.each([{ spec: "openapi.yaml" }, { spec: "." }])(
    "follows $spec, through a broken save too, until it is told to end",
    async ({ spec }) => {
      const folder = await made();
      const child = spawn(process.execPath, [bin, "generate", spec, join(folder, "out"), "--watch"], {
        cwd: folder,
      });
      let stdout = "";
      let stderr = "";
      child.stdout.on("data", (text) => (stdout += text));
      child.stderr.on("data", (text) => (stderr += text));
      const ended = new Promise((resolve) => child.on("close", resolve));
      const until = (condition: () => void): Promise<void> =>
        vi.waitFor(condition, { timeout: 20_000, interval: 50 });
      const readme = (): string => readFileSync(join(folder, "out", "README.md"), "utf8");
      try {
        await until(() => expect(stderr).toContain("Watching the spec"));
        writeFileSync(join(folder, "openapi.yaml"), specText("Letters"));
        await until(() => expect(readme()).toContain("Letters"));
        writeFileSync(join(folder, "openapi.yaml"), "openapi: 3.1.0\ninfo: [\n");
        await until(() => expect(stderr).toContain("Not YAML"));
        expect(readme()).toContain("Letters");
        writeFileSync(join(folder, "openapi.yaml"), specText("Postcards"));
        await until(() => expect(readme()).toContain("Postcards"));
        expect(stdout).not.toContain(ansi);
      } finally {
        child.kill("SIGTERM");
      }
      expect(await ended).toBe(0);
    },
  );
});

function save(folder: string, path: string, change: (text: string) => string): void {
  writeFileSync(join(folder, path), change(readFileSync(join(folder, path), "utf8")));
}

function prefixed(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`out/${path}`, text]));
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
