import { allChecks } from "../checks/all-checks.js";
import type { Check, Means } from "../checks/check.js";
import { withoutKey, withWrongKey, wrongKey } from "../checks/ignored-auth.js";
import type { Exchange, VerifyCase } from "../verify/case.js";
import { systematicCases } from "../verify/case-order.js";
import { Connection } from "../verify/connection.js";
import { withCredentials } from "../verify/credentials.js";
import { CaseMaker } from "../verify/make-cases.js";
import type { VerifiedContract } from "../verify/verified-contract.js";

/** A server that a contract is held against, whose time can be moved. */
export interface JudgedServer {
  readonly url: string;
  readonly key: string;
  /** Name of the key's plan; `null`: it has no limit of jobs. */
  readonly plan: string | null;
  readonly webhookSecret: string;
  nowMs(): number;
  advance(ms: number): Promise<void>;
}

/** Requests in flight at once. */
const workers = 4;
const timeoutMs = 30_000;
const longEnoughMs = 60 * 60 * 1000;
/** What uses a limit up, and so needs a server of its own. */
const partOf: Readonly<Record<string, string>> = {
  concurrency_conformance: "jobs",
  plan_conformance: "jobs",
  rate_limit_conformance: "rates",
};

/**
 * The cases and checks of `specwright verify`, on many servers one after another: cases are made once, time is the server's
 * own, and the first fault ends it.
 */
export class ServerSuite {
  readonly #contract: VerifiedContract;
  readonly #checks: readonly Check[];
  readonly #makers: ReadonlyMap<string, CaseMaker>;
  readonly #cases: readonly VerifyCase[];

  /** @param checks which are made; all unless given */
  constructor(contract: VerifiedContract, checks: readonly Check[] = allChecks) {
    this.#contract = contract;
    this.#checks = checks;
    this.#makers = new Map(
      contract.operations.map((operation) => [operation.id, new CaseMaker(contract, operation, 1)]),
    );
    this.#cases = [...systematicCases([...this.#makers.values()], checks, contract, () => undefined)];
  }

  /**
   * What the server does wrong; `null`: nothing.
   *
   * @param part plain requests; scenarios; or what uses up the jobs of a plan, or a rate, after which nothing gets through
   */
  async faultOf(
    server: JudgedServer,
    part: "cases" | "scenarios" | "jobs" | "rates",
  ): Promise<string | null> {
    const run = new Run(this.#contract, this.#checks, this.#makers, server);
    try {
      if (part === "cases") return await run.cases(this.#cases);
      return await run.scenarios(({ name }) => (partOf[name] ?? "scenarios") === part);
    } finally {
      run.close();
    }
  }
}

class Run {
  readonly #contract: VerifiedContract;
  readonly #checks: readonly Check[];
  readonly #makers: ReadonlyMap<string, CaseMaker>;
  readonly #server: JudgedServer;
  readonly #connection: Connection;
  readonly #history: Exchange[] = [];
  readonly #stop = new AbortController();
  readonly #begunMs: number;
  #fault: string | null = null;

  constructor(
    contract: VerifiedContract,
    checks: readonly Check[],
    makers: ReadonlyMap<string, CaseMaker>,
    server: JudgedServer,
  ) {
    this.#contract = contract;
    this.#checks = checks;
    this.#makers = makers;
    this.#server = server;
    this.#begunMs = server.nowMs();
    this.#connection = new Connection(server.url, 8, timeoutMs);
  }

  close(): void {
    this.#stop.abort();
    this.#connection.close();
  }

  async cases(cases: readonly VerifyCase[]): Promise<string | null> {
    let next = 0;
    const worker = async (): Promise<void> => {
      while (this.#fault === null) {
        const one = cases[next++];
        if (!one) return;
        await this.#send(one);
      }
    };
    await Promise.all(Array.from({ length: workers }, worker));
    return this.#fault;
  }

  async scenarios(chosen: (check: Check) => boolean): Promise<string | null> {
    for (const check of this.#checks.filter(chosen))
      for (const scenario of check.scenarios?.(this.#contract) ?? []) {
        if (check.name in partOf) await this.#server.advance(longEnoughMs); // limits are whole again
        await scenario.run(this.#means(check));
        if (this.#fault !== null) return this.#fault;
      }
    return null;
  }

  #means(check: Check): Means {
    const { plan, webhookSecret } = this.#server;
    return {
      contract: this.#contract,
      maker: ({ id }) => this.#makers.get(id) as CaseMaker,
      send: (one) => this.#send(one),
      history: () => this.#history,
      sleep: (ms) => this.#server.advance(ms),
      tell: (fault) => {
        if (fault !== null) this.#note(check.name, fault);
      },
      options: { plan, webhookSecret, isLocal: true },
    };
  }

  async #send(one: VerifyCase): Promise<Exchange | null> {
    if (this.#fault !== null) return null;
    const sentAtMs = this.#server.nowMs() - this.#begunMs;
    const { operation, source, what } = one;
    const isAuthCase = source === "ignored_auth";
    const key = isAuthCase && what === withWrongKey ? wrongKey : this.#server.key;
    const request =
      isAuthCase && what === withoutKey
        ? one.request
        : withCredentials(one.request, operation.credentials[0] ?? [], key);
    let exchange: Exchange;
    try {
      const response = await this.#connection
        .send(request, this.#stop.signal)
        .catch(() => this.#connection.send(request, this.#stop.signal)); // a busy machine may lose one
      const answeredAtMs = this.#server.nowMs() - this.#begunMs;
      exchange = { case: one, response, sentAtMs, answeredAtMs, keyIndex: 0, failure: null };
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#note("no answer", `${operation.id}: ${String(error)}`);
      return null;
    }
    this.#history.push(exchange);
    for (const check of this.#checks) {
      const verdict = check.judge?.(exchange, { contract: this.#contract, history: this.#history });
      if (typeof verdict === "string") this.#note(check.name, `${operation.id}, ${what}: ${verdict}`);
    }
    return exchange;
  }

  #note(check: string, fault: string): void {
    this.#fault ??= `${check}: ${fault}`;
  }
}
