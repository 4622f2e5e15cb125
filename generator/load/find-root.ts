import { realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Problem, SpecError } from "./problem.js";

/**
 * The root file of a spec: the given file, or the `openapi.yaml` (or `.yml`, `.json`) of the given folder.
 *
 * @throws {SpecError} if there is none
 */
export async function findRoot(spec: string): Promise<string> {
  const path = resolve(spec);
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) {
    for (const name of ["openapi.yaml", "openapi.yml", "openapi.json"]) {
      const candidate = join(path, name);
      if ((await stat(candidate).catch(() => null))?.isFile()) return realpath(candidate);
    }
    throw rootProblem(
      spec,
      "file-missing",
      `There is no openapi.yaml in ${spec}.`,
      "Name the spec's root file.",
    );
  }
  if (!found)
    throw rootProblem(
      spec,
      "file-missing",
      `There is no file ${spec}.`,
      "Check the path; it is case-sensitive.",
    );
  return realpath(path);
}

/** An error about the root file as such, before any place in it is known. */
export function rootProblem(
  file: string,
  rule: string,
  message: string,
  remedy: string,
  at: Partial<Problem> = {},
): SpecError {
  return new SpecError([
    { rule, severity: "error", file, line: null, column: null, pointer: null, message, remedy, ...at },
  ]);
}
