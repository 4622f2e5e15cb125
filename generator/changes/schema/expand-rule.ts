import type { JsonObject } from "../../load/document-walk.js";
import type { Direction, Severity } from "../change.js";
import { documentOf, jsonBody, parameter, reply } from "../document/fixture-documents.js";
import type { Rule } from "../rule.js";
import { type PlaceKind, places, type SchemaFamily, type SchemaRule } from "./schema-rule.js";

export const directionOf = (place: PlaceKind): Direction =>
  place.startsWith("request") ? "request" : "response";

/**
 * Places that have rules of their own for a few codes; all others are those of properties in general. A property that
 * only replies may hold is still sent by who sends back what was received, and then checked.
 */
const particular: Partial<
  Record<PlaceKind, { readonly general: PlaceKind; readonly codes: ReadonlySet<string> }>
> = {
  "request-read-only-property": {
    general: "request-property",
    codes: new Set([
      "enum-value-removed",
      "max-decreased",
      "exclusive-max-decreased",
      "max-length-decreased",
      "min-increased",
      "exclusive-min-increased",
    ]),
  },
  "request-header-property": { general: "request-parameter-property", codes: new Set(["became-enum"]) },
  "response-write-only-property": { general: "response-property", codes: new Set(["enum-value-added"]) },
};

function ruledAt({ code, ids }: SchemaRule, place: PlaceKind): PlaceKind {
  const own = particular[place];
  return !own || ids?.[place] !== undefined || own.codes.has(code) ? place : own.general;
}

/** The id of what happened at a place; `null` where it means nothing there. */
export function idAt(rule: SchemaRule, at: PlaceKind): string | null {
  const place = ruledAt(rule, at);
  if (severityAt(rule, place) === null) return null;
  const own = rule.ids?.[place];
  return own === undefined ? `${place}-${rule.code}` : own;
}

function severityAt(rule: SchemaRule, place: PlaceKind): Severity | null {
  const own = rule.severities?.[place];
  if (own !== undefined) return own;
  const general = rule[directionOf(place) as "request" | "response"];
  if (general === null) return null;
  return place === "request-read-only-property" || place === "response-write-only-property"
    ? "note"
    : general;
}

/** One rule for each place where a schema may stand; ids that several places share are one. */
export function expandFamily(family: SchemaFamily): Rule[] {
  const rules = new Map<string, Rule>();
  for (const rule of family.rules)
    for (const place of places.filter((one) => ruledAt(rule, one) === one)) {
      const id = idAt(rule, place);
      const severity = severityAt(rule, place);
      if (id === null || severity === null || rules.has(id)) continue;
      const wrap = (schema: JsonObject): JsonObject => documentAt(place, rule, schema);
      const [before, after] = rule.not ?? [rule.after, rule.before];
      rules.set(id, {
        id,
        family: family.name,
        severity,
        direction: directionOf(place),
        sentence: rule.sentence,
        remedy: severity === "note" || rule.remedy === undefined ? harmless : rule.remedy,
        found: { base: wrap(rule.before), revision: wrap(rule.after) },
        absent: { base: wrap(before), revision: wrap(after) },
      });
    }
  return [...rules.values()];
}

export const harmless = "Nothing needs to be done: who kept to the old contract is still right.";

function documentAt(
  place: PlaceKind,
  { mediaType, ofProperty: about = false }: SchemaRule,
  schema: JsonObject,
): JsonObject {
  const inside = (more: JsonObject = {}): JsonObject => ({
    type: "object",
    properties: { part: { ...schema, ...more } },
  });
  // What is told of the holder of a property is shown by a holder all of whose properties are of that kind.
  const marked = (word: string): JsonObject =>
    about ? markProperties(schema, word) : inside({ [word]: true });
  switch (place) {
    case "request-body":
      return documentOf({ requestBody: jsonBody(schema, mediaType) });
    case "request-property":
      return documentOf({ requestBody: jsonBody(inside(), mediaType) });
    case "request-read-only-property":
      return documentOf({ requestBody: jsonBody(marked("readOnly"), mediaType) });
    case "request-parameter":
      return documentOf(parameter(schema));
    case "request-parameter-property":
      return documentOf(parameter(about ? schema : inside(), { style: "deepObject" }));
    case "request-header-property":
      return documentOf(parameter(about ? schema : inside(), { in: "header" }));
    case "response-body":
      return documentOf(reply(schema, mediaType));
    case "response-property":
      return documentOf(reply(inside(), mediaType));
    case "response-write-only-property":
      return documentOf(reply(marked("writeOnly"), mediaType));
    case "response-header":
      return documentOf({ responses: { 201: { description: "made", headers: { part: { schema } } } } });
  }
}

function markProperties(schema: JsonObject, word: string): JsonObject {
  const properties = Object.entries((schema["properties"] ?? {}) as Record<string, JsonObject>);
  return {
    ...schema,
    properties: Object.fromEntries(properties.map(([name, value]) => [name, { ...value, [word]: true }])),
  };
}
