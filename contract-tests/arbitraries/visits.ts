import { type JsonObject, object, type Schema } from "../support/contract.js";
import { escapeToken } from "../support/pointer.js";
import { regExpOf, type SchemaJudge, schemasIn } from "./schema-judge.js";

export type Location = readonly (string | number)[];

/** One schema meeting one part of a valid value. */
export interface Visit {
  readonly location: Location;
  readonly schema: JsonObject;
  readonly value: unknown;
  /** The schema that names the properties of the value, where this one only adds to it, as `then` does; this one unless given. */
  readonly owner?: JsonObject;
}

/** Items of a long list are much alike: so many of them are visited, and the last. */
const mostItems = 6;

/** Every schema that has a say in a valid value, and of which part: of `oneOf` the branch that fits, of `if` the one way. */
export function visitsOf(judge: SchemaJudge, schema: Schema, value: unknown): Visit[] {
  const visits: Visit[] = [];
  const visit = (of: Schema, at: unknown, location: Location, outer?: JsonObject): void => {
    if (typeof of === "boolean") return;
    const owner = of["properties"] === undefined && outer ? outer : of;
    visits.push({ location, schema: of, value: at, owner });
    for (const next of besides(judge, of, at)) visit(next, at, location, owner);
    if (Array.isArray(at)) {
      const prefix = schemasIn(of["prefixItems"]);
      at.forEach((item, index) => {
        if (index >= mostItems + prefix.length && index < at.length - 1) return;
        const next = index < prefix.length ? prefix[index] : (of["items"] as Schema | undefined);
        if (next !== undefined) visit(next, item, [...location, index]);
      });
    } else if (typeof at === "object" && at !== null) {
      for (const [name, part] of Object.entries(at))
        for (const next of schemasOfName(of, name)) visit(next, part, [...location, name]);
    }
  };
  visit(schema, value, []);
  return visits;
}

/** Schemas that speak of the same value. */
function besides(judge: SchemaJudge, schema: JsonObject, value: unknown): Schema[] {
  const { $ref, allOf, anyOf, oneOf, dependentSchemas } = schema;
  const { if: condition, then = true, else: otherwise = true } = schema as Record<string, Schema>;
  return [
    ...(typeof $ref === "string" ? [judge.follow($ref)] : []),
    ...schemasIn(allOf),
    ...[...schemasIn(anyOf), ...schemasIn(oneOf)].filter((branch) => judge.isValid(branch, value)),
    ...(condition === undefined ? [] : [judge.isValid(condition, value) ? then : otherwise]),
    ...Object.entries(object(dependentSchemas))
      .filter(([name]) => Object.hasOwn(object(value), name))
      .map(([, next]) => next as Schema),
  ];
}

function schemasOfName(schema: JsonObject, name: string): Schema[] {
  const { properties, patternProperties, additionalProperties, unevaluatedProperties } = schema;
  const own = Object.hasOwn(object(properties), name) ? [object(properties)[name] as Schema] : [];
  const matching = Object.entries(object(patternProperties))
    .filter(([pattern]) => regExpOf(pattern).test(name))
    .map(([, next]) => next as Schema);
  const found = [...own, ...matching];
  const rest = (additionalProperties ?? (properties ? undefined : unevaluatedProperties)) as
    | Schema
    | undefined;
  return found.length > 0 || rest === undefined ? found : [rest];
}

/** A copy of a value in which another stands at a location. */
export function replacedAt(value: unknown, location: Location, replacement: unknown): unknown {
  const [token, ...rest] = location;
  if (token === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((item, index) => (index === token ? replacedAt(item, rest, replacement) : item));
  return { ...object(value), [token]: replacedAt(object(value)[token], rest, replacement) };
}

/** A JSON pointer, as Ajv writes it. */
export function instancePath(location: Location): string {
  return location.map((token) => `/${escapeToken(String(token))}`).join("");
}
