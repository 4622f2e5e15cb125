import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { documentOf, jsonBody, parameter, reply } from "./changes/document/fixture-documents.js";
import { filesIn, scratchFolders } from "./testing/scratch-folder.js";
import { project, specwright } from "./testing/specwright.js";

const scratch = scratchFolders();
const text = (document: object): string => JSON.stringify(document, null, 2);
const optional = documentOf(parameter({ type: "string" }));
const required = documentOf(parameter({ type: "string" }, { required: true }));
const schema = JSON.parse(readFileSync(join(project, "docs/diff-report.schema.json"), "utf8")) as object;
const validate = new Ajv2020({ allErrors: true, strict: false }).compile(schema);
const ansi = "\u001b[";

/** Runs `specwright diff` in a folder of these files. */
const diff = async (files: Record<string, string>, ...args: string[]) => {
  const folder = scratch(files);
  return { folder, ...(await specwright(["diff", ...args], { cwd: folder })) };
};
const two = { "a.json": text(optional), "b.json": text(required) };
const fingerprint = async (): Promise<string> => {
  const { stdout } = await diff(two, "a.json", "b.json", "--json");
  return (JSON.parse(stdout) as { changes: { fingerprint: string }[] }).changes[0]?.fingerprint ?? "";
};

describe("exit codes", () => {
  test.concurrent.each<[args: string[], want: number]>([
    [["a.json", "a.json"], 0],
    [["a.json", "b.json"], 1],
    [["b.json", "a.json"], 0],
    [["b.json", "a.json", "--fail-on", "note"], 1],
    [["a.json", "b.json", "--fail-on", "none"], 0],
    [["a.json", "b.json", "--fail-on", "fatal"], 2],
    [["a.json", "missing.json"], 2],
    [["a.json", "git:HEAD"], 2],
    [["a.json"], 2],
    [["a.json", "b.json", "--today", "tomorrow"], 2],
  ])("%j → %d", async (args, want) => {
    const { code } = await diff(two, ...args);
    expect(code).toBe(want);
  });
});

describe("--json", () => {
  test.concurrent.each([
    ["a change", two, ["a.json", "b.json"]],
    ["none", two, ["a.json", "a.json"]],
    ["a side that is not there", two, ["a.json", "c.json"]],
    ["a side that is no OpenAPI", { ...two, "c.json": "[]" }, ["a.json", "c.json"]],
  ] as const)("has the published shape for %s", async (_, files, [base, revision]) => {
    const { stdout, stderr } = await diff(files, base, revision, "--json");
    expect(validate(JSON.parse(stdout)), JSON.stringify(validate.errors)).toBe(true);
    expect(stderr).toBe("");
  });

  test.concurrent("names the rule, both places and the version that is due", async () => {
    const { stdout } = await diff(two, "a.json", "b.json", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: {
        outcome: "breaking",
        errors: 1,
        spec: { before: "1.0.0", due: "major", dueVersion: "2.0.0", enough: false },
      },
      changes: [
        {
          id: "request-parameter-became-required",
          severity: "error",
          operations: ["POST /things"],
          pointers: { base: "#/paths/~1things/post/parameters/0" },
          places: { revision: { file: "b.json", line: 12 } },
        },
        { id: "api-version-not-bumped" },
      ],
    });
  });
});

describe("decisions of the project", () => {
  const approvals = async (expires: string): Promise<string> =>
    `approvals:\n  - fingerprint: "${await fingerprint()}"\n    reason: Nobody leaves it out.\n    author: Ada\n    expires: ${expires}\n`;

  test.concurrent("an approval lets its change pass until its day", async () => {
    const files = { ...two, "specwright-approvals.yaml": await approvals("2026-12-31") };
    const before = await diff(files, "a.json", "b.json", "--today", "2026-12-31");
    expect(before.code).toBe(0);
    expect(before.stdout).toContain("Nobody leaves it out. (Ada, until 2026-12-31)");
    const after = await diff(files, "a.json", "b.json", "--today", "2027-01-01");
    expect(after.code).toBe(1);
    expect(after.stdout).toContain("ended on 2026-12-31");
  });

  test.concurrent("a slip in them is an error, not a pass", async () => {
    const files = {
      ...two,
      "specwright-approvals.yaml": "approvals:\n  - reason: yes\n",
      "specwright.yaml": "diff: { severities: { request-parameter-became-requird: off } }\n",
    };
    const { code, stderr } = await diff(files, "a.json", "b.json");
    expect(code).toBe(2);
    expect(stderr).toContain("specwright-approvals.yaml:2:5");
    expect(stderr).toContain('There is no rule "request-parameter-became-requird"');
  });

  test.concurrent("a rule may weigh less", async () => {
    const files = {
      ...two,
      "specwright.yaml": 'diff: { severities: { request-parameter-became-required: "note" } }\n',
    };
    const { code, stdout } = await diff(files, "a.json", "b.json");
    expect(code).toBe(0);
    expect(stdout).toContain("compatible");
  });
});

