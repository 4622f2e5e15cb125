import { dirname, relative } from "node:path";
import { speaksOurs } from "../contract/extensions.js";
import { readSpec, type SpecReading } from "../load/load-spec.js";
import { type Problem, SpecError } from "../load/problem.js";
import { contractProblems } from "./contract-problems.js";
import { lintWithRedocly } from "./lint-with-redocly.js";
import type { Rule } from "./rule.js";
import { rules } from "./rules/index.js";
import { withoutRepetitions } from "./same-cause.js";
import { Subject } from "./subject.js";

export interface LintReport {
  /** By place: the root file first, then the others by name, each from top to bottom. */
  readonly problems: readonly Problem[];
  readonly files: number;
  readonly operations: number;
  readonly schemas: number;
  readonly rules: number;
}

/** Everything that is wrong with a spec, as the overlays leave it, in one run; see `docs/lint-rules.md`. */
export async function lintSpec(spec: string, overlays: readonly string[] = []): Promise<LintReport> {
  let reading: SpecReading;
  try {
    reading = await readSpec(spec, overlays);
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return { problems: error.problems, files: 0, operations: 0, schemas: 0, rules: 0 };
  }
  const redocly = await lintWithRedocly(reading);
  const subject = new Subject(reading.document, reading.version);
  const problems = withoutRepetitions([
    ...reading.problems,
    ...contractProblems(reading),
    ...redocly.problems,
    ...rules.flatMap((rule) => apply(rule, subject, reading)),
  ]);
  return {
    problems: inOrder(atTheirSource(problems, reading), reading),
    files: reading.sources.length,
    operations: subject.operations.filter(({ isWebhook }) => !isWebhook).length,
    schemas: subject.schemas.roots.length,
    rules: rules.length + redocly.rules,
  };
}

function apply(rule: Rule, subject: Subject, reading: SpecReading): Problem[] {
  const isError = rule.kind === "correctness" || speaksOurs(reading.document);
  const problems: Problem[] = [];
  try {
    for (const { at, message, remedy } of rule.find(subject)) {
      const problem = reading.problemAt(at, { rule: rule.id, message, remedy });
      problems.push({ ...problem, severity: isError ? "error" : "warning" });
    }
  } catch (error) {
    if (reading.problems.length === 0) throw error; // not the spec's fault
  }
  return problems;
}

/** A file that can't be parsed is one problem, at its own faulty line, and not one for each `$ref` to it. */
function atTheirSource(
  problems: readonly Problem[],
  { unusable, rootPath }: SpecReading,
): readonly Problem[] {
  let rest = problems;
  const sources: Problem[] = [];
  for (const [path, { rule, message, remedy, place }] of unusable) {
    const others = rest.filter((problem) => problem.rule !== rule || !problem.message.endsWith(message));
    if (!place || others.length === rest.length) continue;
    rest = others;
    const file = relative(dirname(rootPath), path);
    sources.push({ rule, severity: "error", file, ...place, pointer: null, message, remedy });
  }
  return [...sources, ...rest];
}

function inOrder(problems: readonly Problem[], { sources, rootPath }: SpecReading): readonly Problem[] {
  const rank = new Map(sources.map((path, index) => [relative(dirname(rootPath), path), index]));
  const place = ({ file, line, column }: Problem): readonly number[] => [
    rank.get(file ?? "") ?? sources.length,
    line ?? 0,
    column ?? 0,
  ];
  return [...problems].sort((a, b) => {
    const [there, here] = [place(b), place(a)];
    const differs = here.findIndex((part, index) => part !== there[index]);
    return (here[differs] ?? 0) - (there[differs] ?? 0);
  });
}
