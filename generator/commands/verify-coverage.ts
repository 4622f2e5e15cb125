import type { VerifyOptions } from "../../contract-tests/verify/verify.js";
import { writeWhole } from "./write-whole.js";

/** What is to be told of a run's exchanges, and what writes their coverage at its end. */
export interface RunningCoverage {
  readonly add: NonNullable<VerifyOptions["onExchange"]>;
  readonly write: () => Promise<void>;
}

/** @throws Error if the spec can't be read */
export async function startCoverage(
  spec: string,
  {
    target,
    plan = null,
    coverage = [],
  }: {
    readonly target: URL;
    readonly plan?: string | null;
    readonly coverage?: readonly string[];
  },
): Promise<RunningCoverage> {
  const { coveragePage, loadCoveredContract, VerifyRecording } = await import(
    "../../contract-tests/coverage/coverage.js"
  );
  const contract = await loadCoveredContract(spec);
  const recording = new VerifyRecording(target.origin, plan);
  return {
    add: recording.add,
    write: async () => {
      const report = recording.report(contract);
      for (const path of coverage)
        await writeWhole(
          path,
          /\.html$/i.test(path) ? coveragePage(report, {}) : `${JSON.stringify(report, null, 1)}\n`,
        );
    },
  };
}
