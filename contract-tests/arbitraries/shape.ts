import type { JsonObject, Schema } from "../support/contract.js";
import { array, object } from "../support/contract.js";
import { regExpOf, schemasIn } from "./schema-judge.js";

export type JsonType = "null" | "boolean" | "integer" | "number" | "string" | "array" | "object";

/** What many schemas together say of one value, without any choice left in it: each keyword's meaning, joined. */
export interface Shape {
  /** The schemas as they stand in the spec: a value of the shape is valid by all of them. */
  readonly schemas: Schema[];
  types: Set<JsonType>;
  /** What the keywords speak of, where no `type` says it. */
  impliedTypes: ReadonlySet<JsonType> | null;
  /** All there are, from `const` and `enum`; `null`: no such list. */
  values: readonly unknown[] | null;
  readonly excluded: unknown[];
  minimum: number;
  maximum: number;
  exclusiveMinimum: number;
  exclusiveMaximum: number;
  readonly multiplesOf: number[];
  minLength: number;
  maxLength: number;
  readonly patterns: string[];
  readonly formats: string[];
  readonly objects: ObjectRules[];
  readonly required: Set<string>;
  readonly dependentRequired: Map<string, readonly string[]>;
  readonly propertyNames: Schema[];
  minProperties: number;
  maxProperties: number;
  /** `unevaluatedProperties`: of names that no other keyword knows. */
  readonly unevaluatedProperties: Schema[];
  readonly arrays: ArrayRules[];
  readonly contains: Contains[];
  readonly unevaluatedItems: Schema[];
  minItems: number;
  maxItems: number;
  uniqueItems: boolean;
  /** Property in which items differ. */
  uniqueBy: string | null;
  /** Something here is only heeded roughly: each value must be checked, and some will be thrown away. */
  rough: boolean;
}

/** `properties`, `patternProperties` and `additionalProperties` of one schema: the last depends on the others. */
export interface ObjectRules {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly patterns: readonly (readonly [RegExp, Schema])[];
  readonly additional: Schema | undefined;
}

export interface ArrayRules {
  readonly prefix: readonly Schema[];
  readonly items: Schema | undefined;
}

export interface Contains {
  readonly schema: Schema;
  readonly min: number;
  readonly max: number;
}

const allTypes: readonly JsonType[] = ["null", "boolean", "integer", "number", "string", "array", "object"];

export function anyShape(): Shape {
  return {
    schemas: [],
    types: new Set(allTypes),
    impliedTypes: null,
    values: null,
    excluded: [],
    minimum: Number.NEGATIVE_INFINITY,
    maximum: Number.POSITIVE_INFINITY,
    exclusiveMinimum: Number.NEGATIVE_INFINITY,
    exclusiveMaximum: Number.POSITIVE_INFINITY,
    multiplesOf: [],
    minLength: 0,
    maxLength: Number.POSITIVE_INFINITY,
    patterns: [],
    formats: [],
    objects: [],
    required: new Set(),
    dependentRequired: new Map(),
    propertyNames: [],
    minProperties: 0,
    maxProperties: Number.POSITIVE_INFINITY,
    unevaluatedProperties: [],
    arrays: [],
    contains: [],
    unevaluatedItems: [],
    minItems: 0,
    maxItems: Number.POSITIVE_INFINITY,
    uniqueItems: false,
    uniqueBy: null,
    rough: false,
  };
}

export function copyOf(shape: Shape): Shape {
  return {
    ...shape,
    schemas: [...shape.schemas],
    types: new Set(shape.types),
    excluded: [...shape.excluded],
    multiplesOf: [...shape.multiplesOf],
    patterns: [...shape.patterns],
    formats: [...shape.formats],
    objects: [...shape.objects],
    required: new Set(shape.required),
    dependentRequired: new Map(shape.dependentRequired),
    propertyNames: [...shape.propertyNames],
    unevaluatedProperties: [...shape.unevaluatedProperties],
    arrays: [...shape.arrays],
    contains: [...shape.contains],
    unevaluatedItems: [...shape.unevaluatedItems],
  };
}

/** Joins what a schema's own keywords say, all but those that offer a choice, into the shape. */
export function join(shape: Shape, schema: JsonObject): void {
  joinValues(shape, schema);
  joinNumbers(shape, schema);
  joinObject(shape, schema);
  joinArray(shape, schema);
  shape.impliedTypes ??= impliedTypes(schema);
}

