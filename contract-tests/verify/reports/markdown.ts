import type { FindingReport, VerifyReport } from "../report.js";
import { plainLine } from "./plain-text.js";

/** A report to be read on a page: for a pull request's summary, say. */
export function markdownOf(report: VerifyReport): string {
  const { findings, operations, checks } = report;
  const lines = [
    `# ${inline(report.title)} held against its contract`,
    "",
    `${report.cases} requests to \`${code(report.target)}\` in ${(report.durationMs / 1000).toFixed(1)} s, seed ${report.seed}${report.stopped ? `; stopped before the end (${report.stopped})` : ""}.`,
    "",
    findings.length === 0
      ? "Nothing was found."
      : `**${findings.length} ${findings.length === 1 ? "fault" : "faults"}.**`,
    "",
    "| Check | Judged | Failed |",
    "| --- | ---: | ---: |",
    ...checks.map(({ name, judged, failed }) => `| \`${name}\` | ${judged} | ${failed} |`),
    "",
    "| Operation | Requests | Statuses |",
    "| --- | ---: | --- |",
    ...operations.map(
      ({ id, sent, statuses, skipped }) =>
        `| \`${code(id)}\` | ${sent} | ${
          skipped === null
            ? Object.entries(statuses)
                .map(([status, count]) => `${status} × ${count}`)
                .join(", ")
            : `left out: ${inline(skipped)}`
        } |`,
    ),
    "",
    ...findings.flatMap(findingLines),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function findingLines(finding: FindingReport, index: number): string[] {
  const { check, operation, fault, occurrences, exchange, severity } = finding;
  return [
    `## ${index + 1}. \`${check}\`: \`${code(operation)}\``,
    "",
    `${severity === "error" ? "Error" : "Warning"}, seen ${occurrences} ${occurrences === 1 ? "time" : "times"}. ${inline(fault)}`,
    "",
    ...fenced("sh", finding.curl),
    ...(finding.code === null ? [] : fenced("ts", finding.code)),
    ...(exchange.response.status === 0
      ? []
      : [`Answer ${exchange.response.status}:`, "", ...fenced("", exchange.response.body.slice(0, 2000))]),
  ];
}

/** A fence longer than any in the text. */
function fenced(language: string, text: string): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, ...text.split("\n").map(plainLine), fence, ""];
}

function inline(text: string): string {
  return plainLine(text).replace(/[\\`*_{}[\]<>|#]/g, "\\$&");
}

function code(text: string): string {
  return plainLine(text).replaceAll("`", "'").replaceAll("|", "\\|");
}
