import { allChecks } from "../checks/all-checks.js";

/** All that the command line takes from here, in one module that is loaded only when it is needed. */
export { ConnectionError } from "./connection.js";
export { isLoopback } from "./loopback.js";
export { redactorOf } from "./redact.js";
export { writeReport } from "./reports/write-report.js";
export { loadVerifiedContract } from "./verified-contract.js";
export { verify } from "./verify.js";

export const checkNames: readonly string[] = allChecks.map(({ name }) => name);
