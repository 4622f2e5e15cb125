import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { oldOutput } from "./testing/old-output.js";
import { filesIn, scratchFolders } from "./testing/scratch-folder.js";
import { smallSpec } from "./testing/small-spec.js";
import { bin, specwright, specwrightProcess } from "./testing/specwright.js";

const scratch = scratchFolders();
const unprivileged = someoneUnprivileged();
const spec = (): string => join(scratch({ "openapi.json": JSON.stringify(smallSpec()) }), "openapi.json");

interface Bad {
  readonly what: string;
  readonly given: Readonly<Record<string, string>>;
  /** Output folder, below that of the given files. */
  readonly out: string;
  /** Puts in the way what no text file can be. */
  readonly prepare?: (folder: string) => void;
  readonly says: readonly (string | RegExp)[];
}

const manifestWith = (files: Record<string, string>): string =>
  JSON.stringify({ inputs: "0", sources: ["openapi.json"], files });

const table: readonly Bad[] = [
  { what: "a file", given: { out: "mine" }, out: "out", says: [/out is a file, not a folder/] },
  {
    what: "below a file",
    given: { out: "mine" },
    out: "out/client",
    says: [/can.t be read \(ENOTDIR\)/, "A part of the path is a file"],
  },
  {
    what: "a link to nowhere",
    given: {},
    out: "out",
    prepare: (folder) => symlinkSync(join(folder, "nowhere"), join(folder, "out")),
    says: ["not a folder"],
  },
  {
    what: "a folder of someone else",
    given: { "out/index.html": "mine", "out/b/c.txt": "mine" },
    out: "out",
    says: ["not empty and not the generator's", "index.html"],
  },
  {
    what: "the root of someone's project",
    given: { "package.json": "{}", "src/index.ts": "mine" },
    out: ".",
    says: ["not empty and not the generator's", "package.json"],
  },
  {
    what: "our folder, with a foreign file where one of ours must go",
    given: prefixed(oldOutput(), "out/src/client.ts", "mine"),
    out: "out",
    says: ["did not write and would have to replace: src/client.ts"],
  },
  {
    what: "our folder, with a foreign folder where a file must go",
    given: prefixed(oldOutput(), "out/package.json/x", "mine"),
    out: "out",
    says: [/package\.json is in the way: it is not a plain file/],
  },
  {
    what: "a link where a file of ours was",
    given: prefixed(oldOutput({ "src/index.ts": "old" }), "elsewhere.ts", "mine"),
    out: "out",
    prepare: (folder) => symlinkSync(join(folder, "elsewhere.ts"), join(folder, "out", "README.md")),
    says: [/README\.md is in the way/],
  },
  {
    what: "a link where a folder of ours was",
    given: prefixed(oldOutput({ "README.md": "old" }), "elsewhere/keep.ts", "mine"),
    out: "out",
    prepare: (folder) => symlinkSync(join(folder, "elsewhere"), join(folder, "out", "src")),
    says: [/src is in the way: it is not a plain folder/],
  },
  {
    what: "a manifest that leads out of the folder",
    given: { "x.txt": "mine", "out/.specwright.json": manifestWith({ "../x.txt": "0" }) },
    out: "out",
    says: ["not the generator's"],
  },
  {
    what: "a manifest that leads to another place",
    given: { "out/.specwright.json": manifestWith({ "/etc/hostname": "0", "a\\..\\..\\x": "0" }) },
    out: "out",
    says: ["not the generator's"],
  },
  {
    what: "a manifest that is no manifest",
    given: { "out/.specwright.json": "[]", "out/README.md": "mine" },
    out: "out",
    says: ["not the generator's"],
  },
];

