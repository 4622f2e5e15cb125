import { configDefaults, defineConfig } from "vitest/config";
import { warmPool } from "./warm-pool.js";

/** The tests that Stryker runs over and over: those of the two folders that need no other process and no Redis. */
export default defineConfig({
  plugins: [
    {
      name: "warm-pool",
      // Stryker asks for threads of Vitest's own, so this can't be said below.
      configureVitest: ({ project }) => {
        Object.assign(project.config, { pool: warmPool.name, poolRunner: warmPool });
      },
    },
  ],
  test: {
    include: ["generator/{contract,runtime}/**/*.test.ts"],
    exclude: [
      ...configDefaults.exclude,
      "generator/runtime/limits-redis/**",
      "generator/runtime/leaks.test.ts",
    ],
    setupFiles: ["scripts/mutants-code/between-runs.ts"],
    isolate: false,
    testTimeout: 10_000,
  },
});
