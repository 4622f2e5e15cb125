import { isObject, type JsonObject, kindUnder, type PlaceKind, setOwn } from "./document-walk.js";
import { partByPart } from "./parts.js";

/**
 * An OpenAPI 3.0 document in the words of 3.1, so that one reading serves both: `nullable` becomes the type
 * `null`, a boolean `exclusiveMinimum` becomes the bound itself.
 */
export function upgradeFrom30(document: JsonObject): JsonObject {
  return { ...upgradeParts(document), openapi: "3.1.0" };
}

const upgradeParts = partByPart(upgrade);

function upgrade(value: unknown, kind: PlaceKind): unknown {
  if (Array.isArray(value)) return value.map((item) => upgrade(item, kind));
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [key, part] of Object.entries(value)) setOwn(result, key, upgrade(part, kindUnder(kind, key)));
  return kind === "schema" ? upgradeSchema(result) : result;
}

/** Without any of these a schema means the same in both versions. */
const old = ["nullable", "exclusiveMinimum", "exclusiveMaximum"];

function upgradeSchema(schema: JsonObject): JsonObject {
  if (!old.some((key) => Object.hasOwn(schema, key))) return schema;
  const { nullable, ...rest } = schema;
  for (const side of ["Minimum", "Maximum"] as const) {
    const exclusive = `exclusive${side}`;
    const inclusive = side.toLowerCase();
    if (typeof rest[exclusive] !== "boolean") continue;
    if (rest[exclusive] && rest[inclusive] !== undefined) {
      rest[exclusive] = rest[inclusive];
      delete rest[inclusive];
    } else {
      delete rest[exclusive];
    }
  }
  if (nullable !== true) return rest;
  if (typeof rest["type"] === "string") {
    const values = rest["enum"];
    const withNull = Array.isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {};
    return { ...rest, type: [rest["type"], "null"], ...withNull };
  }
  // `nullable` beside a `$ref` or an `allOf` has no type to widen.
  if (
    rest["$ref"] !== undefined ||
    rest["allOf"] !== undefined ||
    rest["oneOf"] !== undefined ||
    rest["anyOf"] !== undefined
  ) {
    const { description, title, deprecated, ...shape } = rest;
    const words = Object.fromEntries(
      Object.entries({ description, title, deprecated }).filter(([, word]) => word !== undefined),
    );
    return { ...words, anyOf: [shape, { type: "null" }] };
  }
  return rest;
}
