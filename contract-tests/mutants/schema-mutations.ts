import { array, object } from "../support/contract.js";
import { type Mutation, otherWord, replaced } from "./mutation.js";
import type { SchemaSite } from "./schema-sites.js";

const least = ["minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum", "minContains"];
const most = [
  "maxLength",
  "maxItems",
  "maxProperties",
  "maximum",
  "exclusiveMaximum",
  "maxContains",
  "x-max-bytes",
];
const others = [
  "pattern",
  "format",
  "uniqueItems",
  "multipleOf",
  "contains",
  "dependentRequired",
  "if",
  "not",
  "oneOf",
  "anyOf",
  "propertyNames",
  "prefixItems",
  "items",
  "contentSchema",
];

/**
 * The changes of one schema. Of what is sent, a server may come to take too much or too little; of what is answered, only more
 * than the contract allows is a fault.
 */
export function* schemaMutations(site: SchemaSite): Generator<Mutation> {
  const { side } = site;
  yield* sharedMutations(site, side === "answer" ? "answer: " : "");
  if (side === "request") yield* requestMutations(site);
}

function* sharedMutations({ at, schema, side }: SchemaSite, prefix: string): Generator<Mutation> {
  const required = array(schema["required"]).map(String);
  for (const name of required)
    yield replaced(
      `${prefix}required dropped`,
      [...at, "required"],
      required,
      required.filter((one) => one !== name),
      name,
    );
  // Where the values are listed, the type says nothing more.
  if (schema["type"] !== undefined && schema["enum"] === undefined && schema["const"] === undefined)
    yield replaced(
      `${prefix}type widened`,
      [...at, "type"],
      schema["type"],
      widened([schema["type"]].flat().map(String)),
    );
  const values = array(schema["enum"]);
  if (values.length > 0)
    yield replaced(
      `${prefix}enum value added`,
      [...at, "enum"],
      values,
      [...values, otherValue(values[0])],
      String(otherValue(values[0])),
    );
  if (schema["const"] !== undefined && side === "answer")
    yield replaced(`${prefix}const lost`, [...at, "const"], schema["const"], undefined);
  for (const keyword of least)
    if (typeof schema[keyword] === "number")
      yield replaced(`${prefix}limit − 1`, [...at, keyword], schema[keyword], schema[keyword] - 1);
  for (const keyword of most)
    if (typeof schema[keyword] === "number")
      yield replaced(`${prefix}limit + 1`, [...at, keyword], schema[keyword], schema[keyword] + 1);
  for (const keyword of others)
    if (schema[keyword] !== undefined)
      yield replaced(`${prefix}keyword lost`, [...at, keyword], schema[keyword], undefined, keyword);
  if (schema["additionalProperties"] === false)
    yield replaced(`${prefix}unknown properties let in`, [...at, "additionalProperties"], false, undefined);
  const lines = object(schema["x-item-schema"]);
  if (typeof lines["minItems"] === "number")
    yield replaced(
      `${prefix}limit − 1`,
      [...at, "x-item-schema", "minItems"],
      lines["minItems"],
      lines["minItems"] - 1,
    );
  if (typeof lines["maxItems"] === "number")
    yield replaced(
      `${prefix}limit + 1`,
      [...at, "x-item-schema", "maxItems"],
      lines["maxItems"],
      lines["maxItems"] + 1,
    );
  if (lines["uniqueBy"] !== undefined)
    yield replaced(
      `${prefix}keyword lost`,
      [...at, "x-item-schema", "uniqueBy"],
      lines["uniqueBy"],
      undefined,
      "uniqueBy",
    );
}

function* requestMutations({ at, schema }: SchemaSite): Generator<Mutation> {
  const required = array(schema["required"]).map(String);
  const properties = Object.entries(object(schema["properties"]));
  for (const [name] of properties)
    if (!required.includes(name))
      yield replaced("required added", [...at, "required"], schema["required"], [...required, name], name);
  for (const [name, property] of properties) {
    yield replaced("property lost", [...at, "properties", name], property, undefined, name);
    const renamed = Object.fromEntries(
      properties.map(([one, value]) => [one === name ? otherWord(one) : one, value]),
    );
    yield replaced(
      "property renamed",
      [...at, "properties"],
      schema["properties"],
      renamed,
      `${name} → ${otherWord(name)}`,
    );
  }
  if (schema["type"] !== undefined) {
    const other = [schema["type"]].flat().includes("string") ? "integer" : "string";
    yield replaced("type changed", [...at, "type"], schema["type"], other);
  }
  const values = array(schema["enum"]);
  for (const value of values)
    yield replaced(
      "enum value lost",
      [...at, "enum"],
      values,
      values.filter((one) => one !== value),
      String(value),
    );
  if (schema["const"] !== undefined)
    yield replaced("const changed", [...at, "const"], schema["const"], otherValue(schema["const"]));
  for (const keyword of least)
    if (typeof schema[keyword] === "number")
      yield replaced("limit + 1", [...at, keyword], schema[keyword], schema[keyword] + 1);
  for (const keyword of most)
    if (typeof schema[keyword] === "number")
      yield replaced("limit − 1", [...at, keyword], schema[keyword], schema[keyword] - 1);
  for (const keyword of ["oneOf", "anyOf"])
    for (const [index, branch] of array(schema[keyword]).entries())
      if (array(schema[keyword]).length > 1)
        yield replaced(
          "branch lost",
          [...at, keyword],
          schema[keyword],
          array(schema[keyword]).filter((one) => one !== branch),
          `${keyword}/${index}`,
        );
  const lines = object(schema["x-item-schema"]);
  if (typeof lines["minItems"] === "number")
    yield replaced(
      "limit + 1",
      [...at, "x-item-schema", "minItems"],
      lines["minItems"],
      lines["minItems"] + 1,
    );
  if (typeof lines["maxItems"] === "number")
    yield replaced(
      "limit − 1",
      [...at, "x-item-schema", "maxItems"],
      lines["maxItems"],
      lines["maxItems"] - 1,
    );
}

function widened(types: readonly string[]): readonly string[] {
  if (types.includes("integer")) return [...types.filter((one) => one !== "integer"), "number"];
  return [...types, ["boolean", "string", "object"].find((one) => !types.includes(one)) ?? "null"];
}

function otherValue(value: unknown): unknown {
  return typeof value === "string" ? otherWord(value) : typeof value === "number" ? value + 1 : "other";
}
