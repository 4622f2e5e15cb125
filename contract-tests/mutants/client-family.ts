import { readdirSync } from "node:fs";
import type { ContractCase, Target } from "../cases/case.js";
import { contractCases } from "../contract-suite.js";
import { loadSpec, startSandbox } from "../sandbox/start-sandbox.js";
import { withViolations } from "../sandbox/testing/with-violations.js";
import type { ClientModule } from "../support/call.js";
import { loadContract } from "../support/contract.js";
import { forwardTo, startRecorder } from "../support/recorder.js";
import type { MutantFamily, Verdict } from "./mutant-family.js";
import { MutatedProgram } from "./mutated-program.js";
import * as operators from "./operators.js";
import type { SourceMutant } from "./plant.js";
import { seedExamples, startUnlimited } from "./sandbox-server.js";
import { faultOfCase } from "./server-judge.js";

/** What the generator made of the contract: each word and number of it. */
const made = [
  operators.itemDropped,
  operators.propertyDropped,
  operators.wrongNumber,
  operators.wrongWord,
  operators.flagFlipped,
  operators.argumentDropped,
];

/** What every client does, whatever its contract. */
const runtime = [
  operators.checkSkipped,
  operators.checkAlways,
  operators.offByOne,
  operators.equalityFlipped,
  operators.wrongNumber,
  operators.wrongClass,
  operators.logicFlipped,
];

const wordsOfOperations = "operations.js";

const runtimeFiles = [
  "answer.js",
  "auth.js",
  "body.js",
  "concurrency.js",
  "errors.js",
  "file-kinds.js",
  "limits.js",
  "memory-limits.js",
  "multipart.js",
  "passing.js",
  "path.js",
  "query.js",
  "rate-limit.js",
  "retry.js",
  "send.js",
].map((name) => `runtime/${name}`);

/** Faults of a client: the built package with one thing wrong in it, in a copy. */
export class ClientFamily implements MutantFamily<SourceMutant> {
  readonly mutants: readonly SourceMutant[];
  readonly unreached: readonly SourceMutant[];
  readonly #program: MutatedProgram;
  readonly #target: Omit<Target, "client">;
  /** Which cases come by a mutant: the others can't tell. */
  readonly #cases: ReadonlyMap<SourceMutant, readonly ContractCase[]>;

  private constructor(
    program: MutatedProgram,
    cases: ReadonlyMap<SourceMutant, readonly ContractCase[]>,
    target: Omit<Target, "client">,
    readonly close: () => Promise<void>,
  ) {
    this.mutants = program.mutants.filter((one) => cases.has(one));
    this.unreached = program.mutants.filter((one) => !cases.has(one));
    this.#program = program;
    this.#cases = cases;
    this.#target = target;
  }

  /** @param chosen which cases of the suite are made; all unless given */
  static async of(
    specPath: string,
    chosen: (one: ContractCase) => boolean = () => true,
  ): Promise<ClientFamily> {
    const resources = readdirSync("generated/dist/resources").filter((name) => name.endsWith(".js"));
    const program = await MutatedProgram.of({
      family: "client",
      folder: "generated/dist",
      sources: [
        ...[wordsOfOperations, "api.js", "jobs.js", ...resources.map((name) => `resources/${name}`)].map(
          (file) => ({
            file,
            operators: made,
          }),
        ),
        ...runtimeFiles.map((file) => ({ file, operators: runtime })),
      ],
      entry: "index.js",
      firstNumber: 200_000,
    });
    const contract = await loadContract(specPath);
    const sandbox = await startUnlimited({ startSandbox }, await loadSpec(specPath));
    await seedExamples(sandbox.url, contract);
    const proxy = await withViolations(sandbox);
    const recorder = await startRecorder(forwardTo(proxy.url));
    const target = { contract, mockServerUrl: proxy.url, recorder };
    const cases = await coveringCases(program, contractCases(contract).filter(chosen), target);
    const close = async (): Promise<void> => {
      await recorder.stop();
      await proxy.stop();
      await sandbox.close();
    };
    return new ClientFamily(program, cases, target, close);
  }

  async judge(mutant: SourceMutant): Promise<Verdict> {
    let client: ClientModule;
    try {
      client = await this.#program.load<ClientModule>(mutant);
    } catch (error) {
      return { outcome: "caught", by: `can't be loaded: ${String(error)}` };
    }
    for (const one of this.#cases.get(mutant) ?? []) {
      const fault = await faultOfCase(one, { ...this.#target, client });
      if (fault !== null) return { outcome: "caught", by: fault };
    }
    return { outcome: "survived", by: null };
  }
}

/** Runs every case with the client as it is, and notes which places each comes by. */
async function coveringCases(
  program: MutatedProgram,
  cases: readonly ContractCase[],
  target: Omit<Target, "client">,
): Promise<ReadonlyMap<SourceMutant, readonly ContractCase[]>> {
  const covering = new Map<number, ContractCase[]>();
  let client: ClientModule = {};
  const atStart = await program.reachedBy(async () => {
    client = await program.load<ClientModule>(null);
  });
  // What is read when the package is loaded all cases come by; of an operation's own words only its own.
  for (const { number, at } of program.mutants)
    if (atStart.has(number)) {
      const own = cases.filter(({ title }) => at === `${wordsOfOperations} › ${constantOf(title[0])}`);
      covering.set(number, own.length > 0 ? own : [...cases]);
    }
  for (const one of cases) {
    let fault: string | null = null;
    const startedMs = performance.now();
    const reached = await program.reachedBy(async () => {
      fault = await faultOfCase(one, { ...target, client });
    });
    if (fault !== null) throw new Error(`The client without a fault is said to have one: ${fault}`);
    const ms = performance.now() - startedMs;
    durations.set(one, ms);
    for (const number of reached)
      if (!atStart.has(number)) covering.set(number, [...(covering.get(number) ?? []), one]);
  }
  const quickFirst = (a: ContractCase, b: ContractCase): number =>
    (durations.get(a) ?? 0) - (durations.get(b) ?? 0);
  return new Map(
    program.mutants.flatMap((mutant) => {
      const found = covering.get(mutant.number);
      return found ? [[mutant, found.sort(quickFirst)] as const] : [];
    }),
  );
}

/** What the package calls the words of an operation. */
function constantOf(operationId: string): string {
  return operationId.replace(/[^\w$]+(\w)/g, (_, letter: string) => letter.toUpperCase());
}

const durations = new Map<ContractCase, number>();
