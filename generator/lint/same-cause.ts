import type { Problem } from "../load/problem.js";

const anyReference = [
  "ref-dangling",
  "ref-remote",
  "ref-outside",
  "ref-no-pointer",
  "ref-circular",
  "file-missing",
  "file-unreadable",
  "file-not-utf-8",
  "file-empty",
  "file-not-yaml",
  "too-many-aliases",
  "spec-too-deep",
  "spec-too-large",
];

/** Rules that find one mistake twice, and which of them says it best. */
const saidBetterBy: Readonly<Record<string, readonly string[]>> = {
  "no-unresolved-refs": anyReference,
  "operation-operationId": ["operation-id-missing"],
  "operation-operationId-unique": ["operation-id-duplicate"],
  "path-parameters-defined": ["path-parameters"],
  "schema-compiles": ["struct", "no-enum-type-mismatch", "no-duplicated-enum-values"],
};

/** The problems without those that another one says at the same line, and without repetitions. */
export function withoutRepetitions(problems: readonly Problem[]): readonly Problem[] {
  const line = ({ file, line }: Problem, rule: string): string => JSON.stringify([file, line, rule]);
  const said = new Set(problems.map((problem) => line(problem, problem.rule)));
  const seen = new Set<string>();
  return problems.filter((problem) => {
    if (saidBetterBy[problem.rule]?.some((rule) => said.has(line(problem, rule)))) return false;
    if (problem.rule === "openapi-structure" && problems.some((other) => isCloser(other, problem)))
      return false;
    const key = JSON.stringify([problem.file, problem.line, problem.column, problem.rule, problem.message]);
    return !seen.has(key) && seen.add(key).has(key);
  });
}

/**
 * Whether another problem says what is wrong with the structure of an object, and where inside: the meta-schema only
 * knows the object.
 */
function isCloser(other: Problem, { file, pointer }: Problem): boolean {
  if (other.rule !== "struct" && other.rule !== "path-parameters") return false;
  if (other.file !== file || other.pointer === null || pointer === null) return false;
  if (other.pointer === pointer) return true;
  if (!other.pointer.startsWith(`${pointer}/`)) return false;
  return pointer !== "#" || !other.pointer.slice(2).includes("/");
}
