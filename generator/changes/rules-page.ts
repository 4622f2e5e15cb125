import { ruleFamilies } from "./rules/index.js";

/** `docs/rules.md`: every rule there is, made of the rules themselves. */
export function rulesPage(): string {
  const count = ruleFamilies.reduce((sum, { rules }) => sum + rules.length, 0);
  const sections = ruleFamilies.flatMap(({ title, name, rules }) => [
    `## ${title}`,
    "",
    `\`generator/changes/rules/${name}.ts\``,
    "",
    "| Rule | Severity | Direction | Says | Remedy |",
    "| --- | --- | --- | --- | --- |",
    ...rules.map(({ id, severity, direction, sentence, remedy }) =>
      ["", `\`${id}\``, severity, direction === "none" ? "" : direction, plain(sentence), plain(remedy), ""]
        .join(" | ")
        .trim(),
    ),
    "",
  ]);
  return [
    "# Rules of `specwright diff`",
    "",
    "<!-- Made of generator/changes/rules/ by `npm run docs:rules`; a test compares. Don't edit it. -->",
    "",
    `${count} rules. An error breaks who kept to the old contract, a warning may, a note does not. \`specwright.yaml\` can give a`,
    "rule another severity (see [diff.md](diff.md)). Ids are those of [oasdiff](https://github.com/oasdiff/oasdiff) where it has",
    "the rule. Each rule is shown by two documents in which it is found and two in which it is not; a test tries them all.",
    "",
    "What the API itself sends (webhooks, callbacks) is judged as a reply, and what it is answered as a request.",
    "",
    ...sections,
  ].join("\n");
}

const plain = (sentence: string): string =>
  sentence.replaceAll("|", "\\|").replaceAll(/\{([a-z]+)(:lower)?\}/g, "⟨$1⟩");
