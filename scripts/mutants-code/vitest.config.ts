import { configDefaults, defineConfig } from "vitest/config";
import { warmPool } from "./warm-pool.js";

/** Tests of what no mutant need be tried on: memory, and what takes a Redis and seconds of waiting for it. */
const leftOut = ["leaks", "limits-redis/processes", "limits-redis/redis-gone", "limits-redis/redis-limits"];

/** The tests that Stryker runs over and over. */
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
    exclude: [...configDefaults.exclude, ...leftOut.map((name) => `generator/runtime/${name}.test.ts`)],
    setupFiles: ["scripts/mutants-code/between-runs.ts"],
    isolate: false,
    testTimeout: 10_000,
  },
});
