import type { JsonObject } from "../support/contract.js";

/**
 * The document in OpenAPI 3.1's words: of 3.0, `nullable` and boolean `exclusiveMinimum` become what JSON Schema 2020-12
 * has for them. Documents that say 3.1 use them too.
 *
 * @throws Error if it is no OpenAPI 3
 */
export function modernize(bundled: unknown): object {
  const document = bundled as JsonObject;
  const version = String(document["openapi"] ?? document["swagger"] ?? "");
  if (!/^3\.[012]/.test(version))
    throw new Error(
      `This is ${version ? `version ${version}` : "no version"} of OpenAPI; 3.0 and 3.1 can be served.`,
    );
  return modern(document, "object") as object;
}

type Kind = "object" | "names" | "data";

/** Where keys are the author's names, and no word is a keyword. */
const namesBelow = new Set([
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
  "schemas",
  "parameters",
  "responses",
  "headers",
  "paths",
]);
const dataBelow = new Set(["example", "examples", "default", "enum", "const", "x-sample"]);

function modern(value: unknown, kind: Kind): unknown {
  if (Array.isArray(value)) return value.map((item) => modern(item, kind === "data" ? "data" : "object"));
  if (typeof value !== "object" || value === null || kind === "data") return value;
  const result: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) {
    const below: Kind =
      kind === "names" ? "object" : namesBelow.has(key) ? "names" : dataBelow.has(key) ? "data" : "object";
    Object.defineProperty(result, key, {
      value: modern(part, below),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return kind === "names" ? result : withoutOldWords(result);
}

function withoutOldWords(schema: Record<string, unknown>): unknown {
  for (const [limit, exclusive] of [
    ["minimum", "exclusiveMinimum"],
    ["maximum", "exclusiveMaximum"],
  ] as const) {
    if (typeof schema[exclusive] !== "boolean") continue;
    if (schema[exclusive] && schema[limit] !== undefined) {
      schema[exclusive] = schema[limit];
      delete schema[limit];
    } else delete schema[exclusive];
  }
  const { nullable } = schema;
  if (typeof nullable !== "boolean") return schema;
  delete schema["nullable"];
  if (!nullable) return schema;
  if (typeof schema["type"] !== "string")
    return Object.keys(schema).length === 0 ? schema : { anyOf: [schema, { type: "null" }] };
  schema["type"] = [schema["type"], "null"];
  if (Array.isArray(schema["enum"]) && !schema["enum"].includes(null))
    schema["enum"] = [...schema["enum"], null];
  return schema;
}

/** The document without its examples: an `$id` in one would pass for the name of a schema. */
export function withoutExamples(value: unknown, names = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutExamples(item));
  if (typeof value !== "object" || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) {
    if (!names && (key === "example" || key === "examples")) continue;
    Object.defineProperty(result, key, {
      value: withoutExamples(part, !names && namesBelow.has(key)),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return result;
}
