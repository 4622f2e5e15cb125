import { object } from "../support/contract.js";
import { type HttpResponse, headerOf, jsonOf } from "../verify/case.js";
import type { VerifiedOperation } from "../verify/verified-contract.js";
import type { Check } from "./check.js";

/** Refusals of a request for what it says. All others have reasons that lie outside it. */
const objections = new Set([400, 405, 406, 411, 413, 414, 415, 422, 431]);

export const positiveDataAcceptance: Check = {
  name: "positive_data_acceptance",
  severity: "error",
  promise: "What the contract allows is accepted.",
  judge: ({ case: { intent, operation }, response }, { contract }) => {
    const { status } = response;
    if (intent !== "positive" || hasReasonOfItsOwn(response, operation, contract.errorCodeProperty))
      return undefined;
    if (objections.has(status))
      return `The request is valid, yet the answer is ${status}${reason(response)}.`;
    if (status >= 300 && status < 400)
      return `The request is valid, yet the answer leads elsewhere (${status} ${headerOf(response.headers, "location") ?? ""}).`;
    return status < 300 ? null : undefined;
  },
};

/**
 * Whether the code of an error is one that the contract gives to this status alone: it names what no schema can tell, such
 * as that a thing has no price. A code that bad requests have, too, is an objection to the request.
 */
function hasReasonOfItsOwn(
  response: HttpResponse,
  { responses }: VerifiedOperation,
  property: string | null,
): boolean {
  if (property === null || response.status === 400) return false;
  const codesOf = (wanted: string): unknown[] =>
    responses
      .filter(({ status }) => status === wanted)
      .flatMap(({ examples }) => examples.map(({ value }) => object(value)[property]));
  const code = object(jsonOf(response))[property];
  return (
    code !== undefined && codesOf(String(response.status)).includes(code) && !codesOf("400").includes(code)
  );
}

function reason({ body }: { body: Buffer }): string {
  const text = body.toString("utf8").trim();
  return text === "" ? "" : `: ${text.length > 160 ? `${text.slice(0, 160)}…` : text}`;
}
