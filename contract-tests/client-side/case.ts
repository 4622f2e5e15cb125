import type { ClientModule } from "../support/call.js";
import type { ClientContract } from "./client-contract.js";
import type { Run } from "./property.js";
import type { WireServer } from "./wire-server.js";

/** A package that was generated from the contract. */
export interface ClientPackage {
  /** What the package exports. */
  readonly main: ClientModule;
  /** What one of its further entries exports, such as `webhooks`; `null` where it has none of that name. */
  readonly entry: (name: string) => Promise<ClientModule | null>;
}

/** What the cases run against. */
export interface Subject {
  readonly contract: ClientContract;
  readonly client: ClientPackage;
  readonly server: WireServer;
  readonly run: Run;
}

/** One promise of the package. Cases are data before they are tests, so that a test can ask whether one fails when it should. */
export interface ClientSideCase {
  /** Id of the operation, or what else it is about, then ever closer. */
  readonly title: readonly [subject: string, ...rest: string[]];
  run(subject: Subject): Promise<void>;
}

export type CasesOf = (contract: ClientContract) => ClientSideCase[];
