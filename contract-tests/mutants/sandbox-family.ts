import { type LoadedSpec, loadSpec } from "../sandbox/start-sandbox.js";
import type { MutantFamily, Verdict } from "./mutant-family.js";
import { MutatedProgram } from "./mutated-program.js";
import * as operators from "./operators.js";
import type { SourceMutant } from "./plant.js";
import type { SandboxModule } from "./sandbox-server.js";
import type { ServerJudge } from "./server-judge.js";

/** Where the sandbox decides what the contract asks of a server. Its pages, logs and reports are no business of a contract. */
const files = [
  "keys.ts",
  "rate-limits.ts",
  "idempotency.ts",
  "serve-operation.ts",
  "match-operation.ts",
  "parameters.ts",
  "receive-body.ts",
  "read-body.ts",
  "read-multipart.ts",
  "check-form.ts",
  "batch-lines.ts",
  "batches.ts",
  "jobs.ts",
  "job-operations.ts",
  "webhooks.ts",
  "refusal.ts",
];

const everywhere = [
  operators.checkSkipped,
  operators.checkAlways,
  operators.offByOne,
  operators.equalityFlipped,
  operators.wrongArithmetic,
  operators.wrongNumber,
  operators.stepLeftOut,
];

/** Faults of a server: the sandbox with one thing wrong in its code. */
export class SandboxFamily implements MutantFamily<SourceMutant> {
  readonly mutants: readonly SourceMutant[];
  readonly unreached: readonly SourceMutant[];
  readonly #program: MutatedProgram;
  readonly #judge: ServerJudge;
  readonly #spec: LoadedSpec;

  private constructor(
    program: MutatedProgram,
    reached: ReadonlySet<number>,
    judge: ServerJudge,
    spec: LoadedSpec,
  ) {
    this.mutants = program.mutants.filter(({ number }) => reached.has(number));
    this.unreached = program.mutants.filter(({ number }) => !reached.has(number));
    this.#program = program;
    this.#judge = judge;
    this.#spec = spec;
  }

  static async of(specPath: string, judge: ServerJudge): Promise<SandboxFamily> {
    const program = await MutatedProgram.of({
      family: "sandbox",
      folder: "contract-tests/sandbox",
      sources: files.map((file) => ({
        file,
        operators: file === "webhooks.ts" ? [...everywhere, operators.wrongWord] : everywhere,
      })),
      entry: "start-sandbox.ts",
      firstNumber: 100_000,
    });
    const spec = await loadSpec(specPath);
    const sound = await program.load<SandboxModule>(null);
    let fault: string | null = null;
    const reached = await program.reachedBy(async () => {
      fault = await judge.faultOf(sound, async () => spec);
    });
    if (fault !== null) throw new Error(`The sandbox without a fault is said to have one: ${fault}`);
    return new SandboxFamily(program, reached, judge, spec);
  }

  async judge(mutant: SourceMutant): Promise<Verdict> {
    const module = await this.#program.load<SandboxModule>(mutant);
    const fault = await this.#judge.faultOf(module, async () => this.#spec);
    return { outcome: fault === null ? "survived" : "caught", by: fault };
  }
}
