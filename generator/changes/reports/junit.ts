import { type Severity, severities } from "../change.js";
import { evidenceLines } from "./evidence-words.js";
import { inReview, type Reported, type ReportedChange, type Sides } from "./reported.js";
import { compileNotes } from "./words.js";

/**
 * A JUnit report: a test case a change, in a suite for each severity. What is at or above `failOn` has failed, what
 * was approved was skipped, and what could not be read is an error.
 *
 * @param failOn a severity, or `none`
 */
export function toJUnit(
  { changes, problems, verdict }: Reported,
  sides: Sides,
  { failOn, elapsedMs }: { readonly failOn: string; readonly elapsedMs: number },
): string {
  const fails = ({ severity, approval }: ReportedChange): boolean =>
    approval === null &&
    failOn !== "none" &&
    severities.indexOf(severity) >= severities.indexOf(failOn as Severity);
  const suites: Suite[] = (["error", "warning", "note"] as const).map((severity) => {
    const those = changes.filter((change) => change.severity === severity);
    return {
      name: severity,
      cases: those.map((change) => testCase(change, sides, fails(change))),
      failures: those.filter(fails).length,
      errors: 0,
      skipped: those.filter(({ approval }) => approval !== null).length,
    };
  });
  const unread = (["base", "revision"] as const).flatMap((side) =>
    problems[side].map(
      ({ rule, message, remedy, file, line }) =>
        `<testcase${attributes({ name: `The ${side} can be read: ${file ?? "a file"}:${line ?? "?"}`, classname: rule })}><error${attributes({ message, type: rule })}>${xmlText(remedy)}</error></testcase>`,
    ),
  );
  suites.push({ name: "reading", cases: unread, failures: 0, errors: unread.length, skipped: 0 });
  if (verdict.outcome === "unchanged" && unread.length === 0)
    suites.push({
      name: "unchanged",
      cases: ['<testcase name="Nothing that is judged has changed" classname="unchanged"/>'],
      failures: 0,
      errors: 0,
      skipped: 0,
    });
  const shown = suites.filter(({ cases }) => cases.length > 0);
  const sum = (key: "failures" | "errors" | "skipped"): number =>
    shown.reduce((total, suite) => total + suite[key], 0);
  const tests = shown.reduce((total, { cases }) => total + cases.length, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({
      name: `specwright diff ${sides.base} ${sides.revision}`,
      tests,
      failures: sum("failures"),
      errors: sum("errors"),
      skipped: sum("skipped"),
      time: elapsedMs / 1000,
    })}>`,
    ...shown.map(
      ({ name, cases, failures, errors, skipped }) =>
        `<testsuite${attributes({ name, tests: cases.length, failures, errors, skipped })}>\n${cases.join("\n")}\n</testsuite>`,
    ),
    "</testsuites>",
    "",
  ].join("\n");
}

interface Suite {
  readonly name: string;
  readonly cases: readonly string[];
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

function testCase(change: ReportedChange, { revisionFolder }: Sides, fails: boolean): string {
  const { id, message, remedy, review, approval, severity, fingerprint, operations } = change;
  const file = inReview(revisionFolder, review.file);
  const place = attributes({ name: message, classname: id, file, line: review.line });
  const more = [
    ...compileNotes(change),
    ...evidenceLines(change.evidence),
    remedy,
    `Place: ${file}:${review.line ?? "?"} ${review.pointer}`,
    ...(operations.length > 0 ? [`Operations: ${operations.join(", ")}`] : []),
    `Fingerprint: ${fingerprint}`,
  ].join("\n");
  const outcome = approval
    ? `<skipped${attributes({ message: `Approved by ${approval.author} until ${approval.expires}: ${approval.reason}` })}/>`
    : fails
      ? `<failure${attributes({ message, type: severity })}>${xmlText(more)}</failure>`
      : `<system-out>${xmlText(more)}</system-out>`;
  return `<testcase${place}>${outcome}</testcase>`;
}

function attributes(values: Readonly<Record<string, string | number | null>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ` ${name}="${xmlText(String(value)).replaceAll("\n", "&#10;")}"`)
    .join("");
}

/** Text of XML 1.0, which can't hold every character, not even escaped. */
function xmlText(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"'\r]/g, (char) => `&#${char.charCodeAt(0)};`);
}
