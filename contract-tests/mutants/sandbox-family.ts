import { type LoadedSpec, loadSpec } from "../sandbox/start-sandbox.js";
import type { MutantFamily, Verdict } from "./mutant-family.js";
import { MutatedProgram, type WithTests } from "./mutated-program.js";
import * as operators from "./operators.js";
import type { SourceMutant } from "./plant.js";
import type { SandboxModule } from "./sandbox-server.js";
import { longestCaseMs, type ServerJudge } from "./server-judge.js";

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

/**
 * Tests of the sandbox itself, the quick ones: they hold it to what no contract says, such as its speed, its timers, or where
 * webhooks may go, and to contracts with what ours does not have.
 */
export const sandboxTests = [
  "protocol.test.ts",
  "idempotency.test.ts",
  "webhooks.test.ts",
  "jobs.test.ts",
  "batches.test.ts",
  "plans.test.ts",
  "uploads.test.ts",
  "limits.test.ts",
  "driving.test.ts",
  "other-contracts.test.ts",
];

/** Faults of a server: the sandbox with one thing wrong in its code. */
export class SandboxFamily implements MutantFamily<SourceMutant> {
  readonly mutants: readonly SourceMutant[];
  readonly unreached: readonly SourceMutant[];
  readonly #program: MutatedProgram;
  readonly #judge: ServerJudge;
  readonly #spec: LoadedSpec;
  /** What comes by which mutants: the contract's suite, and each file of tests. */
  readonly #reached: ReadonlyMap<string, ReadonlySet<number>>;

  private constructor(
    program: MutatedProgram,
    reached: ReadonlyMap<string, ReadonlySet<number>>,
    judge: ServerJudge,
    spec: LoadedSpec,
  ) {
    const isReached = ({ number }: SourceMutant): boolean =>
      [...reached.values()].some((numbers) => numbers.has(number));
    this.mutants = program.mutants.filter(isReached);
    this.unreached = program.mutants.filter((one) => !isReached(one));
    this.#program = program;
    this.#reached = reached;
    this.#judge = judge;
    this.#spec = spec;
  }

  /** @param tests of the sandbox itself, which judge what the contract's suite lets pass; none unless given */
  static async of(
    specPath: string,
    judge: ServerJudge,
    tests: readonly string[] = [],
  ): Promise<SandboxFamily> {
    const program = await MutatedProgram.of({
      family: "sandbox",
      folder: "contract-tests/sandbox",
      sources: files.map((file) => ({
        file,
        operators: file === "webhooks.ts" ? [...everywhere, operators.wrongWord] : everywhere,
      })),
      entry: "start-sandbox.ts",
      tests,
      firstNumber: 100_000,
    });
    const spec = await loadSpec(specPath);
    const sound = await program.load<SandboxModule & WithTests>(null);
    const reached = new Map<string, ReadonlySet<number>>();
    const notice = async (name: string, faultOf: () => Promise<string | null>): Promise<void> => {
      let fault: string | null = null;
      reached.set(
        name,
        await program.reachedBy(async () => {
          fault = await faultOf();
        }),
      );
      if (fault !== null) throw new Error(`The sandbox without a fault is said to have one: ${fault}`);
    };
    await notice(ofContract, () => judge.faultOf(sound, async () => spec));
    for (const file of tests) await notice(file, () => faultOfTests(sound, file));
    return new SandboxFamily(program, reached, judge, spec);
  }

  async judge(mutant: SourceMutant): Promise<Verdict> {
    const isReachedBy = (name: string): boolean => this.#reached.get(name)?.has(mutant.number) ?? false;
    const module = await this.#program.load<SandboxModule & WithTests>(mutant);
    let fault = isReachedBy(ofContract) ? await this.#judge.faultOf(module, async () => this.#spec) : null;
    for (const file of [...this.#reached.keys()].filter((name) => name !== ofContract && isReachedBy(name))) {
      fault ??= await this.#faultOfTests(mutant, module, file);
    }
    return { outcome: fault === null ? "survived" : "caught", by: fault };
  }

  /** Twice: a busy machine may lose a connection once. */
  async #faultOfTests(mutant: SourceMutant, module: WithTests, file: string): Promise<string | null> {
    const once = await faultOfTests(module, file);
    return once && faultOfTests(await this.#program.load<WithTests>(mutant), file);
  }
}

const ofContract = "contract";

async function faultOfTests({ firstFailure, testFiles }: WithTests, file: string): Promise<string | null> {
  const failure = await firstFailure(testFiles[file] as () => Promise<unknown>, longestCaseMs);
  return failure && `sandbox/${file}, ${failure.test}: ${failure.said}`;
}
