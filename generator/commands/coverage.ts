import { existsSync } from "node:fs";
import type { Dimension } from "../../contract-tests/coverage/cell.js";
import type { CoverageReport, CoveredCell } from "../../contract-tests/coverage/report.js";
import { CommandError } from "./command-error.js";
import { findPaths } from "./project.js";
import { type Colors, colorsFor, onOneLine, plural } from "./terminal.js";
import { writeWhole } from "./write-whole.js";

/** What the command line says. */
export interface CoverageFlags {
  readonly spec?: string;
  readonly least?: Readonly<Partial<Record<Dimension, number>>>;
  readonly json?: string;
  readonly html?: string;
  readonly show: number;
  readonly quiet?: boolean;
}

const tooLittle = 1;

/** `specwright coverage`; returns the exit code. */
export async function coverageCommand(recordings: string, flags: CoverageFlags): Promise<number> {
  const { spec } = findPaths(flags.spec, undefined);
  if (!existsSync(recordings))
    throw new CommandError(
      `There is no folder ${recordings}.`,
      "Run the contract tests first; they leave what they saw in node_modules/.cache/contract-coverage.",
    );
  const { coverageOf, coveragePage, loadCoveredContract, readRecordings, shortfalls, uncovered } =
    await import("../../contract-tests/coverage/coverage.js");
  const contract = await loadCoveredContract(spec);
  const report = coverageOf(contract, readRecordings(recordings));
  const { least = {} } = flags;
  if (flags.json !== undefined) await writeWhole(flags.json, `${JSON.stringify(report, null, 1)}\n`);
  if (flags.html !== undefined) await writeWhole(flags.html, coveragePage(report, least));
  const short = shortfalls(report, least);
  const color = colorsFor(process.stdout);
  const lines = [
    ...(flags.quiet ? [] : describeCoverage(report, least, color)),
    ...(flags.quiet && short.length === 0
      ? []
      : describeMissing(shortFirst(uncovered(report), short), flags.show, color)),
    ...short.map(
      ({ dimension, percent, least: wanted }) =>
        `${color.red("error")} The coverage of ${nameOf(dimension)} is ${percent} %, and must be ${wanted} % at least.`,
    ),
  ];
  if (lines.length > 0) process.stdout.write(`${lines.join("\n")}\n`);
  return short.length > 0 ? tooLittle : 0;
}

/** A line for each dimension, then each operation with its statuses. */
export function describeCoverage(
  { title, tests, exchanges, summary, cells }: CoverageReport,
  least: Readonly<Partial<Record<Dimension, number>>>,
  color: Colors,
): string[] {
  const rows = summary.map(({ dimension, covered, cells: all, percent, asked, cannot }) => {
    const wanted = least[dimension];
    const isShort = wanted !== undefined && percent < wanted;
    const mark = isShort ? color.red("✗") : percent === 100 ? color.green("✓") : color.yellow("–");
    const notes = [
      ...(wanted === undefined ? [] : [`least ${wanted} %`]),
      ...(asked > 0 ? [`${asked} only when asked for`] : []),
      ...(cannot > 0 ? [`${cannot} can't be`] : []),
    ];
    return `${mark} ${nameOf(dimension).padEnd(16)} ${`${percent} %`.padStart(7)}  ${`${covered} of ${all}`.padEnd(14)} ${color.dim(notes.join(", "))}`.trimEnd();
  });
  const statuses = new Map<string, string[]>();
  for (const cell of cells.filter(({ dimension }) => dimension === "statuses")) {
    const id = cell.operation ?? "";
    const shown = onOneLine(cell.subject);
    const text = !cell.covered
      ? color.red(`${shown} ✗`)
      : cell.asked
        ? color.yellow(`(${shown})`)
        : color.green(shown);
    statuses.set(id, [...(statuses.get(id) ?? []), text]);
  }
  const width = Math.max(0, ...[...statuses.keys()].map((id) => onOneLine(id).length));
  return [
    color.bold(`Coverage of ${onOneLine(title)}: ${plural(tests, "test")}, ${plural(exchanges, "exchange")}`),
    "",
    ...rows,
    "",
    ...[...statuses].map(([id, texts]) => `${onOneLine(id).padEnd(width)}  ${texts.join(" ")}`),
    color.dim("(in brackets: seen only from a server that was told what to answer)"),
    "",
  ];
}

/** What falls short is what a reader looks for. */
function shortFirst(
  cells: readonly CoveredCell[],
  short: readonly { readonly dimension: Dimension }[],
): readonly CoveredCell[] {
  const isShort = ({ dimension }: CoveredCell): boolean => short.some((one) => one.dimension === dimension);
  return [...cells.filter(isShort), ...cells.filter((cell) => !isShort(cell))];
}

function describeMissing(cells: readonly CoveredCell[], most: number, color: Colors): string[] {
  const lines = cells
    .slice(0, most)
    .map(
      ({ missing, pointer, dimension }) =>
        `${color.red("missing")} ${onOneLine(missing)} ${color.dim(`(${dimension}, ${onOneLine(pointer)})`)}`,
    );
  if (cells.length > most) lines.push(color.dim(`… and ${cells.length - most} more; --show lists them`));
  return lines.length === 0 ? [] : [...lines, ""];
}

function nameOf(dimension: Dimension): string {
  return dimension === "mediaTypes" ? "media types" : dimension;
}
