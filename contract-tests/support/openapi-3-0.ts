import { type JsonObject, object } from "./contract.js";

/** An OpenAPI 3.0 document in the words of 3.1: `nullable` and boolean `exclusiveMinimum` are JSON Schema's own. */
export function upgradeFrom30(document: JsonObject): JsonObject {
  return object(upgradeDocument(document));
}

/** Keys whose value is a schema, a map of schemas, or a list of them. */
const one = ["schema", "items", "additionalProperties", "not"];
const maps = ["properties", "schemas"];
const lists = ["allOf", "anyOf", "oneOf"];

function upgradeDocument(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(upgradeDocument);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      if (key === "schema") return [key, upgradeSchema(part)];
      if (key === "schemas") return [key, mapped(part)];
      if (key === "example" || key === "value") return [key, part];
      return [key, upgradeDocument(part)];
    }),
  );
}

function mapped(value: unknown): unknown {
  return Object.fromEntries(Object.entries(object(value)).map(([key, part]) => [key, upgradeSchema(part)]));
}

function upgradeSchema(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const given = object(value);
  if (typeof given["$ref"] === "string") return { $ref: given["$ref"] }; // 3.0 ignores what stands beside it
  const schema: Record<string, unknown> = Object.fromEntries(
    Object.entries(given).map(([key, part]) => {
      if (one.includes(key)) return [key, upgradeSchema(part)];
      if (maps.includes(key)) return [key, mapped(part)];
      if (lists.includes(key) && Array.isArray(part)) return [key, part.map(upgradeSchema)];
      return [key, part];
    }),
  );
  for (const [exclusive, inclusive] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    if (typeof schema[exclusive] !== "boolean") continue;
    const isExclusive = schema[exclusive];
    delete schema[exclusive];
    if (!isExclusive || schema[inclusive] === undefined) continue;
    schema[exclusive] = schema[inclusive];
    delete schema[inclusive];
  }
  const { nullable, ...rest } = schema;
  return nullable === true ? orNull(rest) : rest;
}

function orNull(schema: Record<string, unknown>): unknown {
  if (typeof schema["type"] !== "string") return { anyOf: [schema, { type: "null" }] };
  const choices = schema["enum"];
  const widened = Array.isArray(choices) && !choices.includes(null) ? { enum: [...choices, null] } : {};
  return { ...schema, type: [schema["type"], "null"], ...widened };
}
