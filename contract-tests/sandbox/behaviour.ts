import type { Clock } from "./clock.js";
import type { Jobs } from "./jobs.js";
import type { Key } from "./keys.js";
import type { MonthlyJobs } from "./monthly-jobs.js";
import type { ParameterValues } from "./parameters.js";
import type { Random } from "./random.js";
import type { ReceivedFile } from "./read-multipart.js";
import type { Answer, Reason } from "./refusal.js";
import type { SandboxContract, SandboxOperation } from "./sandbox-contract.js";
import type { Validators } from "./validators.js";

/** A request that the contract allows. */
export interface Accepted {
  readonly operation: SandboxOperation;
  readonly key: Key;
  readonly parameters: ParameterValues;
  /** The body as its schema speaks of it; `undefined` without one. */
  readonly body: unknown;
  readonly files: readonly ReceivedFile[];
}

/** What an operation does with a request that the contract allows. It must not wait: what it counts, it counts at once. */
export type Behaviour = (accepted: Accepted) => Answer;

/** What behaviours work with. */
export interface Surroundings {
  readonly contract: SandboxContract;
  readonly validators: Validators;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly monthlyJobs: MonthlyJobs;
  readonly random: Random;
  readonly newId: () => string;
  /** Where the sandbox listens. */
  readonly url: () => string;
  /** How much faster than the API jobs are. */
  readonly speed: () => number;
  readonly refuse: (operation: SandboxOperation | null, reason: Reason) => Answer;
  /** The outcome that a scenario wants for the next job, if one does. */
  readonly wantedOutcome: (operationId: string) => string | null;
}

export function answerJson(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { ...jsonHeaders, ...headers },
    body: JSON.stringify(body),
    rule: null,
    faults: [],
  };
}

/** @param body JSON already */
export function answerText(status: number, body: string): Answer {
  return { status, headers: jsonHeaders, body, rule: null, faults: noFaults };
}

const jsonHeaders: Readonly<Record<string, string>> = { "content-type": "application/json" };
const noFaults: Answer["faults"] = [];
