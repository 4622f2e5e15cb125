// Prints the counts of vitest's JSON report as the plain line that any CI can read.
import { readFileSync } from "node:fs";

const [file] = process.argv.slice(2);
const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
  readFileSync(file, "utf8"),
);
console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests + numTodoTests} skipped`);
