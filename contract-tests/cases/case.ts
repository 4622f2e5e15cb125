import type { ClientModule } from "../support/call.js";
import type { Contract, Operation } from "../support/contract.js";
import type { Recorder } from "../support/recorder.js";

/** What the cases run against. */
export interface Target {
  readonly contract: Contract;
  readonly client: ClientModule;
  readonly mockServerUrl: string;
  /** Hands what the client sends on to the mock server. */
  readonly recorder: Recorder;
}

/**
 * One thing the contract says, to be seen on the wire. Cases are data before they are tests, so that a test can also
 * ask which there are, and whether one fails when it should.
 */
export interface ContractCase {
  /** Id of the operation, then ever closer. */
  readonly title: readonly [operation: string, ...rest: string[]];
  /** JSON pointers of the limits this case tests. */
  readonly limits?: readonly string[];
  run(target: Target): Promise<void>;
}

export type CasesOf = (contract: Contract, operation: Operation) => ContractCase[];
