import { type LoadedSpec, loadSpec } from "../sandbox/start-sandbox.js";
import type { useSpec as takeSpec } from "../sandbox/testing/sync-requests.js";
import type { MutantFamily, Verdict } from "./mutant-family.js";
import { MutatedProgram, type WithTests } from "./mutated-program.js";
import * as operators from "./operators.js";
import type { SourceMutant } from "./plant.js";
import type { SandboxModule } from "./sandbox-server.js";
import { longestCaseMs, type ServerJudge } from "./server-judge.js";
import type { LoneTest } from "./stand-in-vitest.js";

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
  "rate-limits.test.ts",
  "match-operation.test.ts",
  "parameters.test.ts",
  "receive-body.test.ts",
  "read-multipart.test.ts",
  "check-form.test.ts",
  "batch-lines.test.ts",
  "job-times.test.ts",
  "other-jobs.test.ts",
  "refusal.test.ts",
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
  "judges.test.ts",
];

/** How long one may take: so long, and so many times as long as it took on the sound sandbox. */
const longestTestMs = 5000;
const patience = 20;

/** What those tests share. */
const shared = "testing/sync-requests.ts";

/** A test of the sandbox, and how long it takes. */
interface KnownTest {
  readonly file: string;
  readonly title: string;
  readonly durationMs: number;
}

/** Faults of a server: the sandbox with one thing wrong in its code. */
export class SandboxFamily implements MutantFamily<SourceMutant> {
  readonly mutants: readonly SourceMutant[];
  readonly unreached: readonly SourceMutant[];
  readonly #program: MutatedProgram;
  readonly #judge: ServerJudge;
  readonly #spec: LoadedSpec;
  /** Which tests come by a mutant, the quick ones first: the others can't tell. */
  readonly #tests: ReadonlyMap<number, readonly KnownTest[]>;
  /** Which mutants the contract's suite comes by. */
  readonly #reached: ReadonlySet<number>;
  /** Tests that have caught mutants of a source, the last one first: they are likely to catch its others. */
  readonly #caught = new Map<string, readonly KnownTest[]>();

  private constructor(
    program: MutatedProgram,
    tests: ReadonlyMap<number, readonly KnownTest[]>,
    reached: ReadonlySet<number>,
    judge: ServerJudge,
    spec: LoadedSpec,
  ) {
    const isReached = ({ number }: SourceMutant): boolean => reached.has(number) || tests.has(number);
    this.mutants = program.mutants.filter(isReached);
    this.unreached = program.mutants.filter((one) => !isReached(one));
    this.#program = program;
    this.#tests = tests;
    this.#reached = reached;
    this.#judge = judge;
    this.#spec = spec;
  }

  /** @param testFiles tests of the sandbox itself, which are quicker than the contract's suite; none unless given */
  static async of(
    specPath: string,
    judge: ServerJudge,
    testFiles: readonly string[] = [],
  ): Promise<SandboxFamily> {
    const program = await MutatedProgram.of({
      family: "sandbox",
      folder: "contract-tests/sandbox",
      sources: files.map((file) => ({
        file,
        operators: file === "webhooks.ts" ? [...everywhere, operators.wrongWord] : everywhere,
      })),
      entry: "start-sandbox.ts",
      tests: testFiles.length === 0 ? [] : [...testFiles, shared],
      firstNumber: 100_000,
    });
    const spec = await loadSpec(specPath);
    let loaded: (SandboxModule & WithTests) | null = null;
    const atStart = await program.reachedBy(async () => {
      loaded = await program.load<SandboxModule & WithTests>(null);
    });
    const sound = loaded as unknown as SandboxModule & WithTests;
    let fault: string | null = null;
    const reached = await program.reachedBy(async () => {
      fault = await judge.faultOf(sound, async () => spec);
    });
    if (fault !== null) throw new Error(`The sandbox without a fault is said to have one: ${fault}`);
    const tests = await coveringTests(program, sound, spec, testFiles);
    // What is read when a source is loaded, those may tell who come by anything of that source.
    for (const mutant of program.mutants.filter(({ number }) => atStart.has(number))) {
      const beside = program.mutants.filter(
        ({ at, number }) => fileOf(at) === fileOf(mutant.at) && number !== mutant.number,
      );
      reached.add(mutant.number);
      const found = new Set(beside.flatMap(({ number }) => tests.get(number) ?? []));
      tests.set(mutant.number, [...found].sort(quickFirst));
    }
    return new SandboxFamily(program, tests, reached, judge, spec);
  }

