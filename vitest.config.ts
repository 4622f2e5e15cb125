import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";

/** Tests that need a real Redis. Where there is none they are left out, and said so; CI always has one. */
const redisTests = [
  "generator/runtime/limits-redis/*.test.ts",
  "scripts/limits-redis.test.ts",
  "examples/queue-worker/*.test.ts",
];
const hasRedis = (process.env["PATH"] ?? "")
  .split(delimiter)
  .some((folder) => existsSync(join(folder, "redis-server")));
const leftOut = hasRedis || process.env["CI"] ? [] : redisTests;
if (leftOut.length > 0)
  console.warn(
    "There is no redis-server here, so the tests of limits shared through Redis are left out (apt-get install redis-server).",
  );
const exclude = [...configDefaults.exclude, ...leftOut];

export default defineConfig({
  test: {
    maxWorkers: "100%", // most of the time goes into processes that the tests start and wait for
    isolate: false, // files share a process, where TypeScript, Ajv and Prism have been loaded: half the time
    projects: [
      {
        test: {
          name: "generator",
          include: ["generator/**/*.test.ts", "scripts/**/*.test.ts"],
          exclude,
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: "contract",
          include: ["contract-tests/**/*.test.ts"],
          globalSetup: ["contract-tests/support/prism.ts", "contract-tests/coverage/clear-recordings.ts"],
          setupFiles: ["contract-tests/coverage/record-tests.ts"],
          hookTimeout: 60_000,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "examples",
          include: ["examples/**/*.test.ts"],
          exclude,
          globalSetup: ["examples/testing/compile.ts"],
          testTimeout: 120_000,
        },
      },
    ],
  },
});
