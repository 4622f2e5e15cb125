import { readdirSync } from "node:fs";
import type { Target } from "../cases/case.js";
import { answerCases } from "../client-side/answer-cases.js";
import { callCases } from "../client-side/call-cases.js";
import type { Subject } from "../client-side/case.js";
import { loadClientContract } from "../client-side/client-contract.js";
import { jobCases } from "../client-side/job-cases.js";
import { requestCases } from "../client-side/request-cases.js";
import { startWireServer } from "../client-side/wire-server.js";
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

/** A case of the contract suite or of the client's own, for any client. */
interface ClientCase {
  readonly title: readonly string[];
  /** Whether it is left out where it fails without a fault. */
  readonly isOptional: boolean;
  run(client: ClientModule): Promise<void>;
}

/** Faults of a client: the built package with one thing wrong in it, in a copy. */
export class ClientFamily implements MutantFamily<SourceMutant> {
  readonly mutants: readonly SourceMutant[];
  readonly unreached: readonly SourceMutant[];
  readonly #program: MutatedProgram;
  /** Which cases come by a mutant: the others can't tell. */
  readonly #cases: ReadonlyMap<SourceMutant, readonly ClientCase[]>;

  private constructor(
    program: MutatedProgram,
    cases: ReadonlyMap<SourceMutant, readonly ClientCase[]>,
    readonly close: () => Promise<void>,
  ) {
    this.mutants = program.mutants.filter((one) => cases.has(one));
    this.unreached = program.mutants.filter((one) => !cases.has(one));
    this.#program = program;
    this.#cases = cases;
  }

  /** @param chosen which cases of the suite are made; all unless given */
  static async of(
    specPath: string,
    chosen: (one: ClientCase) => boolean = () => true,
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
    const own = await ownCases(specPath);
    const all = [...casesOnSandbox(target), ...own.cases].filter(chosen);
    const cases = await coveringCases(program, all);
    const close = async (): Promise<void> => {
      await own.stop();
      await recorder.stop();
      await proxy.stop();
      await sandbox.close();
    };
    return new ClientFamily(program, cases, close);
  }

  async judge(mutant: SourceMutant): Promise<Verdict> {
    let client: ClientModule;
    try {
      client = await this.#program.load<ClientModule>(mutant);
    } catch (error) {
      return { outcome: "caught", by: `can't be loaded: ${String(error)}` };
    }
    for (const one of this.#cases.get(mutant) ?? []) {
      const fault = await faultOfCase(one, client);
      if (fault !== null) return { outcome: "caught", by: fault };
    }
    return { outcome: "survived", by: null };
  }
}

/** The contract suite, on a server that keeps the contract. */
function casesOnSandbox(target: Omit<Target, "client">): ClientCase[] {
  return contractCases(target.contract).map(({ title, run }) => ({
    title,
    isOptional: false,
    run: (client) => run({ ...target, client }),
  }));
}

/**
 * What the package promises of itself, each of it tried a few times. Its validators are a program of their own, whose errors
 * are not those of the bundle: cases that need them prove nothing here.
 */
async function ownCases(
  specPath: string,
): Promise<{ readonly cases: readonly ClientCase[]; readonly stop: () => Promise<void> }> {
  const contract = await loadClientContract(specPath);
  const server = await startWireServer();
  const run: Subject["run"] = { seed: 1, runs: 4, shrinkMs: 0, patienceMs: 3000 };
  const kinds = [requestCases, callCases, answerCases, jobCases];
  const jobs = new Set(jobCases(contract).map(({ title }) => title.join(" ")));
  const cases = kinds
    .flatMap((casesOf) => casesOf(contract))
    .map(
      ({ title, run: runOn }): ClientCase => ({
        title,
        isOptional: true,
        run: async (whole) => {
          const { main, end } = endable(whole, contract.className);
          await runOn({
            contract,
            client: { main, entry: async () => null },
            server,
            run: jobs.has(title.join(" ")) ? { ...run, runs: 16 } : run,
          }).finally(end);
        },
      }),
    );
  return { cases, stop: () => server.stop() };
}

/** The package with a client that sends nothing more once it is ended: a faulty one may ask for ever, and spoil other cases. */
function endable(whole: ClientModule, className: string): { main: ClientModule; end: () => void } {
  let hasEnded = false;
  const guarded =
    (send: typeof fetch): typeof fetch =>
    (...given) =>
      hasEnded ? new Promise(() => undefined) : send(...given);
  const Client = whole[className] as new (options: object) => object;
  const EndableClient = class extends Client {
    constructor(options: { readonly fetch?: typeof fetch } = {}) {
      super({ ...options, fetch: guarded(options.fetch ?? fetch) });
    }
  };
  return {
    main: { ...whole, [className]: EndableClient },
    end: () => {
      hasEnded = true;
    },
  };
}

/** Runs every case with the client as it is, and notes which places each comes by. */
async function coveringCases(
  program: MutatedProgram,
  cases: readonly ClientCase[],
): Promise<ReadonlyMap<SourceMutant, readonly ClientCase[]>> {
  const covering = new Map<number, ClientCase[]>();
  let client: ClientModule = {};
  const atStart = await program.reachedBy(async () => {
    client = await program.load<ClientModule>(null);
  });
  const sound: { readonly one: ClientCase; readonly reached: ReadonlySet<number> }[] = [];
  for (const one of cases) {
    let fault: string | null = null;
    const startedMs = performance.now();
    const reached = await program.reachedBy(async () => {
      fault = await faultOfCase(one, client);
    });
    if (fault !== null && one.isOptional) continue;
    if (fault !== null) throw new Error(`The client without a fault is said to have one: ${fault}`);
    durations.set(one, performance.now() - startedMs);
    sound.push({ one, reached });
  }
  // What is read when the package is loaded all cases come by; of an operation's own words only its own.
  for (const { number, at } of program.mutants)
    if (atStart.has(number)) {
      const own = sound.filter(
        ({ one }) => at === `${wordsOfOperations} › ${constantOf(one.title[0] ?? "")}`,
      );
      covering.set(
        number,
        (own.length > 0 ? own : sound).map(({ one }) => one),
      );
    }
  // What the contract suite never comes by is not of this contract, and left to the runtime's own tests.
  const ofContract = new Set(sound.flatMap(({ one, reached }) => (one.isOptional ? [] : [...reached])));
  for (const { one, reached } of sound)
    for (const number of reached)
      if (!atStart.has(number) && ofContract.has(number))
        covering.set(number, [...(covering.get(number) ?? []), one]);
  const quickFirst = (a: ClientCase, b: ClientCase): number =>
    (durations.get(a) ?? 0) - (durations.get(b) ?? 0);
  return new Map(
    program.mutants.flatMap((mutant) => {
      const found = covering.get(mutant.number);
      if (!found) return [];
      // What is said of jobs only the package's own cases look at.
      const isOfJobs = (one: ClientCase): number => Number(mutant.at.startsWith("jobs.js") && one.isOptional);
      found.sort((a, b) => isOfJobs(b) - isOfJobs(a) || quickFirst(a, b));
      return [[mutant, found] as const];
    }),
  );
}

/** What the package calls the words of an operation. */
function constantOf(operationId: string): string {
  return operationId.replace(/[^\w$]+(\w)/g, (_, letter: string) => letter.toUpperCase());
}

const durations = new Map<ClientCase, number>();
