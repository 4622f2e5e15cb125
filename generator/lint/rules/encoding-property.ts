import { child, children } from "../node.js";
import type { Rule } from "../rule.js";
import { propertyOf } from "../schema-parts.js";

/** What `encoding` says of a part that the form does not have is said of nothing, mostly by a slip of the pen. */
export const encodingProperty: Rule = {
  id: "encoding-property",
  kind: "correctness",
  *find({ document, mediaTypes }) {
    for (const mediaType of mediaTypes) {
      for (const { key, pointer } of children(mediaType, "encoding")) {
        if (propertyOf(document, child(mediaType, "schema"), key).length > 0) continue;
        yield {
          at: pointer,
          message: `The form has no part ${JSON.stringify(key)} that could be encoded.`,
          remedy: "Mend the name, or declare the property.",
        };
      }
    }
  },
};
