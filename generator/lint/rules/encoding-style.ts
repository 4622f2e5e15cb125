import { children, under } from "../node.js";
import type { Rule } from "../rule.js";
import { isMultipart } from "../subject.js";

/** Prism reads a part that has a `style` as if it were a query, and turns files away for their bytes. */
export const encodingStyle: Rule = {
  id: "encoding-style",
  kind: "mock-safety",
  *find({ mediaTypes }) {
    for (const mediaType of mediaTypes.filter(({ type }) => isMultipart(type))) {
      for (const encoding of children(mediaType, "encoding")) {
        for (const key of ["style", "explode", "allowReserved"]) {
          if (encoding.value[key] === undefined) continue;
          yield {
            at: under(encoding.pointer, key),
            message: `\`${key}\` on the part ${JSON.stringify(encoding.key)} of a multipart form.`,
            remedy: "Take it out; `contentType` says all that a part needs.",
          };
        }
      }
    }
  },
};
