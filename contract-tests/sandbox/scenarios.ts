import { answerOf } from "./prefer.js";
import type { Answer } from "./refusal.js";
import { sample } from "./sample.js";
import type { SandboxOperation } from "./sandbox-contract.js";

/** What is to happen to the next requests. */
export interface Scenario {
  /** Which operation it is about; all, if none is named. */
  readonly operation: string | null;
  /** How jobs end: a status, a code, or `rejected/<code>`. */
  readonly outcome: string | null;
  /** A declared status to answer with instead. */
  readonly status: number | null;
  /** One of its examples. */
  readonly example: string | null;
  times: number;
}

/** What tests want to happen, each so many times. */
export class Scenarios {
  #scenarios: Scenario[] = [];

  /** @throws Error if it says nothing that can be done */
  add(given: Readonly<Record<string, unknown>>, operations: readonly SandboxOperation[]): Scenario {
    const text = (name: string): string | null =>
      typeof given[name] === "string" ? (given[name] as string) : null;
    const scenario: Scenario = {
      operation: text("operation"),
      outcome: text("outcome"),
      status: typeof given["status"] === "number" ? given["status"] : null,
      example: text("example"),
      times: typeof given["times"] === "number" && given["times"] > 0 ? given["times"] : 1,
    };
    const unknown = Object.keys(given).filter((name) => !Object.hasOwn(scenario, name));
    if (unknown.length > 0) throw new Error(`A scenario has no ${unknown.join(", ")}.`);
    if (scenario.outcome === null && scenario.status === null)
      throw new Error('Say what is to happen: {"outcome": "…"} to jobs, or {"status": 503} to requests.');
    const meant = operations.filter(({ id }) => scenario.operation === null || id === scenario.operation);
    if (meant.length === 0)
      throw new Error(
        `There is no operation ${JSON.stringify(scenario.operation)}; there are ${operations.map(({ id }) => id).join(", ")}.`,
      );
    if (scenario.status !== null && !meant.some((one) => forced(one, scenario)))
      throw new Error(
        `The contract declares no ${scenario.status}${scenario.example === null ? "" : ` with the example ${scenario.example}`} there.`,
      );
    this.#scenarios.push(scenario);
    return scenario;
  }

  all(): readonly Scenario[] {
    return this.#scenarios;
  }

  clear(): void {
    this.#scenarios = [];
  }

  outcomeFor(operationId: string): string | null {
    return this.#take((one) => one.outcome !== null && fits(one, operationId))?.outcome ?? null;
  }

  answerFor(operation: SandboxOperation): Answer | null {
    if (this.#scenarios.length === 0) return null;
    const scenario = this.#take(
      (one) => one.status !== null && fits(one, operation.id) && forced(operation, one) !== null,
    );
    return scenario ? forced(operation, scenario) : null;
  }

  #take(wanted: (one: Scenario) => boolean): Scenario | undefined {
    const found = this.#scenarios.find(wanted);
    if (found && --found.times <= 0) this.#scenarios = this.#scenarios.filter((one) => one !== found);
    return found;
  }
}

const fits = ({ operation }: Scenario, id: string): boolean => operation === null || operation === id;

function forced({ responses }: SandboxOperation, { status, example }: Scenario): Answer | null {
  const kind = responses.get(String(status));
  const chosen = kind?.examples.find(({ name }) => example === null || name === example);
  if (!kind || (example !== null && !chosen)) return null;
  return { ...answerOf(kind, status ?? 0, chosen ? chosen.value : sample(kind.schema)), rule: "scenario" };
}
