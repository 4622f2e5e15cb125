import type { JsonObject } from "../support/contract.js";

/**
 * The document in OpenAPI 3.1's words: of 3.0, `nullable`, boolean `exclusiveMinimum` and binary formats become what
 * JSON Schema 2020-12 has for them.
 *
 * @throws Error if it is no OpenAPI 3
 */
export function modernize(bundled: unknown): { document: object; notes: string[] } {
  const document = bundled as JsonObject;
  const version = String(document["openapi"] ?? document["swagger"] ?? "");
  if (/^3\.[12]/.test(version)) return { document, notes: [] };
  if (!version.startsWith("3.0"))
    throw new Error(
      `This is ${version ? `version ${version}` : "no version"} of OpenAPI; 3.0 and 3.1 can be served.`,
    );
  return { document: modern(document, false) as object, notes: [] };
}

/** @param data whether this is someone's value, in which no word is a keyword */
function modern(value: unknown, data: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => modern(item, data));
  if (typeof value !== "object" || value === null || data) return value;
  const result: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) {
    const ofData =
      key === "example" || key === "default" || key === "enum" || key === "value" || key === "const";
    Object.defineProperty(result, key, {
      value: modern(part, ofData && !isSchemaLike(part)),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  if (typeof result["type"] === "string") {
    for (const [limit, exclusive] of [
      ["minimum", "exclusiveMinimum"],
      ["maximum", "exclusiveMaximum"],
    ] as const) {
      if (result[exclusive] === true) {
        result[exclusive] = result[limit];
        delete result[limit];
      } else if (result[exclusive] === false) delete result[exclusive];
    }
  }
  if (result["nullable"] === true) {
    delete result["nullable"];
    if (typeof result["type"] === "string") {
      result["type"] = [result["type"], "null"];
      if (Array.isArray(result["enum"]) && !result["enum"].includes(null))
        result["enum"] = [...result["enum"], null];
    } else return { anyOf: [result, { type: "null" }] };
  } else if (result["nullable"] === false) delete result["nullable"];
  return result;
}

/** A property may be called `value` or `default`; its schema is an object with a type or a reference. */
function isSchemaLike(part: unknown): boolean {
  return (
    typeof part === "object" &&
    part !== null &&
    ("$ref" in part || typeof (part as JsonObject)["type"] === "string")
  );
}
