import { buildContract } from "../contract/build-contract.js";
import { checkExtensions } from "../contract/extensions.js";
import type { SpecReading } from "../load/load-spec.js";
import { type Problem, SpecError } from "../load/problem.js";

/** Everything for which no contract could be built from a spec: wrong extensions, ids that name nothing or two things. */
export function contractProblems(spec: SpecReading): readonly Problem[] {
  // A chain of `$ref`s without an end has been reported, and can't be read.
  if (spec.problems.some(({ rule }) => rule === "ref-circular")) return extensionProblems(spec);
  try {
    buildContract(spec);
    return [];
  } catch (error) {
    if (error instanceof SpecError) return error.problems;
    if (spec.problems.length === 0) throw error; // not the spec's fault
    return extensionProblems(spec);
  }
}

function extensionProblems(spec: SpecReading): readonly Problem[] {
  return checkExtensions(spec.document).problems.map(({ at, ...problem }) => spec.problemAt(at, problem));
}
