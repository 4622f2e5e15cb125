import { isJson } from "../../contract/build-schema.js";
import { hasExample } from "../examples.js";
import type { Rule } from "../rule.js";
import { isForm } from "../subject.js";

/** Tests send examples; a body without one is tested by no one. */
export const requestExample: Rule = {
  id: "request-example",
  kind: "mock-safety",
  *find(subject) {
    for (const mediaType of subject.mediaTypes) {
      const { type, side, title } = mediaType;
      if (side === "response" || !(isJson(type) || isForm(type)) || hasExample(subject, mediaType)) continue;
      yield {
        at: mediaType.pointer,
        message: `The request body of ${title} has no example.`,
        remedy: "Add `examples`, one for each shape it can have.",
      };
    }
  },
};
