import { children, under } from "../node.js";
import type { Rule } from "../rule.js";
import { titleOf } from "../subject.js";

/** Prism performs callbacks: it makes up a body for each request, several times slower, and sends it to whoever was named. */
export const noCallbacks: Rule = {
  id: "no-callbacks",
  kind: "mock-safety",
  *find({ operations }) {
    for (const operation of operations) {
      if (children(operation, "callbacks").length === 0) continue;
      yield {
        at: under(operation.pointer, "callbacks"),
        message: `${titleOf(operation)} has callbacks; a mock server would really call.`,
        remedy: "Describe what is sent under `webhooks` at the root.",
      };
    }
  },
};
