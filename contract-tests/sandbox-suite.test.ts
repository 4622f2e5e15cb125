import * as client from "sync-api-client";
import { afterAll } from "vitest";
import { contractSuite } from "./contract-suite.js";
import { startSandbox } from "./sandbox/start-sandbox.js";
import { withViolations } from "./sandbox/testing/with-violations.js";
import { apiKey } from "./support/call.js";

const open: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of open) await close();
});

/** The same suite that the mock server has to pass, with the sandbox in its place. */
await contractSuite({
  specPath: "spec/openapi.yaml",
  start: async () => {
    const sandbox = await startSandbox({
      rateLimits: false, // hundreds of requests follow each other
      keys: [apiKey, "sk-of-the-environment"].map((key) => ({
        key,
        organization: "suite",
        concurrency: null,
        batchConcurrency: null,
      })),
    });
    open.push(() => sandbox.close());
    await seedExamples(sandbox.url);
    const proxy = await withViolations(sandbox);
    open.unshift(() => proxy.stop());
    return { mockServerUrl: proxy.url, client };
  },
});

/** What the contract's examples ask for by id must be there. */
async function seedExamples(url: string): Promise<void> {
  for (const id of ["6533643b-aceb-4c40-967e-d9ba9baac39e"]) {
    const answer = await fetch(`${url}/__sandbox/jobs`, {
      method: "POST",
      body: JSON.stringify({ id, key: apiKey, body: { model: "lipsync-2", input: [] } }),
    });
    if (answer.status !== 201) throw new Error(await answer.text());
  }
}
