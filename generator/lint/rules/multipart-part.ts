import { child, children } from "../node.js";
import type { Rule } from "../rule.js";
import { schemaParts, typesOf } from "../schema-parts.js";
import { isMultipart } from "../subject.js";

/** Prism never parses a part: one that must be an object or an array is refused, whatever it holds. */
export const multipartPart: Rule = {
  id: "multipart-part",
  kind: "mock-safety",
  *find({ document, mediaTypes }) {
    for (const mediaType of mediaTypes) {
      if (!isMultipart(mediaType.type) || mediaType.side === "response") continue;
      const parts = schemaParts(document, child(mediaType, "schema"));
      for (const property of parts.flatMap((part) => children(part, "properties"))) {
        const types = typesOf(document, property).filter((type) => type !== "null");
        if (types.length === 0 || !types.every((type) => type === "object" || type === "array")) continue;
        yield {
          at: property.pointer,
          message: `The part ${JSON.stringify(property.key)} of a multipart form is ${String(types[0])}; a part is a string.`,
          remedy:
            "For JSON write `type: string` with `contentMediaType: application/json` and a `contentSchema`.",
        };
      }
    }
  },
};
