import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    maxWorkers: "100%", // most of the time goes into processes that the tests start and wait for
    projects: [
      {
        test: {
          name: "generator",
          include: ["generator/**/*.test.ts", "scripts/**/*.test.ts"],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: "contract",
          include: ["contract-tests/**/*.test.ts"],
          globalSetup: ["contract-tests/support/prism.ts"],
          hookTimeout: 60_000,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "examples",
          include: ["examples/**/*.test.ts"],
          globalSetup: ["examples/testing/compile.ts"],
          testTimeout: 120_000,
        },
      },
    ],
  },
});
