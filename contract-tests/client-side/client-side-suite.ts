import { afterAll, beforeAll, describe, test } from "vitest";
import { answerCases } from "./answer-cases.js";
import { batchCases } from "./batch-cases.js";
import { callCases } from "./call-cases.js";
import type { ClientPackage, ClientSideCase, Subject } from "./case.js";
import { type ClientContract, loadClientContract } from "./client-contract.js";
import { jobCases } from "./job-cases.js";
import { run } from "./property.js";
import { requestCases } from "./request-cases.js";
import { webhookCases } from "./webhook-cases.js";
import { startWireServer } from "./wire-server.js";

/** All that a package generated from the contract promises, as cases. */
export function clientSideCases(contract: ClientContract): ClientSideCase[] {
  const kinds = [requestCases, callCases, answerCases, jobCases, batchCases, webhookCases];
  return kinds.flatMap((casesOf) => casesOf(contract));
}

interface Suite {
  readonly specPath: string;
  /** Gives the package: asked once, before the first test. */
  readonly start: () => Promise<ClientPackage>;
}

/** Longest time of one case: it grows with the number of runs. */
const timeoutMs = 60_000 + run.runs * 100;

/** Makes the tests of a package, whatever its contract has. */
export async function clientSideSuite({ specPath, start }: Suite): Promise<void> {
  const contract = await loadClientContract(specPath);
  let subject: Subject;
  beforeAll(async () => {
    subject = { contract, client: await start(), server: await startWireServer(), run };
  }, 180_000);
  afterAll(() => subject?.server.stop());
  const cases = clientSideCases(contract);
  for (const about of new Set(cases.map(({ title }) => title[0]))) {
    describe(about, () => {
      for (const one of cases.filter(({ title }) => title[0] === about))
        test(one.title.slice(1).join(" › "), () => one.run(subject), timeoutMs);
    });
  }
}
