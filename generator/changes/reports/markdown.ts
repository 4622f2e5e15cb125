import type { JudgedChange } from "../approvals.js";
import type { Severity } from "../change.js";
import type { Evidence } from "../evidence.js";
import type { Verdict } from "../verdict.js";
import { evidenceWords } from "./evidence-words.js";
import { codeSpan, markdownText } from "./markdown-text.js";
import { compileNotes, describeCounts, describeVersion } from "./words.js";

interface Reported {
  readonly verdict: Verdict;
  readonly changes: readonly (JudgedChange & {
    readonly places?: Places;
    readonly evidence?: Evidence | null;
  })[];
}

interface Places {
  readonly base: Place | null;
  readonly revision: Place | null;
}

interface Place {
  readonly file: string;
  readonly line: number | null;
}

const titles: Readonly<Record<Severity, string>> = {
  error: "Breaking",
  warning: "Risky",
  note: "Compatible",
};
const outcomes = {
  breaking: "❌ This change breaks who keeps to the contract.",
  risky: "⚠️ This change may break who keeps to the contract.",
  compatible: "✅ This change breaks nobody.",
  unchanged: "✅ Nothing that is judged has changed.",
} as const;

/** What a review comment may have: GitHub takes 65,536 characters. */
const maxLength = 60_000;

/** A judgement for a review comment. All text of the specs in it is escaped. */
export function toMarkdown(
  { verdict, changes }: Reported,
  names: { base: string; revision: string },
): string {
  const head = [
    `## ${outcomes[verdict.outcome]}`,
    "",
    `${codeSpan(names.base)} → ${codeSpan(names.revision)}: ${describeCounts(verdict)}.`,
    "",
    "| | Version |",
    "| --- | --- |",
    `| spec | ${markdownText(describeVersion(verdict.spec))} |`,
    `| package | ${markdownText(describeVersion(verdict.package))} |`,
    "",
    "",
  ].join("\n");
  const sections = (["error", "warning", "note"] as const).map((severity) =>
    section(
      titles[severity],
      changes.filter((change) => change.severity === severity && change.approval === null),
      severity === "note",
    ),
  );
  const approved = section(
    "Approved",
    changes.filter(({ approval }) => approval !== null),
    true,
  );
  return clip(
    head,
    [...sections, approved].filter((text) => text !== null),
  );
}

interface Section {
  readonly open: string;
  readonly items: readonly string[];
  readonly close: string;
}

function section(title: string, changes: Reported["changes"], folded: boolean): Section | null {
  if (changes.length === 0) return null;
  const heading = `${title} (${changes.length})`;
  return {
    open: folded ? `<details><summary>${heading}</summary>\n\n` : `### ${heading}\n\n`,
    items: changes.map(item),
    close: folded ? "\n</details>\n\n" : "\n",
  };
}

function item(change: Reported["changes"][number]): string {
  const { message, id, severity, remedy, operations, places, fingerprint, approval } = change;
  const place = places?.revision ?? places?.base;
  const where = place ? ` ${codeSpan(`${place.file}${place.line === null ? "" : `:${place.line}`}`)}` : "";
  const also = operations.length > 1 ? ` Also in ${operations.length - 1} more.` : "";
  const compiled = compileNotes(change)
    .map((note) => ` ${markdownText(note)}`)
    .join("");
  const fix = severity === "note" ? "" : `\n  ${markdownText(remedy)} (fingerprint ${codeSpan(fingerprint)})`;
  const passed = approval
    ? `\n  Approved by ${markdownText(approval.author)} until ${approval.expires}: ${markdownText(approval.reason)}`
    : "";
  return `- ${markdownText(message)}${also} ${codeSpan(id)}${where}${compiled}${approval ? passed : fix}${shownEvidence(change)}\n`;
}

/** In a code span, which nothing in it can leave, not a block: a block's end is a line, and an item's text is one. */
function shownEvidence({ evidence = null }: Reported["changes"][number]): string {
  const words = evidenceWords(evidence);
  if (!words) return "";
  const { lead, code, objections } = words;
  const lines = [
    markdownText(lead.replaceAll("`", "'")),
    ...(code === null ? [] : [codeSpan(code)]),
    ...objections.map(codeSpan),
  ];
  return `\n  <br>${lines.join("<br>\n  ")}`;
}

function clip(head: string, sections: readonly Section[]): string {
  let text = head;
  let left = 0;
  for (const { open, items, close } of sections) {
    const room = (part: string): boolean => text.length + part.length + close.length + 200 < maxLength;
    if (!room(open)) {
      left += items.length;
      continue;
    }
    text += open;
    for (const one of items) {
      if (room(one)) text += one;
      else left++;
    }
    text += close;
  }
  return left > 0 ? `${text}\n${left} more are left out here; \`specwright diff\` shows all.\n` : text;
}
