/**
 * What a place of an OpenAPI document holds. `$ref` means a reference only in some of them: in `data` (an
 * example, a default) and as a property's name it is the author's own text.
 */
export type PlaceKind =
  | "object"
  | "components"
  | "map"
  | "schema"
  | "schema-map"
  | "example-map"
  | "example"
  | "data";

export type JsonObject = { [key: string]: unknown };

const schemaKeywords = new Set([
  "additionalProperties",
  "allOf",
  "anyOf",
  "contains",
  "contentSchema",
  "else",
  "if",
  "items",
  "not",
  "oneOf",
  "prefixItems",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
]);
const schemaMapKeywords = new Set([
  "$defs",
  "definitions",
  "dependentSchemas",
  "patternProperties",
  "properties",
]);
/** Fields whose keys are the author's names, not OpenAPI's. */
const mapKeywords = new Set([
  "callbacks",
  "content",
  "encoding",
  "headers",
  "links",
  "mapping",
  "paths",
  "responses",
  "scopes",
  "variables",
  "webhooks",
]);
const dataKeywords = new Set(["const", "default", "enum", "example", "examples"]);

/** The kind of the value under `key` in an object of kind `kind`. An array has the kind its key gave it. */
export function kindUnder(kind: PlaceKind, key: string): PlaceKind {
  switch (kind) {
    case "data":
      return "data";
    case "schema-map":
      return "schema";
    case "schema":
      if (schemaKeywords.has(key)) return "schema";
      if (schemaMapKeywords.has(key)) return "schema-map";
      return dataKeywords.has(key) ? "data" : "object";
    case "example-map":
      return "example";
    case "example":
      return key === "value" ? "data" : "object";
    case "map":
      return "object";
    case "components":
      if (key === "schemas") return "schema-map";
      return key === "examples" ? "example-map" : "map";
    case "object":
      if (key === "schema") return "schema";
      if (key === "components") return "components";
      if (key === "examples") return "example-map";
      if (mapKeywords.has(key)) return "map";
      return key === "example" || key === "security" ? "data" : "object";
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Sets a key as an own property, even `__proto__`, which assignment would swallow. */
export function setOwn(target: JsonObject, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}

/** The value at a path of own keys, or `undefined`. */
export function valueAt(root: unknown, tokens: readonly string[]): unknown {
  let value = root;
  for (const token of tokens) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, token)) return undefined;
    value = (value as JsonObject)[token];
  }
  return value;
}

/** Whether two JSON values are the same, whatever the order of their keys. */
export function isSameValue(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    for (let index = 0; index < left.length; index++)
      if (!isSameValue(left[index], right[index])) return false;
    return true;
  }
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  for (const key of keys)
    if (!Object.hasOwn(right, key) || !isSameValue((left as JsonObject)[key], (right as JsonObject)[key]))
      return false;
  return true;
}
