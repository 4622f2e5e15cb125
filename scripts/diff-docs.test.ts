import { execFile } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { scratchFolders } from "../generator/testing/scratch-folder.js";
import { type Ended, runNode, specwright } from "../generator/testing/specwright.js";

// What docs/diff.md and docs/diff-reports.md tell one to run, and what they say comes of it.

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "..");
const guides = await Promise.all(
  ["diff.md", "diff-reports.md"].map((name) => readFile(join(root, "docs", name), "utf8")),
);
const [guide = "", reports = ""] = guides;

/** The fenced blocks of a language, in order. */
const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"))].map(([, block = ""]) => block);

const commands = guides.flatMap((text) => blocks(text, "sh")).flatMap((block) => block.trimEnd().split("\n"));
const scratch = scratchFolders();
let folder: string;

/** Our contract as a commit has it, and below it with the change that the guide shows. */
beforeAll(async () => {
  folder = scratch({});
  await cp(join(root, "spec"), join(folder, "spec"), { recursive: true });
  const git = (...args: string[]) =>
    run("git", ["-c", "user.name=Reader", "-c", "user.email=reader@example.com", ...args], { cwd: folder });
  await git("init", "--quiet");
  await git("add", "spec");
  await git("commit", "--quiet", "--message", "Base");
  await git("update-ref", "refs/remotes/origin/main", "HEAD");
  const path = join(folder, "spec", "schemas", "CreateBatchRequest.yaml");
  await writeFile(path, (await readFile(path, "utf8")).replace("maxItems: 500", "maxItems: 400"));
  await mkdir(join(folder, "path/to/cases"), { recursive: true });
  await writeFile(join(folder, "path/to/cases/rules.json"), "[]");
  const one = { id: "1", test: "T", base: "../../../spec", revision: "../../../spec", scope: "all-checks" };
  const empty = { threshold: "ERR", expected: [], absent: [], breaking: false, expect_empty: true };
  await writeFile(
    join(folder, "path/to/cases/index.json"),
    JSON.stringify({ cases: [{ ...one, ...empty }] }),
  );
});

function inFolder(command: string): Promise<Ended> {
  const bench = /^npm run bench:changes -- (.+)$/.exec(command);
  if (bench)
    return runNode([join(root, "scripts/bench-changes.mjs"), ...(bench[1] ?? "").split(" ")], {
      cwd: folder,
    });
  const [, args] = /^(?:npx )?specwright (.+)$/.exec(command) ?? [];
  if (args === undefined) throw new Error(`Nobody knows how to run ${command}`);
  return specwright(args.split(" "), { cwd: folder });
}

const unmeasured = (text: string): string => text.replaceAll(/ \d+ ms$/gm, "").trimEnd();

test("there are commands, and npm runs the same script", async () => {
  expect(commands.length).toBeGreaterThanOrEqual(4);
  const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  expect(scripts["bench:changes"]).toBe("node scripts/bench-changes.mjs");
});

test.each(commands)("%s", async (command) => {
  const { code, stderr } = await inFolder(command);
  // The change breaks, which is what diff says by 1.
  expect({ code, stderr }).toEqual({ code: command.includes(" diff ") ? 1 : 0, stderr: "" });
  for (const [, file = ""] of command.matchAll(/--report \w+=(\S+)/g))
    expect((await readFile(join(folder, file), "utf8")).length).toBeGreaterThan(100);
});

test("the guide shows what the first command prints", async () => {
  const [command = ""] = commands;
  const { stdout } = await inFolder(command);
  const [shown = ""] = blocks(guide, "text");
  for (const part of unmeasured(shown).split("\n\n")) expect(unmeasured(stdout)).toContain(part);
});

test("the guide's decisions are taken, and its approval lets the change pass", async () => {
  const [severities = "", approvals = ""] = blocks(guide, "yaml");
  await writeFile(join(folder, "specwright.yaml"), severities);
  await writeFile(join(folder, "specwright-approvals.yaml"), approvals);
  const { code, stdout } = await specwright(["diff", "git:origin/main", "spec", "--today", "2026-12-01"], {
    cwd: folder,
  });
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("approved") });
});

test("the guide shows what evidence looks like", async () => {
  const spec = (maximum: number): string =>
    JSON.stringify({
      openapi: "3.1.0",
      info: { title: "Things", version: "1.0.0" },
      paths: {
        "/things": {
          post: {
            parameters: [{ name: "part", in: "query", required: true, schema: { enum: ["a"] } }],
            requestBody: {
              required: true,
              content: {
                "application/json": {
                  schema: {
                    type: "object",
                    required: ["size"],
                    properties: { size: { type: "integer", maximum, minimum: 1 } },
                  },
                },
              },
            },
            responses: { "201": { description: "Made." } },
          },
        },
      },
    });
  const pair = scratch({ "base.json": spec(9), "revision.json": spec(5) });
  const { stdout } = await specwright(["diff", "base.json", "revision.json", "--evidence"], { cwd: pair });
  const [shown = ""] = blocks(reports, "text");
  for (const line of shown.trimEnd().split("\n")) expect(stdout).toContain(line.trim());
});
