export default {
  // `contract.ts` and the descriptors hold types alone, which no mutant changes.
  mutate: ["generator/{contract,runtime}/**/*.ts", "!**/*.test.ts"],
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "scripts/mutants-code/vitest.config.ts", related: false },
  coverageAnalysis: "perTest",
  ignoreStatic: true, // one in a constant of a module would need a new thread, and all tests, for itself
  concurrency: 2,
  timeoutMS: 15_000,
  incremental: true,
  incrementalFile: "node_modules/.cache/stryker/incremental.json",
  tempDirName: ".stryker-tmp", // not below node_modules: Vitest would take the sources for a package's
  ignorePatterns: ["/.stryker-tmp*", "/contract-tests", "/docs", "/examples", "/generated", "/scripts/bench"],
  reporters: ["clear-text", "progress-append-only", "json", "html"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: "node_modules/.cache/stryker/report.json" },
  htmlReporter: { fileName: "node_modules/.cache/stryker/report.html" },
  thresholds: { high: 95, low: 85, break: 85 },
};
