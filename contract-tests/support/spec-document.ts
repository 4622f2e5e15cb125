import { array, type JsonObject, object } from "./contract.js";
import { upgradeFrom30 } from "./openapi-3-0.js";
import { tokensOf } from "./pointer.js";
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
  return withAbsoluteRefs(version.startsWith("3.0.") ? upgradeFrom30(bundled) : bundled);
}

/**
 * Two documents in one, as `base` and `revision`, so that values can be made that fit the one and not the other. Both are
 * bundled; of OpenAPI 3.0 they are read in the words of 3.1.
 */
export function joinDocuments(base: JsonObject, revision: JsonObject): JsonObject {
  const [from, to] = [base, revision].map((one) =>
    String(one["openapi"]).startsWith("3.0") ? upgradeFrom30(one) : one,
  ) as [JsonObject, JsonObject];
  return { base: withAbsoluteRefs(from, "/base"), revision: withAbsoluteRefs(to, "/revision") };
}

/** Keys of a schema without meaning: values in which `$ref` and `$id` are only text, and a word that 3.1 gave up. */
const meaningless = new Set(["example", "examples", "default", "nullable"]);
/** Keys that hold schemas under names that anyone may choose. */
const named = new Set(["properties", "patternProperties", "dependentSchemas", "$defs", "schemas"]);
const asItIs = new Set(["const", "enum", "value", "example"]);

/** @param under where the document stands in the one that it becomes a part of */
function withAbsoluteRefs(document: JsonObject, under = ""): JsonObject {
  return object(absolute(document, under));
}

function absolute(value: unknown, under: string, inSchema = false, byName = false): unknown {
  if (Array.isArray(value)) return value.map((item) => absolute(item, under, inSchema));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]): [string, unknown][] => {
      if (byName) return [[key, absolute(part, under, inSchema)]];
      // Both sides of a pair would claim the same name.
      if (inSchema && under !== "" && key === "$id") return [];
      if (inSchema && (meaningless.has(key) || (key.startsWith("exclusive") && typeof part === "boolean")))
        return [];
      if (asItIs.has(key)) return [[key, part]];
      if (key === "$ref" && typeof part === "string" && part.startsWith("#"))
        return [[key, `${documentId}#${under}${part.slice(1)}`]];
      const isSchema = inSchema || key === "schema" || key === "schemas";
      return [[key, absolute(part, under, isSchema, named.has(key))]];
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
  const tokens = tokensOf(fragment);
  return tokens.reduce<unknown>((at, token) => {
    const nested = object(at)["$ref"];
    const here = typeof nested === "string" ? followRef(document, nested) : at;
    const next = Array.isArray(here) ? array(here)[Number(token)] : object(here)[token];
    if (next === undefined) throw new Error(`The reference ${ref} leads nowhere.`);
    return next;
  }, document);
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
