import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "specwright-review-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, args: readonly string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
    const path = resolve(import.meta.dirname, name);
    execFile(
      process.execPath,
      [path, ...args],
      { cwd: folder, env: { ...process.env, ...env } },
      (error, stdout, stderr) => done({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

describe("annotate-problems.mjs", () => {
  const problem = {
    rule: "r",
    severity: "error",
    file: "a.yaml",
    line: 3,
    column: 5,
    pointer: "#/a",
    message: "Wrong.",
    remedy: "Mend it.",
  };
  const table: readonly { what: string; given: object; want: string }[] = [
    {
      what: "a problem at its place",
      given: {},
      want: "::error file=spec/a.yaml,line=3,col=5,title=r::Wrong.%0AMend it.",
    },
    {
      what: "a warning",
      given: { severity: "warning" },
      want: "::warning file=spec/a.yaml,line=3,col=5,title=r::Wrong.%0AMend it.",
    },
    {
      what: "a problem without a place",
      given: { file: null, line: null, column: null },
      want: "::error title=r::Wrong.%0AMend it.",
    },
    {
      what: "text that would be a command, or end this one",
      given: { message: "\r\n::error::mine %0A::set-output name=a::b", file: "a,line=1::b\n.yaml" },
      want: "::error file=spec/a%2Cline=1%3A%3Ab%0A.yaml,line=3,col=5,title=r::%0D%0A::error::mine %250A::set-output name=a::b%0AMend it.",
    },
  ];
  test.each(table)("$what", async ({ given, want }) => {
    writeFileSync(
      join(folder, "lint.json"),
      JSON.stringify({ ok: false, problems: [{ ...problem, ...given }] }),
    );
    const { code, stdout } = await script("annotate-problems.mjs", ["lint.json", "spec", "report.md"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${want}\n` });
  });

  test.each([
    { problems: [], says: "The contract has no problems.\n" },
    {
      problems: [problem],
      says: "**The contract has 1 problem**, shown at their lines. Its change was not judged.\n",
    },
    { problems: [{ ...problem, severity: "warning" }], says: "The contract has no problems.\n" },
  ])("the report: $says", async ({ problems, says }) => {
    writeFileSync(join(folder, "lint.json"), JSON.stringify({ problems }));
    await script("annotate-problems.mjs", ["lint.json", "spec", "report.md"]);
    expect(readFileSync(join(folder, "report.md"), "utf8")).toBe(says);
  });
});

describe("review-comment.mjs", () => {
  const marker = "<!-- specwright: the contract's review -->";
  const someone = (index: number) => ({ id: index, body: `Comment ${index}`, user: { type: "User" } });
  const many = Array.from({ length: 150 }, (_, index) => someone(index));

  const table: readonly { what: string; comments: readonly object[]; want: string }[] = [
    { what: "none yet", comments: [], want: "POST issues/7/comments" },
    { what: "others' only", comments: many, want: "POST issues/7/comments" },
    {
      what: "ours, on the second page",
      comments: [...many, { id: 999, body: `${marker}\nold`, user: { type: "Bot" } }],
      want: "PATCH issues/comments/999",
    },
    {
      what: "a person's, with our mark",
      comments: [{ id: 1, body: marker, user: { type: "User" } }],
      want: "POST issues/7/comments",
    },
    {
      what: "one without text or author",
      comments: [{ id: 1, body: null, user: null }],
      want: "POST issues/7/comments",
    },
  ];
  test.each(table)("$what", async ({ comments, want }) => {
    const { calls, result } = await against(comments, "### Breaking");
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(calls).toEqual([{ call: want, body: `${marker}\n### Breaking` }]);
  });

  test("a report that is too long is cut", async () => {
    const { calls } = await against([], "x".repeat(100_000));
    expect(calls[0]?.body.length).toBeLessThan(65_536);
    expect(calls[0]?.body).toMatch(/see the run's summary\.$/);
  });

  test("a refusal is an error that tells no token", async () => {
    const { result } = await against(null, "text");
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("GitHub answered 403 to GET issues/7/comments");
    expect(result.stderr + result.stdout).not.toContain("token-5521");
  });

  test("a number that is none", async () => {
    const { code, stderr } = await script("review-comment.mjs", ["7/../../x", "report.md"]);
    expect(code).toBe(1);
    expect(stderr).toContain("the number of a pull request");
  });

  /** @param comments those that are there; `null`: the token may do nothing */
  async function against(comments: readonly object[] | null, report: string) {
    const calls: { call: string; body: string }[] = [];
    const server = createServer(async (request, response) => {
      let text = "";
      for await (const chunk of request.setEncoding("utf8")) text += chunk;
      const { pathname, searchParams } = new URL(request.url ?? "", "http://github.invalid");
      const path = pathname.replace("/repos/acme/api/", "");
      if (text !== "") calls.push({ call: `${request.method} ${path}`, body: JSON.parse(text).body });
      const page = Number(searchParams.get("page") ?? 1);
      response.writeHead(comments === null ? 403 : 200);
      response.end(JSON.stringify(text === "" ? (comments?.slice((page - 1) * 100, page * 100) ?? {}) : {}));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    try {
      writeFileSync(join(folder, "comment.md"), report);
      const env = {
        GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        GITHUB_REPOSITORY: "acme/api",
        GITHUB_TOKEN: "token-5521",
      };
      return { calls, result: await script("review-comment.mjs", ["7", "comment.md"], env) };
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }
});
