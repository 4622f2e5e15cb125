import { compileRule } from "./compile/compile-rule.js";
import type { Rule } from "./rule.js";
import { ruleFamilies } from "./rules/index.js";

/** `docs/rules.md`: every rule there is, made of the rules themselves. */
export function rulesPage(): string {
  const count = ruleFamilies.reduce((sum, { rules }) => sum + rules.length, 1); // with the compiler's
  const sections = ruleFamilies.flatMap(({ title, name, rules }) => [
    `## ${title}`,
    "",
    `\`generator/changes/rules/${name}.ts\``,
    "",
    ...heads,
    ...rules.map(row),
    "",
  ]);
  return [
    "# Rules of `specwright diff`",
    "",
    "<!-- Made of generator/changes/rules/ by `npx vitest run generator/changes/rules -u`; without -u it compares. Don't edit it. -->",
    "",
    `${count} rules. An error breaks who kept to the old contract, a warning may, a note does not. \`specwright.yaml\` can give a`,
    "rule another severity (see [diff.md](diff.md)). Ids are those of [oasdiff](https://github.com/oasdiff/oasdiff) where it has",
    "the rule. Each rule but the compiler's is shown by two documents in which it is found and two in which it is not; a test tries them all.",
    "",
    "What the API itself sends (webhooks, callbacks) is judged as a reply, and what it is answered as a request.",
    "",
    ...sections,
    "## What the compiler says",
    "",
    "`generator/changes/compile/compile-rule.ts`; only `--compile` asks it (see [diff-reports.md](diff-reports.md)).",
    "",
    ...heads,
    row(compileRule),
    "",
  ].join("\n");
}

const heads = ["| Rule | Severity | Direction | Says | Remedy |", "| --- | --- | --- | --- | --- |"];

function row({
  id,
  severity,
  direction,
  sentence,
  remedy,
}: Pick<Rule, "id" | "severity" | "direction" | "sentence" | "remedy">): string {
  const cells = [
    `\`${id}\``,
    severity,
    direction === "none" ? "" : direction,
    plain(sentence),
    plain(remedy),
  ];
  return ["", ...cells, ""].join(" | ").trim();
}

const plain = (sentence: string): string =>
  sentence.replaceAll("|", "\\|").replaceAll(/\{([a-z]+)(:lower)?\}/g, "⟨$1⟩");
