import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { type Approval, type FileFault, readApprovals } from "../changes/approvals.js";
import { compileRule } from "../changes/compile/compile-rule.js";
import { type Configuration, defaultConfiguration, readConfiguration } from "../changes/configuration.js";
import { rulesById } from "../changes/rules/index.js";
import { type Problem, SpecError } from "../load/problem.js";
import { readSpecFile, type SpecFile, SpecFileError } from "../load/spec-file.js";

/** What a project decided about judging: severities of rules, and changes that were let pass. */
export interface Decisions {
  readonly configuration: Configuration;
  readonly approvals: readonly Approval[];
}

const configurationName = "specwright.yaml";
const approvalsName = "specwright-approvals.yaml";

/**
 * Reads both files, as named or else from this folder or the nearest above that has one.
 *
 * @throws {SpecError} with everything that is wrong in them: a slip here would let a change pass that nobody approved
 */
export async function readDecisions(given: { config?: string; approvals?: string }): Promise<Decisions> {
  const problems: Problem[] = [];
  const read = async <T>(
    path: string | null,
    otherwise: T,
    parse: (value: unknown) => { result: T; faults: readonly FileFault[] },
  ): Promise<T> => {
    if (path === null) return otherwise;
    let file: SpecFile;
    try {
      file = await readSpecFile(path);
    } catch (error) {
      if (!(error instanceof SpecFileError)) throw error;
      if (error.rule === "file-empty") return otherwise;
      const { rule, message, remedy, place } = error;
      problems.push(problemOf(path, rule, message, remedy, place, null));
      return otherwise;
    }
    const { result, faults } = parse(file.value);
    for (const { at, message } of faults)
      problems.push(problemOf(path, "decisions", message, "See docs/diff.md.", file.placeOf(at), at));
    return result;
  };
  const configuration = await read(find(given.config, configurationName), defaultConfiguration, (value) => {
    const { configuration: result, faults } = readConfiguration(
      value,
      (id) => rulesById.has(id) || id === compileRule.id,
    );
    return { result, faults };
  });
  const approvals = await read(find(given.approvals, approvalsName), [] as readonly Approval[], (value) => {
    const { approvals: result, faults } = readApprovals(value);
    return { result, faults };
  });
  if (problems.length > 0) throw new SpecError(problems);
  return { configuration, approvals };
}

function find(given: string | undefined, name: string): string | null {
  if (given !== undefined) return resolve(given);
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return join(folder, name);
    if (folder === dirname(folder) || existsSync(join(folder, ".git"))) return null;
  }
}

function problemOf(
  path: string,
  rule: string,
  message: string,
  remedy: string,
  place: { line: number; column: number } | null,
  pointer: string | null,
): Problem {
  return {
    rule,
    severity: "error",
    file: relative(process.cwd(), path),
    line: place?.line ?? null,
    column: place?.column ?? null,
    pointer,
    message,
    remedy,
  };
}