function joinValues(shape: Shape, schema: JsonObject): void {
  if (schema["type"] !== undefined) {
    const named = new Set([schema["type"]].flat() as JsonType[]);
    if (named.has("number")) named.add("integer");
    shape.types = new Set([...shape.types].filter((type) => named.has(type)));
  }
  const lists = [
    ...("const" in schema ? [[schema["const"]]] : []),
    ...(Array.isArray(schema["enum"]) ? [array(schema["enum"])] : []),
  ];
  for (const list of lists) {
    const before = shape.values?.map(keyOf);
    shape.values = before ? list.filter((value) => before.includes(keyOf(value))) : list;
  }
  shape.minLength = Math.max(shape.minLength, numberOf(schema["minLength"], 0));
  shape.maxLength = Math.min(shape.maxLength, numberOf(schema["maxLength"], Number.POSITIVE_INFINITY));
  if (typeof schema["pattern"] === "string") shape.patterns.push(schema["pattern"]);
  if (typeof schema["format"] === "string") shape.formats.push(schema["format"]);
}

function joinNumbers(shape: Shape, schema: JsonObject): void {
  for (const keyword of ["minimum", "exclusiveMinimum"] as const)
    shape[keyword] = Math.max(shape[keyword], numberOf(schema[keyword], Number.NEGATIVE_INFINITY));
  for (const keyword of ["maximum", "exclusiveMaximum"] as const)
    shape[keyword] = Math.min(shape[keyword], numberOf(schema[keyword], Number.POSITIVE_INFINITY));
  if (typeof schema["multipleOf"] === "number") shape.multiplesOf.push(schema["multipleOf"]);
}

function joinObject(shape: Shape, schema: JsonObject): void {
  const { properties, patternProperties, additionalProperties } = schema;
  if (properties !== undefined || patternProperties !== undefined || additionalProperties !== undefined)
    shape.objects.push({
      properties: object(properties) as ObjectRules["properties"],
      patterns: Object.entries(object(patternProperties)).map(
        ([pattern, part]) => [regExpOf(pattern), part as Schema] as const,
      ),
      additional: additionalProperties as Schema | undefined,
    });
  for (const name of array(schema["required"])) shape.required.add(String(name));
  for (const [name, others] of Object.entries(object(schema["dependentRequired"])))
    shape.dependentRequired.set(name, [
      ...(shape.dependentRequired.get(name) ?? []),
      ...array(others).map(String),
    ]);
  if (schema["propertyNames"] !== undefined) shape.propertyNames.push(schema["propertyNames"] as Schema);
  if (schema["unevaluatedProperties"] !== undefined) {
    shape.unevaluatedProperties.push(schema["unevaluatedProperties"] as Schema);
    shape.rough = true;
  }
  shape.minProperties = Math.max(shape.minProperties, numberOf(schema["minProperties"], 0));
  shape.maxProperties = Math.min(
    shape.maxProperties,
    numberOf(schema["maxProperties"], Number.POSITIVE_INFINITY),
  );
}

function joinArray(shape: Shape, schema: JsonObject): void {
  const { items, prefixItems, contains, minContains, maxContains } = schema;
  if (items !== undefined || prefixItems !== undefined)
    shape.arrays.push({ prefix: schemasIn(prefixItems), items: items as Schema | undefined });
  if (contains !== undefined) {
    const max = numberOf(maxContains, Number.POSITIVE_INFINITY);
    shape.contains.push({ schema: contains as Schema, min: numberOf(minContains, 1), max });
    if (shape.contains.length > 1) shape.rough = true;
  }
  if (schema["unevaluatedItems"] !== undefined) {
    shape.unevaluatedItems.push(schema["unevaluatedItems"] as Schema);
    shape.rough = true;
  }
  shape.minItems = Math.max(shape.minItems, numberOf(schema["minItems"], 0));
  shape.maxItems = Math.min(shape.maxItems, numberOf(schema["maxItems"], Number.POSITIVE_INFINITY));
  if (schema["uniqueItems"] === true) shape.uniqueItems = true;
  if (typeof schema["x-unique-by"] === "string") shape.uniqueBy = schema["x-unique-by"];
}

/** Equal for equal JSON values, whatever the order of their keys. */
export function keyOf(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

export function typeOf(value: unknown): JsonType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value as JsonType;
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

/** Whether a schema's keywords speak of one type of value only. */
function impliedTypes(schema: Readonly<Record<string, unknown>>): ReadonlySet<JsonType> | null {
  if (schema["type"] !== undefined || "const" in schema || "enum" in schema) return null;
  const has = (...keys: string[]): boolean => keys.some((key) => key in schema);
  if (has("properties", "required", "additionalProperties", "patternProperties", "minProperties"))
    return new Set(["object"]);
  if (has("items", "prefixItems", "minItems", "maxItems", "contains")) return new Set(["array"]);
  if (has("minLength", "maxLength", "pattern", "format")) return new Set(["string"]);
  if (has("minimum", "maximum", "multipleOf")) return new Set(["integer", "number"]);
  return null;
}

export function isOfType(value: unknown, types: ReadonlySet<JsonType>): boolean {
  const type = typeOf(value);
  return types.has(type) || (type === "integer" && types.has("number"));
}
