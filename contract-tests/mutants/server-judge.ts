import * as client from "sync-api-client";
import type { ContractCase, Target } from "../cases/case.js";
import type { Check } from "../checks/check.js";
import { contractCases } from "../contract-suite.js";
import type { LoadedSpec, Sandbox } from "../sandbox/start-sandbox.js";
import { withViolations } from "../sandbox/testing/with-violations.js";
import { type Contract, loadContract } from "../support/contract.js";
import { forwardTo, type Recorder, startRecorder } from "../support/recorder.js";
import { loadVerifiedContract, type VerifiedContract } from "../verify/verified-contract.js";
import { judged, type SandboxModule, seedExamples, startLimited, startUnlimited } from "./sandbox-server.js";
import { ServerSuite } from "./server-suite.js";

/** Stands between a sandbox and the suite, and answers in its own way. */
export type Between = (url: string) => Promise<Recorder>;

interface JudgeOptions {
  readonly between?: Between | null;
  /** Cases of the contract suite that are likely to notice it: they go first. */
  readonly first?: (one: ContractCase) => boolean;
  /** Which part of the suite is the likeliest to notice it. */
  readonly begin?: Part;
}

/** Single requests and the contract suite; several requests one after another; what uses limits up. */
export type Part = "cases" | "scenarios" | "limits";

/**
 * The whole suite on one server after another, cheap parts first: the cases of `verify`, those of the contract suite by the
 * true client, and what uses limits up. The contract it judges by is always the true one.
 */
export class ServerJudge {
  readonly contract: VerifiedContract;
  readonly #suite: ServerSuite;
  readonly #read: Contract;
  readonly #cases: readonly ContractCase[];
  /** Each with its limits. */
  readonly #plans: readonly (string | null)[];
  /** Cases that a server has no part in. */
  readonly #withoutServer = new Set<ContractCase>();

  private constructor(contract: VerifiedContract, read: Contract, checks: readonly Check[] | undefined) {
    this.contract = contract;
    this.#read = read;
    this.#suite = new ServerSuite(contract, checks);
    this.#cases = checks ? [] : contractCases(read);
    this.#plans = contract.plans.length === 0 ? [null] : contract.plans.map(({ name }) => name);
  }

  /** @param checks of `verify`, and no more; the whole suite unless given */
  static async of(specPath: string, checks?: readonly Check[]): Promise<ServerJudge> {
    return new ServerJudge(await loadVerifiedContract(specPath), await loadContract(specPath), checks);
  }

  /** What is wrong with a server that this module and contract make; `null`: nothing that the suite can tell. */
  async faultOf(
    module: SandboxModule,
    load: () => Promise<LoadedSpec>,
    { between = null, first = () => false, begin = "cases" }: JudgeOptions = {},
  ): Promise<string | null> {
    const open: (() => Promise<void>)[] = [];
    try {
      const spec = await load();
      const sandbox = await startUnlimited(module, spec);
      open.unshift(() => sandbox.close());
      const front = between && (await between(sandbox.url));
      if (front) open.unshift(() => front.stop());
      const server = { ...judged(sandbox, null), ...(front && { url: front.url }) };
      const ofLimits = async (): Promise<string | null> => {
        for (const plan of this.#plans) {
          const limited = await startLimited(module, spec, plan);
          open.unshift(() => limited.close());
          const keyed = judged(limited, plan);
          const isLast = plan === this.#plans.at(-1);
          const fault =
            (await this.#suite.faultOf(keyed, "jobs")) ??
            (isLast ? await this.#suite.faultOf(keyed, "rates") : null);
          if (fault !== null) return fault;
        }
        return null;
      };
      const parts: Readonly<Record<Part, () => Promise<string | null>>> = {
        cases: async () =>
          (await this.#faultOfCases(sandbox, server.url, first)) ??
          (await this.#suite.faultOf(server, "cases")) ??
          (await this.#faultOfCases(sandbox, server.url, (one) => !first(one))),
        scenarios: () => this.#suite.faultOf(server, "scenarios"),
        limits: ofLimits,
      };
      for (const part of new Set<Part>([begin, "cases", "scenarios", "limits"])) {
        const fault = await parts[part]();
        if (fault !== null) return fault;
      }
      return null;
    } catch (error) {
      return `does not start: ${error instanceof Error ? error.message : String(error)}`;
    } finally {
      for (const close of open) await close();
    }
  }

  /** The contract suite, by the true client. */
  async #faultOfCases(
    sandbox: Sandbox,
    url: string,
    chosen: (one: ContractCase) => boolean,
  ): Promise<string | null> {
    const cases = this.#cases.filter((one) => chosen(one) && !this.#withoutServer.has(one));
    if (cases.length === 0) return null;
    await seedExamples(sandbox.url, this.#read);
    const proxy = await withViolations(Object.create(sandbox, { url: { value: url } }) as Sandbox);
    const recorder = await startRecorder(forwardTo(proxy.url));
    const target: Target = { contract: this.#read, client, mockServerUrl: proxy.url, recorder };
    try {
      for (const one of cases) {
        const before = sandbox.requests.at(-1);
        const fault = await faultOfCase(one, target);
        if (fault !== null) return fault;
        if (sandbox.requests.at(-1) === before) this.#withoutServer.add(one);
      }
      return null;
    } finally {
      await recorder.stop();
      await proxy.stop();
    }
  }
}

/** What a case of the suite says against a target, twice: a busy machine may lose a connection once. `null`: nothing. */
export async function faultOfCase<On>(one: CaseOn<On>, target: On): Promise<string | null> {
  return (await faultOnce(one, target)) === null ? null : faultOnce(one, target);
}

/** A case of any suite, and what it is run against. */
interface CaseOn<On> {
  readonly title: readonly string[];
  run(target: On): Promise<void>;
}

async function faultOnce<On>({ title, run }: CaseOn<On>, target: On): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`has not ended after ${longestCaseMs} ms`)), longestCaseMs);
  });
  try {
    await Promise.race([run(target), tooLong]);
    return null;
  } catch (error) {
    const [said = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    return `${title.join(" › ")}: ${said}`;
  } finally {
    clearTimeout(timer);
  }
}

/** A client may wait for ever; the cases themselves take milliseconds. */
export const longestCaseMs = 30_000;
