import { existsSync, statfsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";

/** Tests that need a real Redis. Where there is none they are left out, and said so; CI always has one. */
const redisTests = [
  "generator/runtime/limits-redis/{processes,redis-gone,redis-limits}.test.ts",
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

/** Tests that start programs or build packages: the tool as a program, and what is shipped in compilers, npm, Redis, browsers. */
const systemTests = [
  "scripts/**/*.test.ts",
  "generator/{bad-output-folder,cli,determinism,fixtures,judge-compile,overlay-commands,up-to-date}.test.ts",
  "generator/commands/diff-outputs.test.ts",
  "generator/render/subpaths/batch.test.ts",
  "generator/runtime/limits-redis/{processes,redis-gone,redis-limits}.test.ts",
  "contract-tests/{extra-operation,revision}.test.ts",
  "contract-tests/mutants/mutants.test.ts",
  "contract-tests/{coverage,sandbox,verify}/command.test.ts",
  "contract-tests/coverage/coverage-page.test.ts",
  "contract-tests/sandbox/page/live-page.test.ts",
];

// The tests make and remove thousands of small files, for each of which a disk may take a millisecond: in memory, if there is room.
const memory = "/dev/shm";
const neededBytes = 2 ** 31;
if (!process.env["TMPDIR"] && existsSync(memory)) {
  const { bavail, bsize } = statfsSync(memory);
  if (bavail * bsize > neededBytes) process.env["TMPDIR"] = memory;
}

/** Files share a process, where TypeScript, Ajv and Prism have been loaded. Each project says so: none has it from the root. */
const shared = { isolate: false };

export default defineConfig({
  test: {
    maxWorkers: "150%", // some wait for a clock or a process
    reporters: ["default", "./contract-tests/support/case-times.ts"],
    projects: [
      {
        test: {
          ...shared,
          name: "generator",
          include: ["generator/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...systemTests],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: "contract",
          include: ["contract-tests/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...systemTests],
          globalSetup: ["contract-tests/support/prism.ts", "contract-tests/coverage/clear-recordings.ts"],
          setupFiles: ["contract-tests/coverage/record-tests.ts"],
          hookTimeout: 60_000,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          ...shared,
          name: "system",
          include: systemTests,
          exclude: [...configDefaults.exclude, ...leftOut],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: "examples",
          include: ["examples/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...leftOut],
          globalSetup: ["examples/testing/compile.ts"],
          testTimeout: 120_000,
        },
      },
    ],
  },
});
