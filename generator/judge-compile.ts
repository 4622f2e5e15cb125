import type { CompileFinding } from "./changes/change.js";
import { compileFindings } from "./changes/compile/compile-finding.js";
import { usageProgram } from "./changes/compile/usage-program.js";
import { buildContract } from "./contract/build-contract.js";
import type { Contract } from "./contract/contract.js";
import type { SpecReading } from "./load/load-spec.js";
import { type Problem, SpecError } from "./load/problem.js";
import { type Files, renderPackage, type TypeScriptWork } from "./render/render-package.js";

/** What became of the question whether users of the old client can compile against the new one. */
export type CompileOutcome =
  | { readonly status: "compiled"; readonly statements: number; readonly findings: readonly CompileFinding[] }
  /** No client can be made of a side; the reasons say why. */
  | {
      readonly status: "impossible";
      readonly side: "base" | "revision";
      readonly reasons: readonly string[];
    };

/**
 * Makes the clients of both specs in memory, and compiles against the new one a program that does all that one can do
 * with the old one. Nothing is written, and nothing is run.
 */
export async function judgeCompile(
  base: SpecReading,
  revision: SpecReading,
  work: TypeScriptWork,
): Promise<CompileOutcome> {
  const before = await clientOf(base, work);
  if ("reasons" in before) return { status: "impossible", side: "base", reasons: before.reasons };
  const after = await clientOf(revision, work);
  if ("reasons" in after) return { status: "impossible", side: "revision", reasons: after.reasons };
  const program = usageProgram(before.contract, await work.exportedNames(before.files));
  const errors = await work.compileUsage({ usage: program.text, base: before.files, revision: after.files });
  return {
    status: "compiled",
    statements: program.text.split("\n").length,
    findings: compileFindings(program, errors),
  };
}

type Client =
  | { readonly contract: Contract; readonly files: Files }
  | { readonly reasons: readonly string[] };

async function clientOf(spec: SpecReading, work: TypeScriptWork): Promise<Client> {
  if (spec.problems.length > 0) return { reasons: spec.problems.map(describe) };
  try {
    const contract = buildContract(spec);
    const { made, compiled, copied } = await renderPackage(contract, spec.document, work);
    return { contract, files: new Map([...made, ...compiled, ...copied]) };
  } catch (error) {
    if (error instanceof SpecError) return { reasons: error.problems.map(describe) };
    return { reasons: [error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)] };
  }
}

const describe = ({ file, line, message }: Problem): string => `${file ?? "?"}:${line ?? "?"} ${message}`;
