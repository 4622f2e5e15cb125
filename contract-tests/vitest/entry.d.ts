/** The types of `specwright/vitest`. */

/** Something that answers requests as the web's platforms do: an app of Hono and its like. */
export interface FetchApp {
  fetch(request: Request): Response | Promise<Response>;
}

/** A server that was started for the tests. */
export interface StartedServer {
  readonly url: string | URL;
  /** Called when the tests are done. */
  close?(): unknown;
}

/** The address of a server, an app that is served on a free port, or what starts either. */
export type ContractTestTarget =
  | string
  | URL
  | FetchApp
  | (() => string | URL | FetchApp | StartedServer | Promise<string | URL | FetchApp | StartedServer>);

/** A check that is left out: of one operation, or of all. */
export interface SkippedCheck {
  readonly check: string;
  readonly operation?: string;
  /** Stands beside the skipped test. */
  readonly because: string;
}

export interface ContractTestOptions {
  /** The spec's root file or its folder; a path from the working folder, or a `file:` URL. */
  readonly spec: string | URL;
  readonly target: ContractTestTarget;
  /** Title of the tests; left out: the spec's path. */
  readonly name?: string;
  /** The API key; several share the work. Left out: the environment variable that the spec names, or `SPECWRIGHT_API_KEY`. */
  readonly key?: string | readonly string[];
  /** `"reads"` leaves out all operations that could cost. A server that is not this machine gets only reads anyway. */
  readonly only?: "reads";
  /** Creates things on a server that is not this machine, too. */
  readonly allowWrites?: boolean;
  /** Doesn't keep to the contract's rate limits on such a server. */
  readonly ignoreRateLimits?: boolean;
  /** Ids of the operations to be tested; left out: all. */
  readonly operations?: readonly string[];
  /** Names of the checks to be made; left out: all. */
  readonly checks?: readonly string[];
  readonly skip?: readonly SkippedCheck[];
  /** Makes the same cases each time; 1 unless given. */
  readonly seed?: number;
  /** Most requests for one operation, not counting those that scenarios take; 200 unless given. */
  readonly maxCases?: number;
  /** Longest time for one operation; 60,000 unless given. */
  readonly maxTimeMs?: number;
  /** Longest time for one answer; 10,000 unless given. */
  readonly timeoutMs?: number;
  /** Requests at a time; 8 unless given. */
  readonly workers?: number;
  /** Name of the plan that the key is on, where the spec has plans. */
  readonly plan?: string;
  /** What webhooks are signed with; left out: `SPECWRIGHT_WEBHOOK_SECRET`. */
  readonly webhookSecret?: string;
}

/**
 * Registers a test for each operation and check of a contract, which hold a server against it. A test that fails tells the
 * smallest request that shows the fault, as a line for curl and as a call of the client.
 */
export declare function contractTest(options: ContractTestOptions): void;
