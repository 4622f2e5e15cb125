import { setMaxListeners } from "node:events";
import { allChecks } from "../checks/all-checks.js";
import type { Check, Means, ScenarioOptions } from "../checks/check.js";
import { withoutKey, withWrongKey, wrongKey } from "../checks/ignored-auth.js";
import { type Exchange, type HttpRequest, headerOf, type VerifyCase } from "./case.js";
import { generatedCases, systematicCases } from "./case-order.js";
import { Connection, ConnectionError, NoAnswerError } from "./connection.js";
import { withCredentials } from "./credentials.js";
import { Findings } from "./findings.js";
import { CaseMaker } from "./make-cases.js";
import { type Clock, Pacer, realClock, retryAfterMs } from "./pacer.js";
import { redactorOf } from "./redact.js";
import { reportOf, type VerifyReport } from "./report.js";
import { mostDifferentFirst, shrinkFinding } from "./shrink-finding.js";
import type { VerifiedContract, VerifiedOperation } from "./verified-contract.js";

export interface VerifyOptions {
  readonly target: string;
  /** They share the work. */
  readonly keys: readonly string[];
  /** Operations that may cost are left out. */
  readonly readsOnly: boolean;
  readonly operationIds: readonly string[];
  /** Names of checks; empty: all. */
  readonly checks: readonly string[];
  readonly seed: number;
  readonly maxCases: number;
  readonly maxTimeMs: number;
  readonly workers: number;
  readonly timeoutMs: number;
  /** Whether to wait before a rate limit is reached, and leave out what uses a limit up. */
  readonly keepsRateLimits: boolean;
  readonly scenario: ScenarioOptions;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Is told of each exchange, with the request as it was sent. */
  readonly onExchange?: (exchange: Exchange, sent: HttpRequest) => void;
  readonly clock?: Clock;
}

export interface Progress {
  readonly phase: string;
  readonly sent: number;
  readonly findings: number;
}

/** Requests spent on making one finding smaller, and on all of them. */
const mostSteps = 80;
const mostStepsOfAll = 2000;
/** A refused request waits this often for its turn. */
const mostRetries = 2;
/** A server that can't be reached so often, one time after the other, is gone. */
const mostUnreachable = 20;
/** What is told of a request that was not answered. */
const noResponse = { status: 0, headers: [], body: Buffer.alloc(0) };

/**
 * Runs a contract against a server. Throws `ConnectionError` when the server can't be reached at all; everything else that
 * goes wrong is in the report.
 */
export async function verify(contract: VerifiedContract, options: VerifyOptions): Promise<VerifyReport> {
  return new Run(contract, options).all();
}

class Run {
  readonly #contract: VerifiedContract;
  readonly #options: VerifyOptions;
  readonly #checks: readonly Check[];
  readonly #clock: Clock;
  readonly #connection: Connection;
  readonly #pacer: Pacer;
  readonly #findings = new Findings();
  readonly #history: Exchange[] = [];
  /** Sent and received, by operation. */
  readonly #bytes = new Map<string, number>();
  readonly #makers = new Map<string, CaseMaker>();
  readonly #skipped = new Map<string, string>();
  readonly #notes: string[] = [];
  readonly #begun: number;
  readonly #stop = new AbortController();
  #phase = "starting";
  #unreachable = 0;
  #stopped: VerifyReport["stopped"] = null;

