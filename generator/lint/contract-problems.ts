import { buildContract } from "../contract/build-contract.js";
import { checkExtensions, isExtension } from "../contract/extensions.js";
import { isObject, type JsonObject, valueAt } from "../load/document-walk.js";
import { fromPointer } from "../load/json-pointer.js";
import type { SpecReading } from "../load/load-spec.js";
import { type Problem, SpecError } from "../load/problem.js";

/** Everything for which no contract could be built from a spec: wrong extensions, ids that name nothing or two things. */
export function contractProblems(spec: SpecReading): readonly Problem[] {
  const wrong = checkExtensions(spec.document);
  const extensions = wrong.map(({ at, ...problem }) => spec.problemAt(at, problem));
  // A chain of `$ref`s without an end has been reported, and can't be read.
  if (spec.problems.some(({ rule }) => rule === "ref-circular")) return extensions;
  const document = wrong.length > 0 ? without(spec.document, wrong) : spec.document;
  try {
    buildContract({ ...spec, document });
  } catch (error) {
    if (error instanceof SpecError) {
      // What refers to an extension that was left out is no problem of its own.
      const rest = error.problems.filter(({ rule }) => wrong.length === 0 || rule.startsWith("operation-"));
      return [...extensions, ...rest];
    }
    if (spec.problems.length === 0) throw error; // not the spec's fault
  }
  return extensions;
}

/** A copy of the document without the extensions that are wrong, so that the rest can be read. */
function without(document: JsonObject, wrong: readonly { readonly at: string }[]): JsonObject {
  const copy = structuredClone(document);
  for (const { at } of wrong) {
    const tokens = fromPointer(at);
    const length = tokens.findIndex(isExtension);
    const holder = valueAt(copy, tokens.slice(0, length));
    const key = tokens[length];
    if (isObject(holder) && key !== undefined) delete holder[key];
  }
  return copy;
}
