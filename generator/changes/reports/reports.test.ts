import { describe, expect, test } from "vitest";
import { compareContracts } from "../compare-contracts.js";
import { documentOf, parameter } from "../document/fixture-documents.js";
import { judge } from "../verdict.js";
import { changelogEntry, withEntry } from "./changelog.js";
import { toMarkdown } from "./markdown.js";
import { codeSpan, markdownText } from "./markdown-text.js";

describe("text of a spec in Markdown", () => {
  test.each([
    ["plain words, with `code`", "plain words, with `code`"],
    ["<img src=x onerror=alert(1)>", "&#60;img src=x onerror=alert(1)&#62;"],
    ["[a](https://example.com)", "&#91;a&#93;(https&#58;//example.com)"],
    ["![a](//b)", "!&#91;a&#93;(//b)"],
    ["https://example.com", "https&#58;//example.com"],
    ["www.example.com", "www&#46;example.com"],
    ["@someone and #12", "@&#8203;someone and #&#8203;12"],
    ["a\n\n# b\r\n- c", "a # b - c"],
    ["*a* _b_ ~~c~~ | d", "&#42;a&#42; &#95;b&#95; &#126;&#126;c&#126;&#126; &#124; d"],
    ["a ` b <b>", "a &#96; b &#60;b&#62;"],
    ["&lt;b&gt; \\*", "&#38;lt;b&#38;gt; &#92;&#42;"],
  ])("%j", (given, want) => {
    expect(markdownText(given)).toBe(want);
  });

  test.each([
    ["a", "`a`"],
    ["a`b", "``a`b``"],
    ["`", "`` ` ``"],
    ["", "`  `"],
    ["a\nb", "`a b`"],
    ["``a", "``` ``a ```"],
  ])("%j as code", (given, want) => {
    expect(codeSpan(given)).toBe(want);
  });
});

const hostile = "`</summary><script>alert(1)</script>\n\n# heading ![x](https://evil.example) @all";
const policy = { today: "2026-08-01", deprecationDays: { beta: 0, stable: 0 } };
const changes = compareContracts(
  documentOf(
    { ...parameter({ type: "string", default: hostile }, { name: hostile }) },
    {
      paths: {
        [`/${hostile}`]: {
          get: { operationId: hostile, tags: [hostile], responses: { 200: { description: hostile } } },
        },
      },
    },
  ),
  documentOf(
    parameter({ type: "string", enum: [hostile], default: "a" }, { name: hostile, description: hostile }),
  ),
  policy,
).map((change) => ({ ...change, approval: null }));
const verdict = judge(changes, { before: hostile, after: "2.0.0", differs: true });

/** What of a Markdown text a reader of Markdown may take for markup: all but code spans. */
const outsideCode = (text: string): string => text.replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, "");

test("a hostile spec can't say anything of its own in a review comment or a changelog", () => {
  expect(changes.length).toBeGreaterThan(2);
  const comment = toMarkdown({ verdict, changes }, { base: hostile, revision: "b" });
  for (const text of [comment, changelogEntry(verdict, changes)]) {
    expect(text).toContain("alert(1)");
    const outside = outsideCode(text);
    expect(outside).not.toMatch(/<script|!\[|\]\(|https:|@all/);
    expect(text).not.toMatch(/^# heading/m);
  }
});

test("a comment stays within what GitHub takes, and says what it leaves out", () => {
  const many = Array.from({ length: 2000 }, (_, index) => ({
    ...changes[0],
    fingerprint: String(index),
  })) as typeof changes;
  const comment = toMarkdown({ verdict, changes: many }, { base: "a", revision: "b" });
  expect(comment.length).toBeLessThan(65_000);
  expect(comment).toMatch(/\n\d+ more are left out here/);
});

describe("the changelog", () => {
  test.each([
    ["is begun", "", "# Changelog\n\n## 2.0.0\n\nnew\n"],
    [
      "gets the entry at its top",
      "# Changelog\n\n## 1.0.0\n\nold\n",
      "# Changelog\n\n## 2.0.0\n\nnew\n\n## 1.0.0\n\nold\n",
    ],
    [
      "has one entry a version",
      "# Changelog\n\n## 2.0.0\n\nearlier\n\n## 1.0.0\n\nold\n",
      "# Changelog\n\n## 2.0.0\n\nnew\n\n## 1.0.0\n\nold\n",
    ],
    ["keeps its head", "# All\n\nWords.\n\n## 1.0.0\n", "# All\n\nWords.\n\n## 2.0.0\n\nnew\n\n## 1.0.0\n"],
    ["may have no head", "## 1.0.0\n\nold\n", "## 2.0.0\n\nnew\n\n## 1.0.0\n\nold\n"],
  ])("%s", (_, before, want) => {
    const after = withEntry(before, "## 2.0.0\n\nnew\n");
    expect(after).toBe(want);
    expect(withEntry(after, "## 2.0.0\n\nnew\n")).toBe(want);
  });
});