  constructor(contract: VerifiedContract, options: VerifyOptions) {
    this.#contract = contract;
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.#begun = this.#clock.now();
    this.#checks = allChecks.filter(
      ({ name }) => options.checks.length === 0 || options.checks.includes(name),
    );
    this.#connection = new Connection(options.target, options.workers, options.timeoutMs);
    this.#pacer = new Pacer(this.#clock, options.keys.length, options.keepsRateLimits);
  }

  async all(): Promise<VerifyReport> {
    const { signal } = this.#options;
    setMaxListeners(0, this.#stop.signal); // each request in flight listens
    const stop = (): void => this.#end("interrupted");
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    const startedAt = new Date();
    // Whoever waits for a limit must not wait longer than there is time.
    const timeUp = this.#clock.sleep(this.#options.maxTimeMs, this.#stop.signal);
    void timeUp.then(() => this.#stop.signal.aborted || this.#end("max-time"));
    try {
      const operations = await this.#operations();
      const makers = operations.map((one) => this.#maker(one));
      const onObstacle = (id: string, why: string): void =>
        this.#note(`${id}: some cases can't be made: ${why}`);
      await this.#reach(operations);
      await this.#pool("systematic cases", systematicCases(makers, this.#checks, this.#contract, onObstacle));
      await this.#scenarios(operations, (check) => check.name !== "rate_limit_conformance");
      await this.#pool(
        "generated cases",
        generatedCases(makers, (id) => this.#bytes.get(id) ?? 0, onObstacle),
      );
      await this.#shrink();
      await this.#scenarios(operations, (check) => check.name === "rate_limit_conformance");
    } finally {
      signal.removeEventListener("abort", stop);
      this.#stop.abort();
      this.#connection.close();
    }
    return reportOf({
      contract: this.#contract,
      target: this.#options.target,
      seed: this.#options.seed,
      startedAt,
      durationMs: this.#elapsedMs(),
      stopped: this.#stopped,
      checks: this.#checks,
      findings: this.#findings,
      history: this.#history,
      skipped: this.#skipped,
      notes: this.#notes,
      redact: redactorOf([...this.#options.keys, this.#options.scenario.webhookSecret ?? ""]),
    });
  }

  /** Those that may be run and whose cases can be made. */
  async #operations(): Promise<VerifiedOperation[]> {
    const { operationIds, readsOnly } = this.#options;
    const unknown = operationIds.filter((id) => !this.#contract.operations.some((one) => one.id === id));
    if (unknown.length > 0)
      throw new Error(
        `The spec has no operation ${unknown.join(", ")}; it has ${this.#contract.operations.map(({ id }) => id).join(", ")}.`,
      );
    const chosen: VerifiedOperation[] = [];
    for (const operation of this.#contract.operations) {
      if (operationIds.length > 0 && !operationIds.includes(operation.id)) continue;
      await new Promise(setImmediate); // large schemas take their time, and a signal must get through
      const why = !this.#mayGoOn()
        ? "there was no time left"
        : readsOnly && !operation.isRead
          ? "it may create something, and cost"
          : this.#maker(operation).obstacle;
      if (why === null) chosen.push(operation);
      else this.#skipped.set(operation.id, why);
    }
    return chosen;
  }

  #maker(operation: VerifiedOperation): CaseMaker {
    const known =
      this.#makers.get(operation.id) ?? new CaseMaker(this.#contract, operation, this.#options.seed);
    this.#makers.set(operation.id, known);
    return known;
  }

  /** The first request decides whether there is a server at all. */
  async #reach([operation]: readonly VerifiedOperation[]): Promise<void> {
    if (!operation) return;
    const maker = this.#maker(operation);
    const first = maker.case(maker.least(), { intent: "probe", source: "reach", what: "is there a server" });
    const sentAtMs = this.#elapsedMs();
    try {
      const response = await this.#connection.send(this.#withKey(first, 0), this.#stop.signal);
      // It counts for the server's limits as any other does.
      const answeredAtMs = this.#elapsedMs();
      this.#history.push({ case: first, response, sentAtMs, answeredAtMs, keyIndex: 0, failure: null });
    } catch (error) {
      const isAnother = error instanceof NoAnswerError && error.why !== "not HTTP"; // it is found by the cases
      if (this.#stop.signal.aborted || isAnother) return;
      throw new ConnectionError(`${this.#options.target} can't be reached: ${reasonOf(error)}`);
    }
  }

  async #pool(phase: string, cases: Iterator<VerifyCase>): Promise<void> {
    this.#phase = phase;
    const worker = async (): Promise<void> => {
      while (this.#mayGoOn()) {
        const { value, done } = cases.next();
        if (done) return;
        await this.#try(value);
        if (this.#history.length % 20 === 0) await new Promise(setImmediate); // signals and timers want their turn
      }
    };
    await Promise.all(Array.from({ length: this.#options.workers }, worker));
  }

  #mayGoOn(): boolean {
    if (this.#stop.signal.aborted) return false;
    if (this.#elapsedMs() >= this.#options.maxTimeMs) this.#end("max-time");
    else if (this.#history.length < this.#options.maxCases) return true;
    return false;
  }

  #end(why: NonNullable<VerifyReport["stopped"]>): void {
    this.#stopped ??= why;
    this.#stop.abort();
  }

  #elapsedMs(): number {
    return this.#clock.now() - this.#begun;
  }

  async #try(one: VerifyCase): Promise<Exchange | null> {
    const exchange = await this.#send(one);
    if (!exchange) return null;
    this.#judge(exchange);
    return exchange.failure ? null : exchange;
  }

  #judge(exchange: Exchange): void {
    for (const check of this.#checks) {
      const verdict = this.#verdict(check, exchange);
      if (verdict !== undefined) this.#findings.add(check, verdict, exchange);
    }
    const progress = {
      phase: this.#phase,
      sent: this.#history.length,
      findings: this.#findings.all().length,
    };
    this.#options.onProgress?.(progress);
  }

  #verdict(check: Check, exchange: Exchange): string | null | undefined {
    if (exchange.failure && !check.judgesNoAnswer) return undefined;
    try {
      return check.judge?.(exchange, { contract: this.#contract, history: this.#history });
    } catch (error) {
      // A validator gives up on some schemas that ask for themselves without end.
      this.#note(`${exchange.case.operation.id}: ${check.name} can't be judged: ${reasonOf(error)}`);
      return undefined;
    }
  }

  /** `null`: the run is over, or the server can't be reached any more; the latter is noted. */
  async #send(one: VerifyCase): Promise<Exchange | null> {
    const limits = one.operation.rateLimits;
    for (let attempt = 0; ; attempt++) {
      const key = await this.#pacer.admit(limits, this.#stop.signal);
      if (this.#stop.signal.aborted) return null;
      const sentAtMs = this.#elapsedMs();
      let exchange: Exchange;
      try {
        const sent = this.#withKey(one, key);
        const response = await this.#connection.send(sent, this.#stop.signal);
        const answeredAtMs = this.#elapsedMs();
        exchange = { case: one, response, sentAtMs, answeredAtMs, keyIndex: key, failure: null };
        this.#unreachable = 0;
        this.#options.onExchange?.(exchange, sent);
      } catch (error) {
        if (this.#stop.signal.aborted) return null;
        if (!(error instanceof NoAnswerError)) return this.#lost(one, error);
        const failure = { why: error.why, text: error.message };
        const answeredAtMs = this.#elapsedMs();
        exchange = { case: one, response: noResponse, sentAtMs, answeredAtMs, keyIndex: key, failure };
      }
      this.#history.push(exchange);
      const { id } = one.operation;
      const bytes = (one.request.body?.length ?? 0) + exchange.response.body.length;
      this.#bytes.set(id, (this.#bytes.get(id) ?? 0) + bytes);
      if (!this.#mustWait(one, exchange, key) || attempt >= mostRetries || !this.#mayGoOn()) return exchange;
    }
  }

  /** A server that was there a moment ago may have fallen over what it was sent; the request that did it is found by itself. */
  #lost(one: VerifyCase, error: unknown): null {
    this.#note(`${one.operation.id}, ${one.what}: ${reasonOf(error)}`);
    this.#unreachable++;
    if (this.#unreachable >= mostUnreachable) this.#end("unreachable");
    return null;
  }

  /** Whether a refusal says when to come again; if so the key rests so long. */
  #mustWait(one: VerifyCase, { response }: Exchange, key: number): boolean {
    if (response.status !== 429 && response.status !== 503) return false;
    if (one.source === "rate_limit_conformance" || one.source === "concurrency_conformance") return false;
    const isFull = this.#contract.concurrencyCodes.some((code) => response.body.includes(`"${code}"`));
    const ms = retryAfterMs(headerOf(response.headers, "retry-after"));
    // Whether there is room for another job is not a matter of this key's pace, but of time that a run does not have.
    if (ms === null || (isFull && !this.#options.keepsRateLimits)) return false;
    this.#pacer.rest(key, ms);
    return true;
  }

  #withKey(one: VerifyCase, index: number): HttpRequest {
    const { operation, request, source, what } = one;
    const isAuthCase = source === "ignored_auth";
    const key = isAuthCase && what === withWrongKey ? wrongKey : this.#options.keys[index];
    if (key === undefined || (isAuthCase && what === withoutKey)) return request;
    return withCredentials(request, operation.credentials[0] ?? [], key);
  }

  async #scenarios(
    operations: readonly VerifiedOperation[],
    chosen: (check: Check) => boolean,
  ): Promise<void> {
    for (const check of this.#checks.filter(chosen))
      for (const scenario of check.scenarios?.(this.#contract) ?? []) {
        const usesUp = check.name === "rate_limit_conformance" && this.#options.keepsRateLimits;
        if (
          !operations.includes(scenario.operation) ||
          (scenario.writes && this.#options.readsOnly) ||
          usesUp
        )
          continue;
        if (this.#stop.signal.aborted) return;
        this.#phase = `${check.name}, ${scenario.what}`;
        await scenario.run(this.#means(check));
      }
  }

  #means(check: Check): Means {
    return {
      contract: this.#contract,
      maker: (operation) => this.#maker(operation),
      send: (one) => this.#try(one),
      history: () => this.#history,
      sleep: (ms) => this.#clock.sleep(ms, this.#stop.signal),
      tell: (fault, exchanges) => {
        const last = exchanges.at(-1);
        if (last) this.#findings.add(check, fault, last);
      },
      options: this.#options.scenario,
    };
  }

  /** Looks for less that shows the same, for each finding that a single request shows. */
  async #shrink(): Promise<void> {
    this.#phase = "shrinking";
    let left = mostStepsOfAll;
    for (const finding of mostDifferentFirst(this.#findings.all())) {
      // What takes as long as an answer may take is not tried over and over.
      if (!finding.check.judge || finding.exchange.failure?.why === "too late") continue;
      const { fault, exchange, steps } = await shrinkFinding(
        this.#contract,
        finding,
        Math.min(left, mostSteps),
        (one) => this.#send(one),
        (seen) => this.#verdict(finding.check, seen),
      );
      if (exchange !== finding.exchange) this.#findings.replace(finding, fault, exchange);
      left -= steps;
      if (left <= 0 || this.#stop.signal.aborted || this.#elapsedMs() > this.#options.maxTimeMs) return;
    }
  }

  #note(text: string): void {
    if (this.#notes.length < 50) this.#notes.push(text);
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return message || code || String(error);
}
