import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { boundaryValues } from "../arbitraries/boundary-values.js";
import { negativeDataRejection } from "../checks/negative-data-rejection.js";
import { positiveDataAcceptance } from "../checks/positive-data-acceptance.js";
import { type Sandbox, startSandbox } from "../sandbox/start-sandbox.js";
import { object } from "../support/contract.js";
import type { Part } from "../support/parts.js";
import type { VerifyCase } from "../verify/case.js";
import { Connection } from "../verify/connection.js";
import { withCredentials } from "../verify/credentials.js";
import { CaseMaker } from "../verify/make-cases.js";
import { loadVerifiedContract } from "../verify/verified-contract.js";
import { observe } from "./recording.js";

/**
 * Every keyword of every request, kept and broken: what the suite's own cases, which go through the client, can't send.
 * They are read from the spec. The sandbox must take and refuse each as the contract says.
 */
const spec = "spec/openapi.yaml";
const key = "sk-coverage";
const contract = await loadVerifiedContract(spec);

let sandbox: Sandbox;
let connection: Connection;
beforeAll(async () => {
  const keys = [{ key, concurrency: null, batchConcurrency: null }];
  sandbox = await startSandbox({ spec, judge: "ajv", clock: "frozen", seed: 7, rateLimits: false, keys });
  connection = new Connection(sandbox.url, 4, 10_000);
});
afterAll(async () => {
  connection.close();
  await sandbox.close();
});

describe.each(contract.operations.map((operation) => [operation.id, operation] as const))(
  "%s",
  (_, operation) => {
    const maker = new CaseMaker(contract, operation, 11);
    const lines = (operation.form?.parts ?? []).filter((part) => part.lines !== null);

    test("takes what the contract shows, and each limit", async () => {
      expect(await faultsOf([...maker.examples(), ...maker.limits()])).toEqual([]);
    });

    test("refuses what breaks a keyword", async () => {
      expect(await faultsOf([...maker.faults()])).toEqual([]);
    });

    test.runIf(lines.length > 0)("takes and refuses lines by their schema", async () => {
      expect(await faultsOf(lines.flatMap((part) => lineCases(maker, part)))).toEqual([]);
    });
  },
);

/** Sends each case; what is wrong with the answers, a line for each. */
async function faultsOf(cases: Iterable<VerifyCase>): Promise<string[]> {
  const faults: string[] = [];
  for (const one of cases) {
    const credentials = one.operation.credentials[0] ?? [];
    const request = withCredentials(one.request, credentials, key);
    const response = await connection.send(request, AbortSignal.timeout(10_000));
    const { status, headers: answerHeaders, body: answer } = response;
    observe({ ...request, status, answerHeaders, answer }, { server: sandbox.url, case: one.what });
    const exchange = { case: one, response, sentAtMs: 0, answeredAtMs: 0, keyIndex: 0 };
    for (const check of [positiveDataAcceptance, negativeDataRejection]) {
      const fault = check.judge?.(exchange, { contract, history: [exchange] });
      if (typeof fault === "string") faults.push(`${one.what}: ${fault}`);
    }
  }
  return faults;
}

/** A file of valid lines but for one: each limit of a line's schema, and each way to break it. */
function lineCases(maker: CaseMaker, { name, lines }: Part): VerifyCase[] {
  if (!lines) return [];
  const args = maker.withProperty(name);
  const [, ...others] = [object(args.body)[name]].flat();
  const bases = fc.sample(contract.arbitraries.of(lines.schema), { numRuns: 40, seed: 11 });
  const withLine = (line: unknown, intent: "positive" | "negative", what: string): VerifyCase =>
    maker.case(
      { ...args, body: { ...object(args.body), [name]: [line, ...others] } },
      { intent, source: "lines", what: `line of ${name}${what}` },
    );
  return [
    ...[...boundaryValues(contract.judge, lines.schema, bases)].map(({ value, keyword, variant, pointer }) =>
      withLine(value, "positive", `${pointer}: ${keyword}, ${variant}`),
    ),
    ...[...contract.faulty.coverage(lines.schema, bases)].map(({ value, keyword, variant, pointer }) =>
      withLine(value, "negative", `${pointer}: not ${keyword}, ${variant}`),
    ),
  ];
}
