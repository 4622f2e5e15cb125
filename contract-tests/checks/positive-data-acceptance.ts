import { headerOf } from "../verify/case.js";
import type { Check } from "./check.js";

/** Refusals of a request for what it says. All others have reasons that lie outside it. */
const objections = new Set([400, 405, 406, 411, 413, 414, 415, 422, 431]);

export const positiveDataAcceptance: Check = {
  name: "positive_data_acceptance",
  severity: "error",
  promise: "What the contract allows is accepted.",
  judge: ({ case: { intent }, response }) => {
    const { status } = response;
    if (intent !== "positive") return undefined;
    if (objections.has(status))
      return `The request is valid, yet the answer is ${status}${reason(response)}.`;
    if (status >= 300 && status < 400)
      return `The request is valid, yet the answer leads elsewhere (${status} ${headerOf(response.headers, "location") ?? ""}).`;
    return status < 300 ? null : undefined;
  },
};

function reason({ body }: { body: Buffer }): string {
  const text = body.toString("utf8").trim();
  return text === "" ? "" : `: ${text.length > 160 ? `${text.slice(0, 160)}…` : text}`;
}
