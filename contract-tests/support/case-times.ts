import { relative } from "node:path";
import pc from "picocolors";
import type { Reporter, TestCase, TestModule } from "vitest/node";

const shownFiles = 10;

interface FileTimes {
  readonly file: string;
  readonly cases: number;
  readonly totalMs: number;
  readonly slowest: { readonly name: string; readonly ms: number };
}

/** vitest's reporter of what a case of the contract tests takes: on average, and in the files that take longest. */
export default class CaseTimes implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = caseTimes(modules.filter(({ project }) => project.name === "contract").map(timesOf));
    if (lines.length > 0) process.stdout.write(`\n${lines.join("\n")}\n`);
  }
}

/** The lines of the report; none for a run of a single file, whose times its own report has. */
export function caseTimes(files: readonly FileTimes[]): string[] {
  const ran = files.filter(({ cases }) => cases > 0);
  if (ran.length < 2) return [];
  const cases = sum(ran.map((one) => one.cases));
  const totalMs = sum(ran.map((one) => one.totalMs));
  const longest = [...ran].sort((a, b) => b.totalMs - a.totalMs).slice(0, shownFiles);
  return [
    ` ${pc.bold("Contract tests")}  ${cases} cases, ${perCase(totalMs, cases)} ms a case`,
    pc.dim(`  ${"ms a case".padStart(9)} ${"cases".padStart(6)}  file, and its slowest case`),
    ...longest.map(
      ({ file, cases: count, totalMs: ms, slowest }) =>
        `  ${perCase(ms, count).padStart(9)} ${String(count).padStart(6)}  ${file}  ${pc.dim(`${Math.round(slowest.ms)} ms: ${slowest.name}`)}`,
    ),
  ];
}

function timesOf(module: TestModule): FileTimes {
  const cases = [...module.children.allTests()].filter((one) => one.result().state !== "skipped");
  const slowest = cases
    .map((one) => ({ name: one.fullName, ms: durationOf(one) }))
    .sort((a, b) => b.ms - a.ms)[0];
  return {
    file: relative(process.cwd(), module.moduleId),
    cases: cases.length,
    totalMs: sum(cases.map(durationOf)),
    slowest: slowest ?? { name: "", ms: 0 },
  };
}

function durationOf(one: TestCase): number {
  return one.diagnostic()?.duration ?? 0;
}

function perCase(totalMs: number, cases: number): string {
  return (totalMs / cases).toFixed(1);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
