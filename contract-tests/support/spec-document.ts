import { array, type JsonObject, object } from "./contract.js";
import { upgradeFrom30 } from "./openapi-3-0.js";
import { bundleSpec } from "./spec-files.js";

/** What every `$ref` of a document that was read here begins with: any part of it can be compiled by itself. */
export const documentId = "spec://document";

/**
 * Reads a spec of any number of files as one document, OpenAPI 3.0 in the words of 3.1. References stay, so that
 * recursive schemas do too; each is absolute (`spec://document#/components/…`). Schemas lose their examples.
 */
export async function readSpecDocument(specPath: string): Promise<JsonObject> {
  const bundled = object(await bundleSpec(specPath));
  const version = String(bundled["openapi"]);
  if (!/^3\.[01]\./.test(version))
    throw new Error(`${specPath} is not an OpenAPI document of version 3.0 or 3.1 (openapi: ${version}).`);
  return object(withAbsoluteRefs(version.startsWith("3.0.") ? upgradeFrom30(bundled) : bundled));
}

/** Keys of a schema without meaning: values in which `$ref` and `$id` are only text, and a word that 3.1 gave up. */
const meaningless = new Set(["example", "examples", "default", "nullable"]);
/** Keys that hold schemas under names that anyone may choose. */
const named = new Set(["properties", "patternProperties", "dependentSchemas", "$defs", "schemas"]);
const asItIs = new Set(["const", "enum", "value", "example"]);

function withAbsoluteRefs(value: unknown, inSchema = false, byName = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withAbsoluteRefs(item, inSchema));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]): [string, unknown][] => {
      if (byName) return [[key, withAbsoluteRefs(part, inSchema)]];
      if (inSchema && (meaningless.has(key) || (key.startsWith("exclusive") && typeof part === "boolean")))
        return [];
      if (asItIs.has(key)) return [[key, part]];
      if (key === "$ref" && typeof part === "string" && part.startsWith("#"))
        return [[key, `${documentId}${part}`]];
      return [
        [key, withAbsoluteRefs(part, inSchema || key === "schema" || key === "schemas", named.has(key))],
      ];
    }),
  );
}

/** The document without the values it shows, of which a validator would take some for schemas. */
export function withoutExamples(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutExamples);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      key === "schema" || key === "schemas" ? part : key.startsWith("example") ? {} : withoutExamples(part),
    ]),
  );
}

/** What an absolute reference leads to; throws where it leads nowhere. */
export function followRef(document: JsonObject, ref: string): unknown {
  const [id, fragment = ""] = ref.split("#");
  if (id !== documentId) throw new Error(`The reference ${ref} leads out of the document.`);
  const tokens = fragment.split("/").slice(1).map(unescapeToken);
  return tokens.reduce<unknown>((at, token) => {
    const nested = object(at)["$ref"];
    const here = typeof nested === "string" ? followRef(document, nested) : at;
    const next = Array.isArray(here) ? array(here)[Number(token)] : object(here)[token];
    if (next === undefined) throw new Error(`The reference ${ref} leads nowhere.`);
    return next;
  }, document);
}

function unescapeToken(token: string): string {
  return decodeURIComponent(token).replaceAll("~1", "/").replaceAll("~0", "~");
}

/** Keys below which nothing is OpenAPI's structure: schemas, and values as they are. */
const notStructure = new Set(["schema", "schemas", "example", "value"]);

/** The document with path items, parameters, bodies, responses and examples in their places; schemas keep their references. */
export function withStructureResolved(document: JsonObject): JsonObject {
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== "object" || value === null) return value;
    const ref = object(value)["$ref"];
    if (typeof ref === "string") return resolve(followRef(document, ref));
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, notStructure.has(key) ? part : resolve(part)]),
    );
  };
  return object(resolve(document));
}
