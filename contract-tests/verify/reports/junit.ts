import type { VerifyReport } from "../report.js";
import { plainLine } from "./plain-text.js";

/** JUnit's XML: a suite for each operation, a test for each check that judged it. */
export function junitOf(report: VerifyReport): string {
  const suites = report.operations.map((operation) => {
    const checks = Object.entries(operation.checks);
    const tests = checks.map(([name, { failed }]) => {
      const findings = report.findings.filter((one) => one.check === name && one.operation === operation.id);
      const failures = findings.map(
        ({ fault, severity, curl, code }) =>
          `      <failure type="${escaped(name)}" message="${escaped(fault)}">${escaped([`severity: ${severity}`, curl, ...(code ? [code] : [])].join("\n"))}</failure>\n`,
      );
      const head = `    <testcase classname="${escaped(operation.id)}" name="${escaped(name)}"`;
      return failed === 0 ? `${head}/>\n` : `${head}>\n${failures.join("")}    </testcase>\n`;
    });
    const skipped =
      operation.skipped === null
        ? ""
        : `    <testcase classname="${escaped(operation.id)}" name="all checks">\n      <skipped message="${escaped(operation.skipped)}"/>\n    </testcase>\n`;
    const failures = checks.filter(([, { failed }]) => failed > 0).length;
    const count = checks.length + (skipped === "" ? 0 : 1);
    return `  <testsuite name="${escaped(operation.id)}" tests="${count}" failures="${failures}" skipped="${skipped === "" ? 0 : 1}">\n${tests.join("")}${skipped}  </testsuite>\n`;
  });
  const seconds = (report.durationMs / 1000).toFixed(3);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${escaped(`specwright verify: ${report.title}`)}" time="${seconds}">\n${suites.join("")}</testsuites>\n`;
}

/** For text and attributes both; what XML can't hold is written out. */
function escaped(text: string): string {
  const lines = text.split("\n").map(plainLine).join("\n");
  return lines
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;")
    .replace(
      /[\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      "\ufffd",
    );
}
