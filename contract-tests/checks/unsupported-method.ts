import { headerOf, type VerifyCase } from "../verify/case.js";
import type { VerifiedContract, VerifiedOperation } from "../verify/verified-contract.js";
import type { Check } from "./check.js";

const methods = ["GET", "PUT", "POST", "DELETE", "PATCH"];

export const unsupportedMethod: Check = {
  name: "unsupported_method",
  severity: "error",
  promise: "A method that a path does not have is answered with 405, and Allow says which it has.",
  cases: ({ operation }, contract) => {
    const first = contract.operations.find(({ path }) => path === operation.path);
    return first === operation ? casesOf(operation, contract) : [];
  },
  judge: ({ case: { source, operation, request }, response }, { contract }) => {
    if (source !== "unsupported_method" || response.status === 429 || response.status >= 500)
      return undefined;
    if (response.status !== 405) return `${request.method} is answered with ${response.status}, not 405.`;
    const allow = headerOf(response.headers, "allow");
    if (allow === null) return "405 without the header Allow.";
    const allowed = allow.split(/\s*,\s*/).map((method) => method.toUpperCase());
    const missing = methodsOf(contract, operation.path).filter((method) => !allowed.includes(method));
    if (missing.length > 0) return `Allow is "${allow}" and leaves out ${missing.join(", ")}.`;
    return allowed.includes(request.method) ? `Allow names ${request.method}, which was refused.` : null;
  },
};

function casesOf(operation: VerifiedOperation, contract: VerifiedContract): VerifyCase[] {
  // Where another path fits too, the method may be that one's.
  const fitting = contract.operations.filter(({ path }) => patternOf(path).test(operation.path));
  return methods
    .filter((method) => fitting.every((other) => other.method !== method))
    .map((method) => ({
      operation,
      intent: "probe",
      source: "unsupported_method",
      what: `${method} ${operation.path}`,
      wrong: null,
      args: null,
      request: {
        method,
        target: operation.path.replace(/\{[^{}]+\}/g, "6533643b-aceb-4c40-967e-d9ba9baac39e"),
        headers: [["Accept", "*/*"]],
        body: null,
      },
    }));
}

function methodsOf({ operations }: VerifiedContract, path: string): string[] {
  return operations.filter((one) => one.path === path).map(({ method }) => method);
}

/** Paths that a templated path takes in. */
function patternOf(path: string): RegExp {
  const pieces = path.split(/\{[^{}]+\}/).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pieces.join("[^/]+")}$`);
}
