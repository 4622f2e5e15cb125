import { isJson } from "../../contract/build-schema.js";
import { hasExample } from "../examples.js";
import type { Rule } from "../rule.js";

/** A mock server answers with examples; what it makes up in their place is mostly not even valid. */
export const responseExample: Rule = {
  id: "response-example",
  kind: "mock-safety",
  *find(subject) {
    for (const mediaType of subject.mediaTypes) {
      const { type, side, status, title, isWebhook } = mediaType;
      if (side === "request" || isWebhook || !isJson(type) || !/^[245]/.test(status ?? "")) continue;
      if (hasExample(subject, mediaType)) continue;
      yield {
        at: mediaType.pointer,
        message: `${title} has no example.`,
        remedy: "Add `examples`, one for each meaning it can have.",
      };
    }
  },
};
