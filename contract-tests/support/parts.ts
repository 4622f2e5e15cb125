import { array, object, type RequestBody, type Schema } from "./contract.js";
import { beginningOf } from "./file-signatures.js";

/** A part that a form may have, as the spec says. */
export interface Part {
  readonly name: string;
  readonly kind: "text" | "json" | "file";
  readonly required: boolean;
  readonly repeated: boolean;
  readonly contentTypes: readonly string[];
  readonly schema: Schema;
  readonly maxBytes: number | null;
  readonly lines: Lines | null;
}

/** Rules of a file that holds one JSON value a line. */
export interface Lines {
  readonly schema: Schema;
  readonly minItems: number | null;
  readonly maxItems: number | null;
  readonly uniqueBy: string | null;
}

export function partsOf({ mediaType, schema, encoding }: RequestBody): Part[] {
  if (mediaType !== "multipart/form-data") return [];
  const required = array(object(schema)["required"]);
  return Object.entries(object(object(schema)["properties"])).map(([name, value]): Part => {
    const whole = object(value);
    const repeated = whole["type"] === "array";
    const one = repeated ? object(whole["items"]) : whole;
    return {
      name,
      kind: kindOf(one),
      required: required.includes(name),
      repeated,
      contentTypes: (encoding[name]?.contentType ?? "").split(/\s*,\s*/).filter((type) => type !== ""),
      schema: one,
      maxBytes: (one["x-max-bytes"] as number | undefined) ?? null,
      lines: linesOf(one["x-item-schema"]),
    };
  });
}

function kindOf(schema: Readonly<Record<string, unknown>>): Part["kind"] {
  if (schema["contentMediaType"] === "application/json" || schema["type"] === "object") return "json";
  return schema["contentMediaType"] !== undefined || schema["format"] === "binary" ? "file" : "text";
}

function linesOf(rules: unknown): Lines | null {
  if (rules === undefined) return null;
  const { schema, minItems, maxItems, uniqueBy } = object(rules);
  return {
    schema: schema as Schema,
    minItems: (minItems as number | undefined) ?? null,
    maxItems: (maxItems as number | undefined) ?? null,
    uniqueBy: (uniqueBy as string | undefined) ?? null,
  };
}

/**
 * The file that an example stands for. `<bytes of clip.mp4>` is a file of that name; anything else is the text of
 * the file itself.
 */
export function fileOf(part: Part, example: unknown, contentType = part.contentTypes[0] ?? ""): File {
  const text = String(example);
  const name = /^<bytes of (.+)>$/.exec(text)?.[1];
  return name === undefined
    ? new File([text], `${part.name}.txt`, { type: contentType })
    : new File([beginningOf(contentType), trickyBytes], name, { type: contentType });
}

/** What a form must carry unharmed: every byte, line breaks of all kinds, and what looks like a boundary. */
const trickyBytes = Buffer.concat([
  Buffer.from(Array.from({ length: 256 }, (_, index) => index)),
  Buffer.from("\r\n--\r\n------formdata-undici\r\nContent-Disposition: form-data\r\n\r\n\n\r\0"),
]);