  async judge(mutant: SourceMutant): Promise<Verdict> {
    const covering = this.#tests.get(mutant.number) ?? [];
    const likely = (this.#caught.get(fileOf(mutant.at)) ?? []).filter((test) => covering.includes(test));
    const failure = await this.#failureOf(mutant, [...new Set([...likely, ...covering])]);
    if (failure !== null) return { outcome: "caught", by: failure };
    if (!this.#reached.has(mutant.number)) return { outcome: "survived", by: null };
    const module = await this.#program.load<SandboxModule>(mutant);
    const fault = await this.#judge.faultOf(module, async () => this.#spec);
    return { outcome: fault === null ? "survived" : "caught", by: fault };
  }

  async #failureOf(mutant: SourceMutant, tests: readonly KnownTest[]): Promise<string | null> {
    interface Failure {
      readonly test: KnownTest;
      readonly said: string;
      readonly isTooLate: boolean;
    }
    const attempt = async (chosen: readonly KnownTest[]): Promise<Failure | null> => {
      const module = await this.#program.load<WithTests>(mutant);
      await useSpec(module, this.#spec);
      const evaluated = new Map<string, Promise<readonly LoneTest[]>>();
      for (const one of chosen) {
        const inFile = evaluated.get(one.file) ?? testsOf(module, one.file);
        evaluated.set(one.file, inFile);
        const found = (await inFile).find(({ title }) => title === one.title);
        const longestMs = longestTestMs + patience * one.durationMs;
        const begunMs = performance.now();
        const said = found ? await found.run(longestMs) : "is not there";
        if (said !== null) return { test: one, said, isTooLate: performance.now() - begunMs > longestMs };
      }
      return null;
    };
    const failure = tests.length === 0 ? null : await attempt(tests);
    if (!failure) return null;
    const { test } = failure;
    // A busy machine may lose a connection once; but what waits so long waits for ever.
    const again = failure.isTooLate ? failure : await attempt([test]);
    if (!again) return null;
    const source = fileOf(mutant.at);
    this.#caught.set(source, [...new Set([test, ...(this.#caught.get(source) ?? [])])]);
    return `sandbox/${test.file}, ${test.title}: ${again.said}`;
  }
}

const fileOf = (at: string): string => at.split(" ")[0] ?? "";
const quickFirst = (a: KnownTest, b: KnownTest): number => a.durationMs - b.durationMs;

/** To read the contract takes longer than most tests. */
async function useSpec({ testFiles }: WithTests, spec: LoadedSpec): Promise<void> {
  const module = (await testFiles[shared]?.()) as { useSpec: typeof takeSpec } | undefined;
  module?.useSpec(spec);
}

function testsOf({ testsIn, testFiles }: WithTests, file: string): Promise<readonly LoneTest[]> {
  return testsIn(testFiles[file] as () => Promise<unknown>);
}

/** Runs every test on the sandbox as it is, and notes which places each comes by. */
async function coveringTests(
  program: MutatedProgram,
  sound: WithTests,
  spec: LoadedSpec,
  testFiles: readonly string[],
): Promise<Map<number, KnownTest[]>> {
  const covering = new Map<number, KnownTest[]>();
  if (testFiles.length > 0) await useSpec(sound, spec);
  for (const file of testFiles) {
    let inFile: readonly LoneTest[] = [];
    const beforeAll = await program.reachedBy(async () => {
      inFile = await testsOf(sound, file);
    });
    for (const { title, run } of inFile) {
      const startedMs = performance.now();
      let said: string | null = null;
      const reached = await program.reachedBy(async () => {
        said = await run(longestCaseMs);
      });
      if (said !== null)
        throw new Error(`The sandbox without a fault is said to have one: ${title}: ${said}`);
      const test = { file, title, durationMs: performance.now() - startedMs };
      for (const number of new Set([...beforeAll, ...reached]))
        covering.set(number, [...(covering.get(number) ?? []), test]);
    }
  }
  for (const tests of covering.values()) tests.sort(quickFirst);
  return covering;
}
