import { object } from "../support/contract.js";
import { headerOf, jsonOf } from "../verify/case.js";
import { retryAfterMs } from "../verify/pacer.js";
import { answerFor } from "../verify/verified-contract.js";
import type { Check } from "./check.js";

export const retryAfterConformance: Check = {
  name: "retry_after_conformance",
  severity: "error",
  promise:
    "Where the contract says Retry-After, it is there, can be read, is no longer than the limit's period, and what the body says.",
  judge: ({ case: { operation }, response }, { contract }) => {
    if (![429, 503].includes(response.status)) return undefined;
    const declared = answerFor(operation, response.status)?.headers.find(
      ({ name }) => name.toLowerCase() === "retry-after",
    );
    const text = headerOf(response.headers, "retry-after");
    if (text === null) return declared?.required ? `${response.status} without Retry-After.` : undefined;
    const ms = retryAfterMs(text);
    if (ms === null) return `Retry-After is "${text}", neither seconds nor a date.`;
    const property = contract.errorWords.get("retryAfterSeconds");
    const told = property === undefined ? undefined : object(jsonOf(response))[property];
    if (typeof told === "number" && /^\d+$/.test(text) && Math.abs(told - Number(text)) > 1)
      return `Retry-After is ${text} s, but ${property} is ${told}.`;
    const longest = Math.max(0, ...operation.rateLimits.map(({ periodSeconds }) => periodSeconds));
    return response.status === 429 && longest > 0 && ms > longest * 1000
      ? `Retry-After is ${ms / 1000} s, but the limit's period is ${longest} s.`
      : null;
  },
};
