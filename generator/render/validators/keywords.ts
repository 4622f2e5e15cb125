import { isObject } from "../../load/document-walk.js";

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const types = new Set(["array", "boolean", "integer", "null", "number", "object", "string"]);
const isType = (value: unknown): boolean => isText(value) && types.has(value);

/** Keywords whose value is data, and what it must be for a validator to make sense of it. */
export const dataKeywords: Readonly<Record<string, (value: unknown) => boolean>> = {
  type: (value) => isType(value) || (isList(value) && value.length > 0 && value.every(isType)),
  enum: (value) => isList(value) && value.length > 0 && isWritable(value),
  const: (value) => isWritable(value),
  multipleOf: (value) => isNumber(value) && (value as number) > 0,
  maximum: isNumber,
  exclusiveMaximum: isNumber,
  minimum: isNumber,
  exclusiveMinimum: isNumber,
  maxLength: isCount,
  minLength: isCount,
  pattern: (value) => isText(value) && isPattern(value),
  maxItems: isCount,
  minItems: isCount,
  uniqueItems: (value) => typeof value === "boolean",
  maxContains: isCount,
  minContains: isCount,
  maxProperties: isCount,
  minProperties: isCount,
  required: (value) => isList(value) && value.every(isText),
  dependentRequired: (value) =>
    isObject(value) && Object.values(value).every((names) => isList(names) && names.every(isText)),
};

type Shape = "one" | "list" | "map";
const under = (shape: Shape, names: string): [string, Shape][] =>
  names.split(" ").map((name) => [name, shape]);

/** Keywords that hold a schema, a list of schemas, or schemas by name. */
export const schemaKeywords: ReadonlyMap<string, Shape> = new Map([
  ...under("list", "allOf anyOf oneOf prefixItems"),
  ...under("one", "not if then else items contains additionalProperties propertyNames"),
  ...under("one", "unevaluatedItems unevaluatedProperties"),
  ...under("map", "dependentSchemas properties patternProperties"),
]);
/** Those of them that speak of the value itself, not of a part of it. */
export const inPlaceKeywords: ReadonlySet<string> = new Set(
  "allOf anyOf oneOf not if then else dependentSchemas".split(" "),
);

/** Keywords of JSON Schema that would change what is valid, and that no validator is made of here. */
export const unsupportedKeywords: ReadonlySet<string> = new Set(
  "$dynamicRef $recursiveRef dependencies additionalItems".split(" "),
);

/** Formats that are checked → the function of the runtime that does; any other format is a remark, as JSON Schema has it. */
export const formatChecks: Readonly<Record<string, string>> = {
  byte: "isBase64",
  date: "isDate",
  "date-time": "isDateTime",
  duration: "isDuration",
  email: "isEmail",
  hostname: "isHostname",
  int32: "isInt32",
  int64: "isInt64",
  ipv4: "isIpv4",
  ipv6: "isIpv6",
  "json-pointer": "isJsonPointer",
  time: "isTime",
  uri: "isUri",
  "uri-reference": "isUriReference",
  uuid: "isUuid",
};
export const numberFormats: ReadonlySet<string> = new Set(["int32", "int64"]);

export function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern, "u");
    return true;
  } catch {
    return false;
  }
}

/** Whether a value can be written as a literal: `__proto__` in one would not be a key. */
function isWritable(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isWritable);
  if (!isObject(value)) return typeof value !== "number" || Number.isFinite(value);
  return !Object.hasOwn(value, "__proto__") && Object.values(value).every(isWritable);
}
