// Turns what `specwright lint --json` found into annotations of a GitHub workflow, at their lines, and into a sentence
// for the report:
//   node scripts/annotate-problems.mjs <lint.json> <spec> <report.md>
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, posix } from "node:path";

const [results, spec, report] = process.argv.slice(2);
const { problems } = JSON.parse(readFileSync(results, "utf8"));
const folder = statSync(spec, { throwIfNoEntry: false })?.isFile() ? dirname(spec) : spec;

for (const { severity, file, line, column, message, remedy, rule } of problems) {
  const place = Object.entries({ file: file && posix.join(folder, file), line, col: column, title: rule })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${property(value)}`);
  console.log(
    `::${severity === "error" ? "error" : "warning"} ${place.join(",")}::${text(`${message}\n${remedy}`)}`,
  );
}
const errors = problems.filter(({ severity }) => severity === "error").length;
const count = `${errors} ${errors === 1 ? "problem" : "problems"}`;
const verdict =
  errors > 0
    ? `**The contract has ${count}**, shown at their lines. Its change was not judged.`
    : "The contract has no problems.";
writeFileSync(report, `${verdict}\n`);

/** What a workflow command would read as its own end or as another command; the text comes from the spec. */
function text(value) {
  return String(value).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(value) {
  return text(value).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
