import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { generatorFolder } from "../generator-folder.js";
import { callShape } from "../render/operation-view.js";
import { nameTypes } from "../render/type-names.js";
import { compileValidators } from "../render/validators/compile-validators.js";
import { planValidators } from "../render/validators/plan-validators.js";
import { rewriteValidators } from "../render/validators/rewrite-validators.js";
import type { Validate } from "../runtime/validate/failures.js";
import { contractOf } from "./contract-of.js";

export interface CompiledValidators {
  /** The module as it is written into a package. */
  readonly text: string;
  /** Names that identifiers.ts made of the document's. */
  readonly names: readonly string[];
  readonly leftOut: readonly string[];
}

/** The module of validators of a document in memory. */
export async function validatorsOf(document: Record<string, unknown>): Promise<CompiledValidators> {
  const contract = contractOf(document);
  const names = nameTypes(contract);
  const shapes = new Map(
    contract.operations.map((operation) => [operation.id, callShape(contract, operation)]),
  );
  const plan = planValidators(contract, document, names, shapes);
  if (!plan) throw new Error("There is nothing to validate.");
  return {
    text: rewriteValidators(compileValidators(plan)),
    names: [...names.made],
    leftOut: plan.leftOut,
  };
}

/** Runs such a module: its validators by name. */
export async function loadValidators({ text }: CompiledValidators): Promise<Record<string, Validate>> {
  const { outputFiles } = await build({
    stdin: { contents: text, resolveDir: generatorFolder },
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "silent",
  });
  const [bundle] = outputFiles;
  return (await import(`data:text/javascript,${encodeURIComponent(bundle?.text ?? "")}`)) as Record<
    string,
    Validate
  >;
}

/** The modules of the runtime that a validator may import, by name. */
export function runtimeExports(file: string): string[] {
  const text = readFileSync(join(generatorFolder, "runtime", "validate", `${file}.ts`), "utf8");
  return [...text.matchAll(/^export function (\w+)/gm)].map(([, name = ""]) => name);
}
