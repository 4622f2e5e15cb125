import type { FindingReport } from "../verify/report.js";
import { plainLine } from "../verify/reports/plain-text.js";

/** Findings of one check and operation told; the rest is counted. */
const mostTold = 3;

/** What a test that fails says: each fault, the smallest request that shows it, and how to see the same again. */
export function messageOf(findings: readonly FindingReport[], seed: number): string {
  const told = findings.slice(0, mostTold).map(({ fault, occurrences, case: one, curl, code }) => {
    const often = occurrences > 1 ? ` (${occurrences} times)` : "";
    const lines = [`${fault}${often}`, `  case  ${one}`, `  curl  ${curl.replaceAll("\n", " ")}`];
    return [...lines, ...(code ?? "").split("\n").flatMap((line, index) => codeLine(line, index))]
      .map(plainLine)
      .join("\n");
  });
  const more = findings.length - told.length;
  return [...told, ...(more > 0 ? [`… and ${more} more of this kind`] : []), `seed ${seed}`].join("\n\n");
}

function codeLine(line: string, index: number): string[] {
  return line === "" ? [] : [`  ${index === 0 ? "code" : "    "}  ${line}`];
}
