import { escapeInvisible } from "../../render/plain-text.js";
import type { Severity } from "../change.js";
import { evidenceLines } from "./evidence-words.js";
import { inReview, type Reported, type ReportedChange, type Sides } from "./reported.js";
import { compileNotes } from "./words.js";

const commands: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", note: "notice" };

/**
 * Workflow commands, by which GitHub Actions shows each change at its line of the revision. Of each kind GitHub shows
 * ten a step; the gravest come first.
 */
export function toGitHub({ changes, problems, verdict }: Reported, sides: Sides): string {
  const unread = problems.revision.map(({ message, remedy, rule, file, line, column }) =>
    command(
      "warning",
      { file: file && inReview(sides.revisionFolder, file), line, col: column, title: rule },
      `Not judged: ${message} ${remedy}`,
    ),
  );
  const { errors, warnings, notes, approved } = verdict;
  const count = `${errors} errors, ${warnings} warnings, ${notes} notes, ${approved} approved`;
  return [
    ...changes.map((change) => annotation(change, sides)),
    ...unread,
    command("notice", { title: "specwright diff" }, `${verdict.outcome}: ${count}.`),
    "",
  ].join("\n");
}

function annotation(change: ReportedChange, sides: Sides): string {
  const { id, severity, message, remedy, review, approval } = change;
  const place = { file: inReview(sides.revisionFolder, review.file), line: review.line, col: review.column };
  if (approval)
    return command(
      "notice",
      { ...place, title: `${id} (approved)` },
      `${message}\nApproved by ${approval.author} until ${approval.expires}: ${approval.reason}`,
    );
  return command(
    commands[severity],
    { ...place, title: id },
    [message, ...compileNotes(change), ...evidenceLines(change.evidence), remedy].join("\n"),
  );
}

/** `::error file=a.yaml,line=3::text`: no text in it can end it, add to it, or start another. */
function command(
  name: string,
  properties: Readonly<Record<string, string | number | null>>,
  text: string,
): string {
  const pairs = Object.entries(properties)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${name} ${pairs.join(",")}::${escapeText(text)}`;
}

/** As `@actions/core` does it; what is invisible, or could be taken for the end of a line, is shown by its number. */
function escapeText(text: string): string {
  return escapeInvisible(text).replaceAll("%", "%25").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeText(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
