import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { acceptedCases, linkCases } from "./cases/accepted-cases.js";
import type { ContractCase, Target } from "./cases/case.js";
import { fileLimitCases } from "./cases/file-limit-cases.js";
import { formCases } from "./cases/form-cases.js";
import { keyCases } from "./cases/key-cases.js";
import { negativeCases } from "./cases/negative-cases.js";
import { paceCases } from "./cases/pace-cases.js";
import { placeCases } from "./cases/place-cases.js";
import { retryCases } from "./cases/retry-cases.js";
import { schemaLimitCases } from "./cases/schema-limit-cases.js";
import { shapeCases } from "./cases/shape-cases.js";
import { statusCases } from "./cases/status-cases.js";
import { observerOf } from "./coverage/recording.js";
import { groupLimits } from "./limits/groups.js";
import type { ClientModule } from "./support/call.js";
import { type Contract, loadContract } from "./support/contract.js";
import { forwardTo, startRecorder } from "./support/recorder.js";

/** Everything the contract says, as cases: operation after operation, in the spec's order. */
export function contractCases(contract: Contract): ContractCase[] {
  const kinds = [
    acceptedCases,
    shapeCases,
    formCases,
    keyCases,
    statusCases,
    linkCases,
    negativeCases,
    schemaLimitCases,
    fileLimitCases,
    retryCases,
    paceCases,
    placeCases,
  ];
  return contract.operations.flatMap((operation) => kinds.flatMap((casesOf) => casesOf(contract, operation)));
}

interface Suite {
  readonly specPath: string;
  /** Gives what is tested: asked once, before the first test. */
  readonly start: () => Promise<{ readonly mockServerUrl: string; readonly client: ClientModule }>;
  /** Which cases to run; all unless given. */
  readonly only?: (one: ContractCase) => boolean;
}

/** Makes the tests of a contract: whatever operations it has, each gets them all. */
export async function contractSuite({ specPath, start, only = () => true }: Suite): Promise<void> {
  const contract = await loadContract(specPath);
  let target: Target;
  beforeAll(async () => {
    target = await startTarget(contract, await start());
    const onExchange = observerOf(specPath, target.mockServerUrl);
    if (onExchange) target.recorder.watch(onExchange);
  });
  afterAll(() => target?.recorder.stop());
  test("every limit is tested, or listed as enforced by nobody", () => {
    expect(groupLimits(contract.document, contractCases(contract)).forgotten).toEqual([]);
  });
  const chosen = contractCases(contract).filter(only);
  for (const operation of new Set(chosen.map(({ title }) => title[0]))) {
    describe(operation, () => {
      for (const { title, run } of chosen.filter((one) => one.title[0] === operation)) {
        test(title.slice(1).join(" › "), () => run(target));
      }
    });
  }
}

export async function startTarget(
  contract: Contract,
  { mockServerUrl, client }: { readonly mockServerUrl: string; readonly client: ClientModule },
): Promise<Target> {
  return { contract, client, mockServerUrl, recorder: await startRecorder(forwardTo(mockServerUrl)) };
}
