import { uniqueByKeyword } from "../arbitraries/schema-judge.js";
import { type JsonObject, object } from "../support/contract.js";

/**
 * The keywords that decide whether a value is valid, and of which values. Those that only lead to other schemas
 * (`properties`, `items`, `allOf`, `$ref`, `if`) decide nothing by themselves.
 */
const deciding: Readonly<Record<string, (value: unknown, rule: unknown) => boolean>> = {
  type: () => true,
  enum: () => true,
  const: () => true,
  not: () => true,
  anyOf: () => true,
  oneOf: () => true,
  minLength: isText,
  maxLength: isText,
  pattern: isText,
  format: isText,
  minimum: isNumber,
  maximum: isNumber,
  exclusiveMinimum: isNumber,
  exclusiveMaximum: isNumber,
  multipleOf: isNumber,
  minItems: Array.isArray,
  maxItems: Array.isArray,
  uniqueItems: (value, rule) => rule === true && Array.isArray(value),
  contains: Array.isArray,
  minContains: Array.isArray,
  maxContains: Array.isArray,
  [uniqueByKeyword]: Array.isArray,
  required: isObject,
  minProperties: isObject,
  maxProperties: isObject,
  propertyNames: isObject,
  additionalProperties: (value, rule) => rule === false && isObject(value),
  unevaluatedProperties: (value, rule) => rule === false && isObject(value),
  dependentRequired: (value, rule) =>
    isObject(value) && Object.keys(object(rule)).some((name) => Object.hasOwn(value as object, name)),
};

const known = new WeakMap<JsonObject, readonly string[]>();

/** A schema's own keywords that decide something. */
export function decidingKeywords(schema: JsonObject): readonly string[] {
  const found = known.get(schema) ?? decidingOf(schema);
  known.set(schema, found);
  return found;
}

function decidingOf(schema: JsonObject): string[] {
  return Object.keys(schema).filter((keyword) => {
    const rule = schema[keyword];
    if (!Object.hasOwn(deciding, keyword)) return false;
    if (keyword === "required") return Array.isArray(rule) && rule.length > 0;
    if (keyword === "additionalProperties" || keyword === "unevaluatedProperties") return rule === false;
    if (keyword === "contains") return schema["minContains"] === undefined; // else that one decides
    return keyword !== "uniqueItems" || rule === true;
  });
}

/** Whether a keyword has a say in a value at all. */
export function applies(schema: JsonObject, keyword: string, value: unknown): boolean {
  return deciding[keyword]?.(value, schema[keyword]) === true;
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a keyword is called in the spec. */
export function writtenName(keyword: string): string {
  return keyword === uniqueByKeyword ? "uniqueBy" : keyword;
}

/** A keyword with its value, as far as it is short. */
export function ruleOf(schema: JsonObject, keyword: string): string {
  const rule = schema[keyword];
  const isSchema = ["not", "anyOf", "oneOf", "contains", "propertyNames"].includes(keyword);
  if (isSchema) return keyword;
  const text = JSON.stringify(rule);
  return `${writtenName(keyword)} ${text.length > 60 ? `${text.slice(0, 57)}…` : text}`;
}
