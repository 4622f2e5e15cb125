import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { filesIn, scratchFolders } from "../testing/scratch-folder.js";
import { readGitSpec } from "./git-tree.js";
import { SpecError } from "./problem.js";

const scratch = scratchFolders();
const spec = "openapi: 3.1.0\ninfo: { title: A, version: 1.0.0 }\npaths: {}\n";

/** A repository with two commits: `first` and then HEAD, which changed the spec. */
function repository(): string {
  const folder = scratch({
    "spec/openapi.yaml": spec,
    "spec/schemas/A b.yaml": "type: string\n",
    "spec/notes.txt": "not a part of it\n",
    "single.json": "{}\n",
    "other/large.yaml": "a: 1\n",
  });
  symlinkSync("openapi.yaml", join(folder, "spec", "link.yaml"));
  const git = (...args: string[]): void =>
    void execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
      cwd: folder,
      stdio: "pipe",
    });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-qm", "first");
  git("tag", "first");
  writeFileSync(join(folder, "spec/openapi.yaml"), spec.replace("1.0.0", "2.0.0"));
  git("commit", "-qam", "second");
  return folder;
}

const repo = repository();
const read = (name: string, folder = repo) => readGitSpec(name, join(folder, "spec"), folder);

describe("a spec of a commit", () => {
  test.each([
    ["first", "1.0.0"],
    ["first:spec", "1.0.0"],
    ["first:spec/", "1.0.0"],
    ["HEAD:spec/openapi.yaml", "2.0.0"],
    ["HEAD~1:spec", "1.0.0"],
    ["main", "2.0.0"],
    ["HEAD:./spec", "2.0.0"],
  ])("%s", async (name, version) => {
    const found = await read(name);
    const folder = found.path.endsWith(".yaml") ? join(found.path, "..") : found.path;
    expect(filesIn(folder)).toEqual({
      "openapi.yaml": spec.replace("1.0.0", version),
      schemas: "(folder)",
      "schemas/A b.yaml": "type: string\n",
    });
    expect(found.commit).toMatch(/^[0-9a-f]{40}$/);
    await found.remove();
    expect(existsSync(found.path)).toBe(false);
  });
});

const ruleOf = async (promise: ReturnType<typeof read>): Promise<string | undefined> =>
  promise.then(
    (found) => found.remove().then(() => "none"),
    (error) => (error instanceof SpecError ? error.problems[0]?.rule : String(error)),
  );

describe("what can't be read is said", () => {
  test.each([
    ["nowhere", "git-unknown-ref"],
    ["", "git-unknown-ref"],
    ["--output=/tmp/x", "git-unknown-ref"],
    ["HEAD:none", "git-no-path"],
    ["HEAD:../outside", "git-no-path"],
    ["HEAD:/etc/passwd", "git-no-path"],
  ])("git:%s → %s", async (name, want) => {
    expect(await ruleOf(read(name))).toBe(want);
  });

  test("a folder without a repository", async () => {
    const folder = scratch({ "spec/openapi.yaml": spec });
    expect(await ruleOf(read("HEAD", folder))).toBe("git-no-repository");
  });

  test("a shallow clone, with how to fetch what is missing", async () => {
    const clone = join(scratch(), "clone");
    mkdirSync(clone);
    execFileSync("git", ["clone", "-q", "--depth", "1", `file://${repo}`, clone], { stdio: "pipe" });
    expect(await ruleOf(read("HEAD:spec", clone))).toBe("none");
    const error = await read("HEAD~1:spec", clone).catch((thrown: unknown) => thrown as SpecError);
    expect((error as SpecError).problems[0]).toMatchObject({
      rule: "git-shallow",
      remedy: expect.stringContaining("git fetch --unshallow"),
    });
  });
});
