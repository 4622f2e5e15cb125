import { children } from "../node.js";
import type { Rule } from "../rule.js";
import { titleOf } from "../subject.js";

/** A client that is told to slow down, but not for how long, can only guess; and a test can't hold a server to it. */
export const retryAfter: Rule = {
  id: "retry-after",
  kind: "mock-safety",
  *find(subject) {
    const seen = new Set<string>();
    for (const operation of subject.operations) {
      for (const response of subject.responsesOf(operation)) {
        if (response.isWebhook || response.status !== "429" || seen.has(response.pointer)) continue;
        seen.add(response.pointer);
        const header = children(response, "headers").find(({ key }) => key.toLowerCase() === "retry-after");
        if (header && subject.deref(header).value["required"] === true) continue;
        yield {
          at: header?.pointer ?? response.pointer,
          message: header
            ? "The header `Retry-After` of a 429 is not required."
            : `A 429 has no header \`Retry-After\` (${titleOf(operation)}).`,
          remedy: "Declare the header with `required: true` and an example.",
        };
      }
    }
  },
};
