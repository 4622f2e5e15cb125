import { buildContract } from "../contract/build-contract.js";
import type { Contract, Operation } from "../contract/contract.js";
import { type Problem, SpecError } from "../load/problem.js";
import { operation, smallSpec } from "./small-spec.js";

/** The contract of a document in memory; where its parts were written does not matter here. */
export function contractOf(document: Record<string, unknown>): Contract {
  return buildContract({
    rootPath: "/openapi.yaml",
    overlays: [],
    sources: ["/openapi.yaml"],
    document,
    fileOf: () => undefined,
    problemAt: (pointer, problem) => ({
      ...problem,
      severity: "error",
      file: null,
      line: null,
      column: null,
      pointer,
    }),
    originOf: (pointer) => ({ file: "/openapi.yaml", pointer }),
  });
}

/** The one operation of a small spec, with these fields of its own, beside these of the document. */
export function operationOf(
  fields: Readonly<Record<string, unknown>>,
  document: Readonly<Record<string, unknown>> = {},
  path = "/parcels",
): Operation {
  const paths = { [path]: { post: operation("parcels.create", fields) } };
  const [first] = contractOf(smallSpec({ paths, ...document })).operations;
  if (!first) throw new Error("no operation");
  return first;
}

export function problemsOf(document: Record<string, unknown>): readonly Problem[] {
  try {
    contractOf(document);
    return [];
  } catch (error) {
    if (error instanceof SpecError) return error.problems;
    throw error;
  }
}
