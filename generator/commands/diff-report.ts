import type { JudgedChange } from "../changes/approvals.js";

import { evidenceWords } from "../changes/reports/evidence-words.js";
import { compileNotes, describeCounts, describeVersion } from "../changes/reports/words.js";

import type { VersionVerdict } from "../changes/verdict.js";
import type { Judgement, PlacedChange, ShownPlace } from "../judge-change.js";
import type { Problem } from "../load/problem.js";
import { type Colors, colorsFor, describeProblems, onOneLine, plural } from "./terminal.js";

/** What could not be read, for stderr. */
export function writeUnread(judgement: Judgement): void {
  const { base, revision } = judgement.problems;
  for (const [side, problems] of [
    ["base", base],
    ["revision", revision],
  ] as const)
    if (problems.length > 0) process.stderr.write(`${describeUnread(side, problems, judgement)}\n\n`);
}

/** Why the compiler could not be asked, for stderr. */
export function writeNotCompiled({ side, reasons }: { side: string; reasons: readonly string[] }): void {
  const color = colorsFor(process.stderr);
  const shownReasons = reasons.slice(0, maxReasons).map((reason) => `    ${onOneLine(reason)}`);
  const more = reasons.length > maxReasons ? [`    and ${reasons.length - maxReasons} more`] : [];
  const head = `${color.yellow("!")} No client can be made of the ${side}, so the compiler was not asked:`;
  process.stderr.write(`${[head, ...shownReasons, ...more].join("\n")}\n\n`);
}

const maxReasons = 5;

/** The judgement for a terminal, on stdout. */
export function writeTerminalReport(judgement: Judgement, quiet: boolean, elapsedMs: number): void {
  process.stdout.write(`${describe(judgement, colorsFor(process.stdout), quiet, elapsedMs)}\n`);
}

function describeUnread(side: string, problems: readonly Problem[], { unjudged }: Judgement): string {
  const color = colorsFor(process.stderr);
  const lost = unjudged > 0 ? ` ${plural(unjudged, "place")} that depend on it were not judged.` : "";
  return `${color.yellow("!")} The ${side} has problems; what could be read was judged.${lost}\n${describeProblems(problems, color)}`;
}

const titles = { error: "Breaking", warning: "Risky", note: "Compatible" } as const;

function describe(judgement: Judgement, color: Colors, quiet: boolean, elapsedMs: number): string {
  const { verdict, changes, expired, unused } = judgement;
  const lines: string[] = [];
  for (const severity of ["error", "warning", "note"] as const) {
    if (quiet && severity === "note") continue;
    const those = changes.filter((change) => change.severity === severity && change.approval === null);
    if (those.length === 0) continue;
    lines.push(color.bold(`${titles[severity]} (${those.length})`), "");
    for (const change of those) lines.push(...describeChange(change, color), "");
  }
  const approved = changes.filter(({ approval }) => approval !== null);
  if (approved.length > 0) {
    lines.push(color.bold(`Approved (${approved.length})`), "");
    for (const change of approved) lines.push(...describeApproved(change, color), "");
  }
  for (const { fingerprint, author, expires } of expired)
    lines.push(
      `${color.yellow("!")} The approval ${fingerprint} by ${onOneLine(author)} ended on ${expires}.`,
    );
  if (!quiet)
    for (const { fingerprint } of unused)
      lines.push(color.dim(`The approval ${fingerprint} is of no change here; it can be taken out.`));
  const mark = {
    breaking: color.red("✗ breaking"),
    risky: color.yellow("! risky"),
    compatible: color.green("✓ compatible"),
    unchanged: color.green("✓ unchanged"),
  }[verdict.outcome];
  lines.push(`${mark}: ${describeCounts(verdict)} ${color.dim(`${elapsedMs} ms`)}`);
  lines.push(...describeVersions(verdict.spec, verdict.package, color));
  return lines.join("\n");
}

const labels = {
  error: (color: Colors) => color.red("error  "),
  warning: (color: Colors) => color.yellow("warning"),
  note: (color: Colors) => color.cyan("note   "),
} as const;

const maxOperations = 3;

function describeChange(change: PlacedChange, color: Colors): string[] {
  const { severity, message, id, operations, remedy, places, fingerprint } = change;
  const others = operations.length - 1;
  const more = operations.slice(1, 1 + maxOperations).map(onOneLine);
  const rest = others > maxOperations ? ` and ${others - maxOperations} more` : "";
  return [
    `  ${labels[severity](color)} ${onOneLine(message)} ${color.dim(`(${id})`)}`,
    ...(others > 0 ? [`          ${color.dim(`also: ${more.join(", ")}${rest}`)}`] : []),
    ...excerpt(places.base, places.revision, color),
    ...compileNotes(change).map((note) => `          ${color.magenta(onOneLine(note))}`),
    ...describeEvidence(change, color),
    ...(severity === "note"
      ? []
      : [`  ${color.cyan("fix    ")} ${onOneLine(remedy)} ${color.dim(`[${fingerprint}]`)}`]),
  ];
}

function describeEvidence({ evidence }: PlacedChange, color: Colors): string[] {
  const words = evidenceWords(evidence);
  if (!words) return [];
  const { lead, code, language, objections } = words;
  if (code === null) return [`          ${color.dim(onOneLine(lead))}`];
  return [
    `          ${onOneLine(lead)}`,
    `        ${language === "sh" ? "$" : "<"} ${color.cyan(onOneLine(code))}`,
    ...objections.map((one) => `          ${color.yellow(onOneLine(one))}`),
  ];
}

function excerpt(base: ShownPlace | null, revision: ShownPlace | null, color: Colors): string[] {
  const line = (sign: string, place: ShownPlace): string =>
    `        ${sign} ${onOneLine(`${place.file}:${place.line ?? "?"}`)}  ${onOneLine(place.text ?? "")}`;
  const same =
    base &&
    revision &&
    base.file === revision.file &&
    base.line === revision.line &&
    base.text === revision.text;
  if (same) return [color.dim(line(" ", revision))];
  return [
    ...(base ? [color.red(line("-", base))] : []),
    ...(revision ? [color.green(line("+", revision))] : []),
  ];
}

function describeApproved(change: JudgedChange, color: Colors): string[] {
  const { message, id, approval } = change;
  if (!approval) return [];
  return [
    `  ${color.green("passed ")} ${onOneLine(message)} ${color.dim(`(${id})`)}`,
    `          ${color.dim(`${onOneLine(approval.reason)} (${onOneLine(approval.author)}, until ${approval.expires})`)}`,
  ];
}

function describeVersions(spec: VersionVerdict, ofPackage: VersionVerdict, color: Colors): string[] {
  const line = (what: string, version: VersionVerdict): string => {
    const mark =
      version.enough === false ? color.yellow("!") : version.enough === null ? " " : color.green("✓");
    return `${mark} ${what}${onOneLine(describeVersion(version))}`;
  };
  return [line("spec     ", spec), line("package  ", ofPackage)];
}
