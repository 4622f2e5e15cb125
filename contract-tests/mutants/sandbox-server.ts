import type { LoadedSpec, Sandbox, startSandbox } from "../sandbox/start-sandbox.js";
import { apiKey } from "../support/call.js";
import type { Contract } from "../support/contract.js";
import { requestExamples } from "../support/request-examples.js";
import type { JudgedServer } from "./server-suite.js";

/** The sandbox, or a faulty one: what starts it. */
export interface SandboxModule {
  readonly startSandbox: typeof startSandbox;
}

export const keyOfEnvironment = "sk-of-the-environment";
const webhookSecret = "whsec_mutants";
/** So fast that a job ends while it is followed. */
const speed = 200;

/** A sandbox without limits of rate and of jobs, for all that is not about them. */
export async function startUnlimited(module: SandboxModule, spec: LoadedSpec): Promise<Sandbox> {
  return module.startSandbox({
    spec,
    judge: "ajv",
    clock: "frozen",
    seed: 1,
    speed,
    rateLimits: false,
    webhookSecret,
    keys: [apiKey, keyOfEnvironment].map((key) => ({
      key,
      organization: "suite",
      concurrency: null,
      batchConcurrency: null,
    })),
  });
}

/** A sandbox with all its limits, for one key. */
export async function startLimited(
  module: SandboxModule,
  spec: LoadedSpec,
  plan: string | null,
): Promise<Sandbox> {
  const key = { key: apiKey, ...(plan === null ? {} : { plan }) };
  return module.startSandbox({
    spec,
    judge: "ajv",
    clock: "frozen",
    seed: 1,
    speed,
    webhookSecret,
    keys: [key],
  });
}

export function judged(sandbox: Sandbox, plan: string | null): JudgedServer {
  return {
    url: sandbox.url,
    key: apiKey,
    plan,
    webhookSecret,
    nowMs: () => sandbox.clock.now(),
    advance: (ms) => sandbox.clock.advance(ms),
  };
}

/** What the contract's examples ask for by id must be there. */
export async function seedExamples(url: string, { operations }: Contract): Promise<void> {
  const ids = operations.flatMap((operation) =>
    requestExamples(operation).flatMap(({ path }) => Object.values(path).map(String)),
  );
  for (const id of new Set(ids)) {
    const body = JSON.stringify({ id, key: apiKey, body: {} });
    await (await fetch(`${url}/__sandbox/jobs`, { method: "POST", body })).arrayBuffer();
  }
}
