import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { documentOf, jsonBody, parameter } from "./changes/document/fixture-documents.js";
import { hostilePair, hostileTexts } from "./testing/hostile-pair.js";
import { scratchFolders } from "./testing/scratch-folder.js";
import { project, specwright } from "./testing/specwright.js";

const scratch = scratchFolders();
const things = (size: object) =>
  jsonBody({ type: "object", properties: { size: { type: "integer", ...size } } });
const reply = (state: readonly string[]) => ({
  responses: { 200: { description: "all", ...jsonBody({ type: "string", enum: state }) } },
});
const two = {
  "a.json": JSON.stringify(
    documentOf(
      { ...parameter({ type: "string" }), requestBody: things({ maximum: 9 }), ...reply(["a"]) },
      { "x-client": {} },
    ),
  ),
  "b.json": JSON.stringify(
    documentOf(
      {
        ...parameter({ type: "string" }, { required: true }),
        requestBody: things({ maximum: 5 }),
        ...reply(["a", "b"]),
      },
      { "x-client": {} },
    ),
  ),
};

test("--evidence shows errors and warnings on a terminal, and in JSON as its schema says", async () => {
  const folder = scratch(two);
  const { stdout, code } = await specwright(
    [
      "diff",
      "a.json",
      "b.json",
      "--evidence",
      "--report",
      "json=report.json",
      "--report",
      "sarif=report.sarif",
    ],
    { cwd: folder },
  );
  expect(code).toBe(1);
  expect(stdout).toContain(`$ curl -i -X POST 'http://localhost/things'`);
  expect(stdout).toContain("query part: is required (required)");
  expect(stdout).toContain("body /size: must be <= 5 (maximum)");

  const report = JSON.parse(readFileSync(join(folder, "report.json"), "utf8")) as {
    changes: { severity: string; evidence: { kind: string } | null }[];
  };
  const schema = JSON.parse(readFileSync(join(project, "docs/diff-report.schema.json"), "utf8")) as object;
  const validate = new Ajv2020({ allErrors: true, strict: false }).compile(schema);
  expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
  // Here a value more in an enum, a warning, can be shown too.
  for (const { severity, evidence } of report.changes) expect(evidence !== null).toBe(severity !== "note");
  expect(readFileSync(join(folder, "report.sarif"), "utf8")).toContain("must be <= 5 (maximum)");
});

test("hostile text of a spec reaches no report through its evidence", async () => {
  const { base, revision } = hostilePair();
  const folder = scratch({ "a.json": base, "b.json": revision });
  const reports = ["html=r.html", "markdown=r.md", "github=r.txt", "junit=r.xml"].flatMap((one) => [
    "--report",
    one,
  ]);
  const { stdout, code } = await specwright(["diff", "a.json", "b.json", "--evidence", ...reports], {
    cwd: folder,
  });
  expect(code).toBe(1);
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  for (const text of hostileTexts.filter((one) => one.includes("<"))) {
    expect(read("r.html")).not.toContain(text);
    expect(read("r.xml")).not.toContain(text);
  }
  // Outside of code spans nothing is markup but our own line breaks.
  const outside = read("r.md").replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, "");
  expect(outside.replaceAll(/<\/?(details|summary|br)>/g, "")).not.toMatch(/<[a-z/!]/i);
  expect(
    read("r.txt")
      .split("\n")
      .filter((line) => line !== "" && !/^::(error|warning|notice) /.test(line)),
  ).toEqual([]);
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
});
