import type { Exchange, HttpRequest } from "../verify/case.js";
import { coverageOf } from "./cover.js";
import type { CoveredContract } from "./covered-contract.js";
import { type Observation, observationOf } from "./observation.js";
import type { CoverageReport } from "./report.js";

/** What a run of `verify` sees, as one test with many cases. */
export class VerifyRecording {
  readonly #server: string;
  readonly #plan: string | null;
  readonly #observations: Observation[] = [];

  /** @param plan what the key is on, where that is known */
  constructor(server: string, plan: string | null) {
    this.#server = server;
    this.#plan = plan;
  }

  readonly add = ({ case: { what, source }, response }: Exchange, sent: HttpRequest): void => {
    const { status, headers: answerHeaders, body: answer } = response;
    const from = { test: "verify", case: `${source}: ${what}`, server: this.#server, plan: this.#plan };
    this.#observations.push(observationOf({ ...sent, status, answerHeaders, answer }, from));
  };

  report(contract: CoveredContract): CoverageReport {
    return coverageOf(contract, this.#observations);
  }
}
