import { child, children, under } from "../node.js";
import type { Rule } from "../rule.js";
import { schemaParts } from "../schema-parts.js";
import { isMultipart } from "../subject.js";

/** `maxLength` counts characters, and a mock server those of the bytes misread as UTF-8: no limit that anyone means. */
export const fileMaxLength: Rule = {
  id: "file-max-length",
  kind: "mock-safety",
  *find({ document, mediaTypes }) {
    for (const mediaType of mediaTypes.filter(({ type }) => isMultipart(type))) {
      const parts = schemaParts(document, child(mediaType, "schema"));
      for (const property of parts.flatMap((part) => children(part, "properties"))) {
        const limited = schemaParts(document, property).find(({ value }) => value["maxLength"] !== undefined);
        if (!limited || !isFile(limited.value)) continue;
        yield {
          at: under(limited.pointer, "maxLength"),
          message: `\`maxLength\` on the file ${JSON.stringify(property.key)} counts characters, not bytes.`,
          remedy: "Take it out, and say the limit in bytes with x-max-bytes.",
        };
      }
    }
  },
};

function isFile(schema: Record<string, unknown>): boolean {
  const mediaType = schema["contentMediaType"];
  if (schema["format"] === "binary") return true;
  return typeof mediaType === "string" && !/^text\/|json$/.test(mediaType);
}
