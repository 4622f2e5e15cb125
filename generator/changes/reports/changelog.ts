import type { JudgedChange } from "../approvals.js";
import type { Severity } from "../change.js";
import type { Verdict } from "../verdict.js";
import { codeSpan, markdownText } from "./markdown-text.js";

const titles: Readonly<Record<Severity, string>> = { error: "Breaking", warning: "May break", note: "Also" };

/** The version that an entry is about: the one that was written if it goes far enough, else the one that is due. */
export function entryVersion({ package: { before, after, dueVersion, enough } }: Verdict): string {
  if (enough === true && after !== null) return after;
  return dueVersion ?? after ?? before ?? "Next";
}

/** What the users of the client package are told of a version. */
export function changelogEntry(verdict: Verdict, changes: readonly JudgedChange[]): string {
  const sections = (["error", "warning", "note"] as const).flatMap((severity) => {
    const those = changes.filter((change) => change.severity === severity && change.family !== "versions");
    if (those.length === 0) return [];
    const lines = those.map(({ message, id }) => `- ${markdownText(message)} ${codeSpan(id)}`);
    return [`### ${titles[severity]}`, "", ...lines, ""];
  });
  const body = sections.length > 0 ? sections : ["Nothing changed for who calls the API.", ""];
  return [`## ${markdownText(entryVersion(verdict))}`, "", ...body].join("\n");
}

const heading = "# Changelog\n";

/**
 * A changelog with an entry at its top. One that is there already under the same version is replaced: the entry of a
 * branch is written again with every change of it.
 */
export function withEntry(changelog: string, entry: string): string {
  const [title = ""] = entry.split("\n");
  const text = changelog.trim() === "" ? heading : changelog.replaceAll("\r\n", "\n");
  const parts = text.split(/^(?=## )/m);
  const [head = "", ...entries] = text.startsWith("## ") ? ["", ...parts] : parts;
  const others = entries.filter((other) => other.split("\n")[0]?.trim() !== title.trim());
  return `${[head.trimEnd(), entry.trimEnd(), ...others.map((other) => other.trimEnd())].filter(Boolean).join("\n\n")}\n`;
}
