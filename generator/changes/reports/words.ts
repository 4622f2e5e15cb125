import type { Change, MetBy } from "../change.js";
import type { Verdict, VersionVerdict } from "../verdict.js";

/** `1.4.0 → 1.5.0; due: 2.0.0 (major)` */
export function describeVersion({ before, after, due, dueVersion, written, enough }: VersionVerdict): string {
  const from = before ?? "no version";
  const to = after ?? "no version";
  const wrote = from === to ? from : `${from} → ${to}`;
  if (due === "none") return `${wrote}; nothing is due`;
  const wanted = dueVersion === null ? `a ${due} version` : `${dueVersion} (${due})`;
  if (enough === null) return `${wrote}; due: ${wanted}, which these version numbers can't tell`;
  if (enough) return `${wrote}; due: ${wanted}`;
  return `${wrote}; due: ${wanted}${written === "lower" ? ", but it went down" : ", which is not written yet"}`;
}

/** Where a change is met, as a sentence. */
const metByWords: Readonly<Record<MetBy, string>> = {
  compiler: "Met at compile time only.",
  wire: "Compiles, but breaks on the wire.",
  both: "Met at compile time and on the wire.",
};

/** What the compiler says of a change, a line each; back-ticks mark code. */
export function compileNotes({ metBy, compile, message }: Change): readonly string[] {
  if (metBy === null) return [];
  const [first, ...others] = compile.filter(({ code }) => !message.includes(code));
  return [
    metByWords[metBy],
    ...(first ? [`\`${first.code.replaceAll("`", "'")}\` no longer compiles: ${first.error}`] : []),
    ...(others.length > 0 ? [`And ${others.length} more.`] : []),
  ];
}

/** `1 error, 0 warnings, 2 notes, 1 approved` */
export function describeCounts({ errors, warnings, notes, approved }: Verdict): string {
  const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? "" : "s"}`;
  const all = [count(errors, "error"), count(warnings, "warning"), count(notes, "note")];
  return [...all, ...(approved > 0 ? [`${approved} approved`] : [])].join(", ");
}
