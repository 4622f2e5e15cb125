import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withValueAt } from "../../mutants/mutation.js";
import { startSandbox } from "../../sandbox/start-sandbox.js";
import { bundleSpec } from "../../support/spec-files.js";
import type { VerifyReport } from "../../verify/report.js";
import { loadVerifiedContract, type VerifiedContract } from "../../verify/verified-contract.js";
import { verify } from "../../verify/verify.js";

const specPath = "spec/openapi.yaml";
const key = "sk-of-the-test";
const webhookSecret = "whsec_of-the-test";
const maxTimeMs = 24 * 60 * 60 * 1000;
/** So fast that a job ends while it is looked at. */
const speed = 200;

/** One thing that is changed in the contract that the sandbox serves, and which check finds it by the true one. */
export interface SandboxFault {
  readonly check: string;
  readonly operation: string;
  readonly plan: string | null;
  /** Where in the document; `schemas/` stands below its components, `post/` in the operation. */
  readonly at: string;
  readonly value: unknown;
}

const create = "generations.create";
const batch = "batch.create";
const generation = "schemas/Generation/x-job";
const estimate = "schemas/EstimatedGenerationCost/x-estimate";
const holds = "schemas/ErrorBody/properties/activeGenerations/x-holds";
const webhook = "schemas/CreateBatchRequest/properties/webhook_url/x-webhook";

export const sandboxFaults: readonly SandboxFault[] = (
  [
    ["estimate_conformance", "generations.estimateCost", null, `${estimate}/framesPerSecond`, 24],
    [
      "estimate_conformance",
      "generations.estimateCost",
      null,
      `${estimate}/pricesPerFrame/lipsync-2`,
      0.0021,
    ],
    ["media_length_conformance", create, null, "schemas/Model/x-max-seconds/react-1", 14],
    ["media_length_conformance", batch, null, "schemas/BatchLine/properties/payload/x-max-seconds", 31],
    ["plan_conformance", create, "creator", "x-plans/plans/2/maxSeconds", 301],
    ["plan_conformance", create, "free", "x-plans/plans/0/jobsPerMonth", 4],
    ["plan_conformance", batch, "scale", "x-plans/plans/4/features", []],
    ["error_conformance", batch, null, "schemas/ErrorBody/x-error/codeProperty", "code"],
    ["job_lifecycle_conformance", create, null, `${generation}/resultPath`, "/v2/results/{id}"],
    ["job_lifecycle_conformance", create, null, `${generation}/errorProperty`, null],
    ["job_lifecycle_conformance", batch, null, "schemas/Batch/x-job/pending/2", "AT_WORK"],
    ["job_lifecycle_conformance", batch, null, "post/x-batch/resultBodyProperty", "body"],
    ["webhook_signature_conformance", batch, null, webhook, "nothing"],
    ["concurrency_conformance", create, "growth", holds, "nothing"],
  ] as const
).map(([check, operation, plan, at, value]) => ({ check, operation, plan, at, value }));

let bundled: Promise<object> | null = null;
let contract: Promise<VerifiedContract> | null = null;

/** Runs checks of one operation by the true contract on a sandbox that serves a changed one. */
export async function runOnSandbox(
  checks: readonly string[],
  { operation, plan }: Pick<SandboxFault, "operation" | "plan">,
  change: Pick<SandboxFault, "at" | "value"> | null,
): Promise<VerifyReport> {
  contract ??= loadVerifiedContract(specPath);
  const folder = await mkdtemp(join(tmpdir(), "faulty-sandbox-"));
  try {
    let spec = specPath;
    if (change) {
      bundled ??= bundleSpec(specPath);
      spec = join(folder, "openapi.json");
      await writeFile(spec, JSON.stringify(withValueAt(await bundled, placeOf(change.at), change.value)));
    }
    const limits =
      plan === null ? { organization: "test", concurrency: null, batchConcurrency: null } : { plan };
    const sandbox = await startSandbox({
      spec,
      judge: "ajv",
      seed: 1,
      speed,
      clock: "frozen",
      rateLimits: false,
      webhookSecret,
      keys: [{ key, ...limits }],
    });
    try {
      return await verify(await contract, {
        target: sandbox.url,
        keys: [key],
        readsOnly: false,
        operationIds: [operation],
        checks,
        seed: 1,
        maxCases: checks.includes("error_conformance") ? 60 : 2,
        maxTimeMs,
        workers: 4,
        timeoutMs: 10_000,
        keepsRateLimits: false,
        scenario: { plan, webhookSecret, isLocal: true },
        signal: new AbortController().signal,
        clock: {
          now: () => sandbox.clock.now(),
          // Time is the sandbox's own; only the end of all time is not brought about.
          sleep: (ms) => (ms < maxTimeMs ? sandbox.clock.advance(ms) : new Promise(() => undefined)),
        },
      });
    } finally {
      await sandbox.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function placeOf(at: string): string[] {
  const tokens = at.split("/");
  if (tokens[0] === "schemas") return ["components", ...tokens];
  return tokens[0] === "post" ? ["paths", "/v2/generate/batch", ...tokens] : tokens;
}
