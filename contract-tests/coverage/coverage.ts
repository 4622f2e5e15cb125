/** All that the command line takes from here, in one module that is loaded only when it is needed. */
export { type Dimension, dimensions } from "./cell.js";
export { coverageOf } from "./cover.js";
export { coveragePage } from "./coverage-page.js";
export { loadCoveredContract } from "./covered-contract.js";
export { readRecordings } from "./recording.js";
export { type CoverageReport, shortfalls, uncovered } from "./report.js";
export { VerifyRecording } from "./verify-recording.js";
