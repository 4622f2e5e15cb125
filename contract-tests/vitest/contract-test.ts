import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, type TestContext, test } from "vitest";
import { allChecks } from "../checks/all-checks.js";
import type { Check } from "../checks/check.js";
import { isLoopback } from "../verify/loopback.js";
import type { VerifyReport } from "../verify/report.js";
import {
  loadVerifiedContract,
  type VerifiedContract,
  type VerifiedOperation,
} from "../verify/verified-contract.js";
import { verify } from "../verify/verify.js";
import type { ContractTestOptions, contractTest as Declared } from "./entry.js";
import { messageOf } from "./finding-message.js";
import { type StartedTarget, startTarget } from "./start-target.js";

/** What uses a limit up is run when all else is done. */
const last = "rate_limit_conformance";
/** After its time a run only waits for what it has begun. */
const graceMs = 30_000;

export const contractTest: typeof Declared = (options) => {
  const stack = callerOf(new Error());
  const spec = resolve(options.spec instanceof URL ? fileURLToPath(options.spec) : options.spec);
  const { name = `contract ${relative(process.cwd(), spec)}` } = options;
  describe(name, async () => {
    const contract = await loadVerifiedContract(spec);
    complainOfUnknown(contract, options);
    const { operations: ids, checks: names } = options;
    const operations = contract.operations.filter(({ id }) => !ids || ids.includes(id));
    const checks = allChecks.filter((check) => !names || names.includes(check.name));
    const { timeoutMs = 10_000, maxTimeMs = 60_000 } = options;
    let target: StartedTarget | null = null;
    beforeAll(async () => {
      target = await startTarget(options.target);
    }, maxTimeMs);
    afterAll(() => target?.stop());

    const run = (operation: VerifiedOperation, made: readonly Check[], maxCases: number) =>
      reportOfRun(
        () => runOf(contract, options, (target as StartedTarget).url, operation, made, maxCases),
        maxTimeMs + timeoutMs + graceMs,
      );
    const register = (operation: VerifiedOperation, check: Check, reportOf: () => VerifyReport): void => {
      test(check.name, (context) => hold(context, operation, check, reportOf(), stack));
    };
    for (const operation of operations)
      describe(operation.id, () => {
        const mine = checks.filter((check) => check.name !== last && mayConcern(check, operation, contract));
        const wanted = mine.filter((check) => skipped(options, operation, check) === null);
        const report = wanted.length > 0 ? run(operation, wanted, options.maxCases ?? 200) : null;
        for (const check of mine) {
          const because = skipped(options, operation, check);
          if (because !== null) test(check.name, (context) => context.skip(because));
          else if (report) register(operation, check, report);
        }
      });
    for (const check of checks.filter((one) => one.name === last))
      for (const operation of operations) {
        if (!mayConcern(check, operation, contract)) continue;
        const because = skipped(options, operation, check);
        describe(operation.id, () => {
          if (because !== null) test(check.name, (context) => context.skip(because));
          else register(operation, check, run(operation, [check], 0));
        });
      }
  });
};

/** Runs before the tests around the call; they can ask for the report. */
function reportOfRun(run: () => Promise<VerifyReport>, timeoutMs: number): () => VerifyReport {
  let report: VerifyReport | null = null;
  beforeAll(async () => {
    report = await run();
  }, timeoutMs);
  return () => report as VerifyReport; // no test runs when what is before it has failed
}

async function runOf(
  contract: VerifiedContract,
  options: ContractTestOptions,
  target: string,
  operation: VerifiedOperation,
  checks: readonly Check[],
  maxCases: number,
): Promise<VerifyReport> {
  const isLocal = isLoopback(new URL(target).hostname);
  const ofEnvironment =
    process.env[contract.client?.apiKeyEnv ?? ""] || process.env["SPECWRIGHT_API_KEY"] || [];
  return verify(contract, {
    target,
    keys: [options.key ?? ofEnvironment].flat(),
    readsOnly: options.only === "reads" || (!isLocal && options.allowWrites !== true),
    operationIds: [operation.id],
    checks: checks.map(({ name }) => name),
    seed: options.seed ?? 1,
    maxCases,
    maxTimeMs: options.maxTimeMs ?? 60_000,
    timeoutMs: options.timeoutMs ?? 10_000,
    workers: options.workers ?? 8,
    keepsRateLimits: !isLocal && options.ignoreRateLimits !== true,
    scenario: {
      plan: options.plan ?? null,
      webhookSecret: options.webhookSecret ?? (process.env["SPECWRIGHT_WEBHOOK_SECRET"] || null),
      isLocal,
    },
    signal: new AbortController().signal,
  });
}

/** Whether a check has anything to do with an operation, as far as can be told before a request is sent. */
function mayConcern(check: Check, operation: VerifiedOperation, contract: VerifiedContract): boolean {
  if (check.judge) return true;
  return (check.scenarios?.(contract) ?? []).some((scenario) => scenario.operation === operation);
}

function skipped({ skip = [] }: ContractTestOptions, { id }: VerifiedOperation, check: Check): string | null {
  const found = skip.find(
    ({ check: name, operation }) => name === check.name && (operation === undefined || operation === id),
  );
  return found?.because ?? null;
}

/** Fails, passes, or says that nothing was judged. */
function hold(
  context: TestContext,
  operation: VerifiedOperation,
  check: Check,
  report: VerifyReport,
  stack: string,
): void {
  const findings = report.findings.filter((one) => one.check === check.name);
  if (findings.length > 0) {
    const error = new Error(messageOf(findings, report.seed));
    error.name = "ContractError";
    error.stack = `${error.name}: ${error.message}\n${stack}`;
    throw error;
  }
  const mine = report.operations.find(({ id }) => id === operation.id);
  if (mine?.skipped) context.skip(mine.skipped);
  if (report.notes.length > 0) console.warn(report.notes.slice(0, 5).join("\n"));
  const judged = report.checks.find(({ name }) => name === check.name)?.judged ?? 0;
  if (judged === 0)
    context.skip(report.stopped === null ? "no answer was of its concern" : "there was no time left");
}

/** Names that are misspelt would leave out what was meant to be tested. */
function complainOfUnknown(
  { operations }: VerifiedContract,
  { operations: ids = [], checks = [], skip = [] }: ContractTestOptions,
): void {
  const known = { operation: operations.map(({ id }) => id), check: allChecks.map(({ name }) => name) };
  const given = {
    operation: [...ids, ...skip.flatMap(({ operation }) => operation ?? [])],
    check: [...checks, ...skip.map(({ check }) => check)],
  };
  for (const kind of ["operation", "check"] as const) {
    const unknown = given[kind].filter((name) => !known[kind].includes(name));
    if (unknown.length > 0)
      throw new TypeError(`There is no ${kind} ${unknown.join(", ")}; there are ${known[kind].join(", ")}.`);
  }
}

/** The place of the call, for vitest to show: none of this bundle's own is of interest. */
function callerOf({ stack = "" }: Error): string {
  return stack.split("\n").slice(2).join("\n");
}
