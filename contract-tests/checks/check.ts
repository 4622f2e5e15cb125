import type { Exchange, VerifyCase } from "../verify/case.js";
import type { CaseMaker } from "../verify/make-cases.js";
import type { VerifiedContract, VerifiedOperation } from "../verify/verified-contract.js";

export type Severity = "error" | "warning";

/** What a check knows besides the exchange itself. */
export interface Surroundings {
  readonly contract: VerifiedContract;
  /** All exchanges so far, oldest first, this one included. */
  readonly history: readonly Exchange[];
}

/** One promise of a contract, held against what a server does. */
export interface Check {
  /** Schemathesis' name where it has one. */
  readonly name: string;
  readonly severity: Severity;
  /** What is promised, in a line. */
  readonly promise: string;
  /** Requests that only this check asks for. */
  cases?(maker: CaseMaker, contract: VerifiedContract): readonly VerifyCase[];
  /** Whether a request without an answer is of its concern, too. */
  readonly judgesNoAnswer?: boolean;
  /** Judges one exchange: what is wrong, in a sentence; `null` when nothing is; `undefined` when it is no concern of this check. */
  judge?(exchange: Exchange, surroundings: Surroundings): string | null | undefined;
  /** Several requests one after another, whose answers only mean something together. */
  scenarios?(contract: VerifiedContract): readonly Scenario[];
}

export interface Scenario {
  readonly what: string;
  readonly operation: VerifiedOperation;
  /** Whether something may be created, and cost. */
  readonly writes: boolean;
  run(means: Means): Promise<void>;
}

/** What a scenario works with. */
export interface Means {
  readonly contract: VerifiedContract;
  maker(operation: VerifiedOperation): CaseMaker;
  /** Sends a request; all checks judge the exchange, too. `null`: the run is over. */
  send(one: VerifyCase): Promise<Exchange | null>;
  history(): readonly Exchange[];
  sleep(ms: number): Promise<void>;
  /** Says that the check was made, and what is wrong, if anything; with the exchanges that show it. */
  tell(fault: string | null, exchanges: readonly Exchange[]): void;
  readonly options: ScenarioOptions;
}

export interface ScenarioOptions {
  /** Name of the plan the key is on, where it is known. */
  readonly plan: string | null;
  /** What webhooks are signed with, where it is known. */
  readonly webhookSecret: string | null;
  /** Whether the server can reach this machine, and so call a webhook. */
  readonly isLocal: boolean;
}
