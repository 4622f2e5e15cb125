import type { Check } from "./check.js";
import { isSuccess } from "./links.js";

/** Refusals that have nothing to do with what is wrong in the request: they say neither yes nor no. */
const otherReasons = new Set([401, 402, 403, 409, 429]);

export const negativeDataRejection: Check = {
  name: "negative_data_rejection",
  severity: "error",
  promise: "What the contract forbids is refused.",
  judge: ({ case: { intent, operation, wrong }, response: { status }, keyIndex }, { history }) => {
    if (intent !== "negative" || !wrong) return undefined;
    const wasLetIn = (): boolean =>
      history.some((one) => one.case.operation === operation && one.keyIndex === keyIndex && isSuccess(one));
    if (status === 401 && wasLetIn())
      return `${wrong.where}${wrong.pointer} breaks ${wrong.keyword} (${wrong.variant}), yet the answer is 401, and the key was right before.`;
    if (otherReasons.has(status) || status >= 500) return undefined;
    if (status >= 400) return null;
    return `${wrong.where}${wrong.pointer} breaks ${wrong.keyword} (${wrong.variant}), yet the answer is ${status}.`;
  },
};
