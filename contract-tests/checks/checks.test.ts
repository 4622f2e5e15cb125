import { beforeAll, describe, expect, test } from "vitest";
import {
  type Planted,
  printShopKey,
  printShopSecret,
  startPrintShop,
} from "../fixtures/print-shop/server.js";
import type { VerifyReport } from "../verify/report.js";
import { loadVerifiedContract, type VerifiedContract } from "../verify/verified-contract.js";
import { verify } from "../verify/verify.js";
import { allChecks } from "./all-checks.js";
import { runOnSandbox, sandboxFaults } from "./testing/faulty-sandbox.js";

/** Checks of extensions that the print shop has none of. */
const onlyOnSandbox = new Set([
  "error_conformance",
  "estimate_conformance",
  "media_length_conformance",
  "plan_conformance",
]);

let contract: VerifiedContract;
beforeAll(async () => {
  contract = await loadVerifiedContract("contract-tests/fixtures/print-shop/openapi.yaml");
});

async function runOn(
  planted: readonly Planted[],
  checks: readonly string[],
  endless = false,
  maxCases = 220,
): Promise<VerifyReport> {
  const shop = await startPrintShop(planted, endless);
  try {
    return await verify(contract, {
      target: shop.url,
      keys: [printShopKey],
      readsOnly: false,
      operationIds: [],
      checks,
      seed: 5,
      maxCases,
      maxTimeMs: 60_000,
      workers: 4,
      timeoutMs: 10_000,
      keepsRateLimits: false,
      scenario: { plan: "large", webhookSecret: printShopSecret, isLocal: true },
      signal: new AbortController().signal,
    });
  } finally {
    await shop.stop();
  }
}

test("a server that keeps its contract passes every check, and all of them are made", async () => {
  const allButOne = allChecks
    .map(({ name }) => name)
    .filter((name) => name !== "concurrency_conformance" && !onlyOnSandbox.has(name));
  const report = await runOn([], allButOne);
  expect(report.findings.map(({ check, operation, fault, curl }) => [check, operation, fault, curl])).toEqual(
    [],
  );
  const notMade = report.checks.filter(({ judged }) => judged === 0).map(({ name }) => name);
  expect(notMade).toEqual([]);
  const busy = await runOn([], ["concurrency_conformance"], true);
  expect(busy.checks.map(({ judged, failed }) => [judged, failed])).toEqual([[1, 0]]);
});

describe("each check fails on a server that breaks it", () => {
  const given: readonly (readonly [planted: Planted, check: string, operation: string])[] = [
    ["fails on long titles", "not_a_server_error", "prints.create"],
    ["answers with a status of its own", "status_code_conformance", "prints.list"],
    ["answers in plain text", "content_type_conformance", "prints.get"],
    ["leaves a header out", "response_headers_conformance", "prints.list"],
    ["answers without a title", "response_schema_conformance", "prints.create"],
    ["takes any number of copies", "negative_data_rejection", "prints.create"],
    ["takes unknown properties", "negative_data_rejection", "prints.create"],
    ["takes no paper", "positive_data_acceptance", "prints.create"],
    ["takes whoever is wrong for a stranger", "negative_data_rejection", "prints.create"],
    ["does without a required header", "missing_required_header", "prints.list"],
    ["does without a key", "ignored_auth", "prints.list"],
    ["takes any key", "ignored_auth", "prints.get"],
    ["names no methods", "unsupported_method", "prints.list"],
    ["refuses no method", "unsupported_method", "scans.create"],
    ["reads one state only", "query_style_conformance", "prints.list"],
    ["forgets prints", "ensure_resource_availability", "prints.get"],
    ["goes back", "job_lifecycle_conformance", "prints.get"],
    ["begins at the end", "job_lifecycle_conformance", "prints.get"],
    ["prints twice", "idempotency_conformance", "prints.create"],
    ["takes a used key for another print", "idempotency_conformance", "prints.create"],
    ["takes a file too large", "upload_limit_conformance", "scans.create"],
    ["takes no file of full size", "upload_limit_conformance", "scans.create"],
    ["takes too many lines", "batch_limit_conformance", "scans.create"],
    ["takes the same line twice", "batch_limit_conformance", "scans.create"],
    ["signs with another secret", "webhook_signature_conformance", "prints.create"],
    ["tells nobody", "webhook_signature_conformance", "prints.create"],
    ["leaves a limit out", "rate_limit_conformance", "prints.list"],
    ["refuses too early", "rate_limit_conformance", "prints.list"],
    ["asks to wait too long", "retry_after_conformance", "prints.list"],
    ["never says when", "retry_after_conformance", "prints.list"],
    ["has a press too many", "concurrency_conformance", "prints.create"],
    ["has a press too few", "concurrency_conformance", "prints.create"],
  ];

  test.each(given)("%s: %s", async (planted, check, operation) => {
    const endless = check === "concurrency_conformance";
    const needsLimit = check === "retry_after_conformance" ? ["rate_limit_conformance"] : [];
    const report = await runOn([planted], [check, ...needsLimit], endless, 120);
    const found = report.findings.filter((finding) => finding.check === check);
    expect(found.map((finding) => finding.operation)).toContain(operation);
  });

  test("no check is left out", () => {
    const tried = new Set([...given.map(([, check]) => check), ...sandboxFaults.map(({ check }) => check)]);
    expect(allChecks.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });
});

describe("what extensions promise is held against the sandbox", () => {
  const parts = new Map(sandboxFaults.map((one) => [`${one.operation}, ${one.plan ?? "no plan"}`, one]));

  test.each([...parts])("nothing is found where it serves its contract: %s", async (_, part) => {
    const same = sandboxFaults.filter(
      ({ operation, plan }) => operation === part.operation && plan === part.plan,
    );
    const checks = [...new Set(same.map(({ check }) => check))];
    const report = await runOnSandbox(checks, part, null);
    expect(report.findings.map(({ check, fault }) => [check, fault])).toEqual([]);
    expect(report.checks.filter(({ judged }) => judged === 0)).toEqual([]);
  });

  test.each(sandboxFaults)("$check of $operation: $at → $value", async (given) => {
    const { findings } = await runOnSandbox([given.check], given, given);
    expect(findings.map(({ check }) => check)).toContain(given.check);
  });
});