describe("one side broken", () => {
  const whole = {
    "a/openapi.yaml": text(
      documentOf({
        requestBody: jsonBody({ $ref: "body.yaml" }),
        ...parameter({ type: "string" }),
        ...reply({ $ref: "reply.yaml" }),
      }),
    ),
    "a/body.yaml": "type: object\nproperties: { a: { type: string } }\n",
    "a/reply.yaml": "type: object\nproperties: { a: { type: string } }\n",
  };
  const revision = text(
    documentOf({
      requestBody: jsonBody({ $ref: "body.yaml" }),
      ...parameter({ type: "integer" }),
      ...reply({ $ref: "reply.yaml" }),
    }),
  );

  test.concurrent("what can be read is judged, the rest is said", async () => {
    const files = {
      ...whole,
      "b/openapi.yaml": revision,
      "b/body.yaml": "type: [object\n",
      "b/reply.yaml": "type: object\nproperties: {}\n",
    };
    const { code, stdout, stderr } = await diff(files, "a", "b");
    expect(code).toBe(1);
    expect(stdout).toContain("request-parameter-type-changed");
    expect(stdout).toContain("response-optional-property-removed");
    expect(stdout).not.toContain("request-body");
    expect(stderr).toContain("The revision has problems; what could be read was judged.");
    expect(stderr).toContain("file-not-yaml");
  });

  test.concurrent("a parameter that can't be read is not one that is gone", async () => {
    const operation = { parameters: [{ $ref: "parameter.yaml" }] };
    const files = {
      "a/openapi.yaml": text(documentOf(operation)),
      "a/parameter.yaml": "{ name: a, in: query, schema: { type: string } }\n",
      "b/openapi.yaml": text(documentOf(operation)),
    };
    const { code, stdout } = await diff(files, "a", "b", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      changes: [],
      unjudged: 1,
      problems: { base: [], revision: [{ rule: "file-missing" }] },
    });
  });

  test.concurrent("what generate would refuse is judged all the same", async () => {
    const strange = (type: string) =>
      text({
        ...documentOf({ operationId: undefined, "x-what": 1, ...parameter({ type }) }),
        "x-client": { nothing: true },
        "x-plan": 3,
      });
    const { code, stdout } = await diff(
      { "a.json": strange("string"), "b.json": strange("integer") },
      "a.json",
      "b.json",
    );
    expect(code).toBe(1);
    expect(stdout).toContain("request-parameter-type-changed");
  });
});

test("text of a spec is shown, not obeyed", async () => {
  const evil = `${ansi}31m\u009b2J\u202eevil\nerror   faked (rule)`;
  const files = {
    "a.json": text(
      documentOf(parameter({ type: "string" }, { name: evil }), { info: { title: "A", version: evil } }),
    ),
    "b.json": text(documentOf(parameter({ type: "string", enum: [evil] }, { name: evil, required: true }))),
  };
  for (const format of [[], ["--markdown"], ["--json"]]) {
    const { code, stdout, stderr } = await diff(files, "a.json", "b.json", ...format);
    expect(code).toBe(1);
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(stdout).not.toMatch(/^error {3}faked/m);
  }
});

test("the changelog gets the entry of the version, once", async () => {
  const files = { ...two, "log/CHANGELOG.md": "# Changelog\n\n## 1.0.0\n\n- begun\n" };
  const { folder } = await diff(files, "a.json", "b.json", "--changelog", "log/CHANGELOG.md");
  const first = filesIn(join(folder, "log"));
  expect(first["CHANGELOG.md"]).toMatch(
    /^# Changelog\n\n## 2\.0\.0\n\n### Breaking\n\n- The query parameter `part` of `POST \/things` is now required\. `request-parameter-became-required`\n\n## 1\.0\.0\n\n- begun\n$/,
  );
  await specwright(["diff", "a.json", "b.json", "--changelog", "log/CHANGELOG.md"], { cwd: folder });
  expect(filesIn(join(folder, "log"))).toEqual(first);
});

test("git:REF is this project's spec as it was", async () => {
  const folder = scratch({ "spec/openapi.yaml": text(optional), "README.md": "none" });
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
      cwd: folder,
      stdio: "pipe",
    });
  git("init", "-q");
  git("add", "-A");
  git("commit", "-qm", "first");
  writeFileSync(join(folder, "spec/openapi.yaml"), text(required));
  const { code, stdout } = await specwright(["diff", "git:HEAD", "spec"], { cwd: folder });
  expect(code).toBe(1);
  expect(stdout).toContain("is now required");
});