describe("an output folder that can't be used is left as it is", () => {
  test.concurrent.each(table)("$what", async ({ given, out, prepare, says }) => {
    const folder = scratch(given);
    prepare?.(folder);
    const before = filesIn(folder);
    const { code, stdout, stderr } = await specwright(["generate", spec(), join(folder, out)]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    for (const words of says) expect(stderr).toMatch(words);
    expect(stderr).toMatch(/^fix {3}\S/m);
    expect(filesIn(folder)).toEqual(before);
  });

  test.concurrent.each([
    { what: "read-only, with old output", given: oldOutput(), readOnly: "" },
    { what: "read-only and empty", given: {}, readOnly: "" },
    { what: "with a folder in it that is read-only", given: oldOutput(), readOnly: "src" },
  ])("$what", async ({ given, readOnly }) => {
    const folder = scratch(given);
    const source = spec();
    chmodSync(folder, 0o777);
    for (const path of [join(folder, readOnly), join(source, "..")]) chmodSync(path, 0o555);
    const user = await unprivileged;
    if (user === null) return; // the super-user may write anywhere, and no one else can run this checkout
    const before = filesIn(folder);
    const { code, stderr } = await specwrightProcess(["generate", source, folder], user);
    for (const path of [folder, join(folder, readOnly)]) chmodSync(path, 0o755);
    expect(code).toBe(1);
    expect(stderr).toMatch(/can't be written \(EACCES\)\. The old output is as it was/);
    expect(stderr).toMatch("permissions");
    expect(filesIn(folder)).toEqual(before);
  });
});

test.concurrent("a disk that is full, a real one where one can be mounted", async ({ skip }) => {
  const [old, after] = [scratch(oldOutput()), scratch()];
  const script = `
    mount -t tmpfs -o size=40k tmpfs "$OUT" || exit 77
    cp -R "$OLD/." "$OUT" && "$NODE" "$BIN" generate "$SPEC" "$OUT"
    code=$?
    cp -R "$OUT/." "$AFTER"
    exit $code`;
  const env = { OUT: scratch(), OLD: old, AFTER: after, NODE: process.execPath, BIN: bin, SPEC: spec() };
  const child = spawn("unshare", ["--mount", "sh", "-c", script], { env: { ...process.env, ...env } });
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => child.on("error", () => resolve(77)).on("close", resolve));
  // Without the right to mount: write/crash.test.ts plays a full disk at every step.
  if (code === 77 || /unshare/.test(stderr)) return skip();
  expect(code).toBe(1);
  expect(stderr).toMatch(/ENOSPC.*old output is as it was.*disk is full/s);
  expect(filesIn(after)).toEqual(filesIn(old));
});

describe("an output folder that can be used", () => {
  test.concurrent("a link to a folder", async () => {
    const folder = scratch();
    mkdirSync(join(folder, "real"));
    symlinkSync(join(folder, "real"), join(folder, "out"));
    expect((await specwright(["generate", spec(), join(folder, "out")])).code).toBe(0);
    expect(existsSync(join(folder, "real", "src", "client.ts"))).toBe(true);
  });

  test.concurrent("a new folder, several levels down", async () => {
    const out = join(scratch(), "a", "b", "c");
    expect((await specwright(["generate", spec(), out])).code).toBe(0);
    expect(existsSync(join(out, "package.json"))).toBe(true);
  });

  test.concurrent("our folder: stale files go with their folders, foreign ones stay", async () => {
    const out = scratch(oldOutput({ "src/old/deep/stale.ts": "old\n", "src/stale.ts": "old\n" }));
    writeFileSync(join(out, "src", "mine.ts"), "mine\n");
    mkdirSync(join(out, "dist"));
    writeFileSync(join(out, "dist", "index.js"), "built\n");
    expect((await specwright(["generate", spec(), out])).code).toBe(0);
    const after = filesIn(out);
    expect(after).toMatchObject({
      "NOTES.txt": "mine\n",
      "src/mine.ts": "mine\n",
      "dist/index.js": "built\n",
    });
    expect(Object.keys(after).filter((path) => /stale|old|staging/.test(path))).toEqual([]);
  });
});

function prefixed(files: Record<string, string>, path: string, text: string): Record<string, string> {
  const moved = Object.entries(files).map(([name, content]) => [`out/${name}`, content]);
  return { ...Object.fromEntries(moved), [path]: text };
}

/** How to run as someone whom permissions bind; `null` if that can't be done here. */
async function someoneUnprivileged(): Promise<{ uid?: number; gid?: number } | null> {
  if (process.getuid?.() !== 0) return {};
  const nobody = { uid: 65534, gid: 65534 };
  const { code } = await specwrightProcess(["--help"]).then(() => specwrightProcess(["--help"], nobody));
  return code === 0 ? nobody : null;
}
