import { type Cell, type Dimension, dimensions } from "./cell.js";
import type { Evidence } from "./evidence.js";

/** What of a contract was exercised. Plain JSON, the same on every machine for the same exchanges. */
export interface CoverageReport {
  readonly title: string;
  readonly tests: number;
  readonly exchanges: number;
  readonly summary: readonly Summary[];
  readonly cells: readonly CoveredCell[];
  /** Answers that were seen and that the contract does not declare, each with a test. */
  readonly undeclared: readonly { readonly what: string; readonly test: string }[];
}

export interface Summary {
  readonly dimension: Dimension;
  /** Cells that can be covered. */
  readonly cells: number;
  readonly covered: number;
  /** Cells that are covered only where the server was told what to answer (`Prefer: code=…`). */
  readonly asked: number;
  /** Cells that nothing can ever cover, which are not counted. */
  readonly cannot: number;
  /** In percent, rounded down to a tenth, so that 100 means all. */
  readonly percent: number;
}

export interface CoveredCell extends Cell {
  readonly covered: boolean;
  /** Whether only a server that was told what to answer has shown it. */
  readonly asked: boolean;
  /** Names of tests that cover it, the first few. */
  readonly tests: readonly string[];
  /** How many exchanges cover it. */
  readonly count: number;
}

export function reportOf(given: {
  readonly title: string;
  readonly cells: readonly Cell[];
  readonly evidence: Evidence;
  readonly tests: number;
  readonly exchanges: number;
  readonly undeclared: CoverageReport["undeclared"];
}): CoverageReport {
  const { title, evidence, tests, exchanges, undeclared } = given;
  const cells = given.cells.map((cell): CoveredCell => {
    const { count, asked, tests: names } = evidence.of(cell.id);
    return { ...cell, covered: count > 0, asked: count > 0 && asked, tests: names, count };
  });
  return {
    title,
    tests,
    exchanges,
    summary: dimensions.map((one) => summaryOf(one, cells)),
    cells,
    undeclared,
  };
}

function summaryOf(dimension: Dimension, cells: readonly CoveredCell[]): Summary {
  const own = cells.filter((cell) => cell.dimension === dimension);
  const counted = own.filter(({ cannot }) => cannot === null);
  const covered = counted.filter((cell) => cell.covered).length;
  return {
    dimension,
    cells: counted.length,
    covered,
    asked: counted.filter(({ asked }) => asked).length,
    cannot: own.length - counted.length,
    percent: counted.length === 0 ? 100 : Math.floor((1000 * covered) / counted.length) / 10,
  };
}

/** The cells that a case is missing for, dimension after dimension. */
export function uncovered({ cells }: CoverageReport): CoveredCell[] {
  const missing = cells.filter((cell) => !cell.covered && cell.cannot === null);
  return dimensions.flatMap((dimension) => missing.filter((cell) => cell.dimension === dimension));
}

/** What falls short of the least that is asked for, a line for each. */
export function shortfalls(
  { summary }: CoverageReport,
  least: Readonly<Partial<Record<Dimension, number>>>,
): { readonly dimension: Dimension; readonly percent: number; readonly least: number }[] {
  return summary.flatMap(({ dimension, percent }) => {
    const wanted = least[dimension];
    return wanted !== undefined && percent < wanted ? [{ dimension, percent, least: wanted }] : [];
  });
}
