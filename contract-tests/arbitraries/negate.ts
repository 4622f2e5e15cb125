import { array, object, type Schema } from "../support/contract.js";
import { schemasIn } from "./schema-judge.js";
import type { JsonType } from "./shape.js";

/** Stands for a schema that only a validator can tell the opposite of. */
export const beyondWords: Schema = { $comment: "not put in positive words" };

const annotations = new Set(
  "title description default examples example deprecated readOnly writeOnly $comment nullable discriminator externalDocs xml contentMediaType contentEncoding contentSchema format".split(
    " ",
  ),
);

/**
 * The opposite of a schema, in positive words: lists of schemas, any of which (all of its schemas together) makes a
 * value invalid by the given one. Empty: nothing is invalid by it.
 */
export function negate(schema: Schema, follow: (ref: string) => Schema): readonly (readonly Schema[])[] {
  if (schema === true) return [];
  if (schema === false) return [[]];
  const keywords = Object.entries(object(schema)).filter(
    ([key]) => !annotations.has(key) && !key.startsWith("x-"),
  );
  return keywords.flatMap(([keyword, given]) => negateKeyword(keyword, given, object(schema), follow));
}

function negateKeyword(
  keyword: string,
  given: unknown,
  schema: Readonly<Record<string, unknown>>,
  follow: (ref: string) => Schema,
): readonly (readonly Schema[])[] {
  switch (keyword) {
    case "$ref":
      return negate(follow(String(given)), follow);
    case "type": {
      const named = [given].flat() as JsonType[];
      const others = ["null", "boolean", "number", "string", "array", "object"].filter(
        (type) => !named.includes(type as JsonType) && !(type === "number" && named.includes("integer")),
      );
      return [[{ type: others }]];
    }
    case "const":
    case "enum":
      return [[{ not: { [keyword]: given } }]];
    case "required":
      return array(given).map((name) => [{ type: "object", properties: { [String(name)]: false } }]);
    case "properties":
      return Object.entries(object(given)).flatMap(([name, part]) =>
        part === true
          ? []
          : [[{ type: "object", required: [name], properties: { [name]: { not: part } } } as Schema]],
      );
    case "items":
      return schema["prefixItems"] === undefined
        ? [[{ type: "array", contains: { not: given }, minContains: 1 } as Schema]]
        : [[beyondWords]];
    case "minimum":
      return [[{ type: "number", exclusiveMaximum: given }]];
    case "maximum":
      return [[{ type: "number", exclusiveMinimum: given }]];
    case "exclusiveMinimum":
      return [[{ type: "number", maximum: given }]];
    case "exclusiveMaximum":
      return [[{ type: "number", minimum: given }]];
    case "minLength":
      return Number(given) > 0 ? [[{ type: "string", maxLength: Number(given) - 1 }]] : [];
    case "maxLength":
      return [[{ type: "string", minLength: Number(given) + 1 }]];
    case "minItems":
      return Number(given) > 0 ? [[{ type: "array", maxItems: Number(given) - 1 }]] : [];
    case "maxItems":
      return [[{ type: "array", minItems: Number(given) + 1 }]];
    case "minProperties":
      return Number(given) > 0 ? [[{ type: "object", maxProperties: Number(given) - 1 }]] : [];
    case "maxProperties":
      return [[{ type: "object", minProperties: Number(given) + 1 }]];
    case "allOf":
      return schemasIn(given).flatMap((part) => negate(part, follow));
    case "anyOf":
      return [schemasIn(given).map((part): Schema => ({ not: part }))];
    case "not":
      return [[given as Schema]];
    case "then":
    case "else":
    case "minContains":
    case "maxContains":
      return []; // they mean nothing by themselves
    default:
      return [[beyondWords]];
  }
}
