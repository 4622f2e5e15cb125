import { answerFor } from "../verify/verified-contract.js";
import type { Check } from "./check.js";

export const statusCodeConformance: Check = {
  name: "status_code_conformance",
  severity: "error",
  promise: "Each status is one that the operation declares.",
  judge: ({ case: { operation, request }, response: { status } }) => {
    if (request.method !== operation.method) return undefined; // no operation, so nothing is declared
    if (answerFor(operation, status)) return null;
    return `${status} is not declared; declared are ${operation.answers.map((one) => one.status).join(", ")}.`;
  },
};
