import { isObject, type JsonObject, kindUnder, type PlaceKind, setOwn } from "./document-walk.js";

/** Orders strings by code unit: the same on every machine, whatever its locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The same document with every map in one order, so that two spellings of a contract give the same bytes.
 * A map's order means nothing in JSON; a list's does, so a schema's properties follow its `required` list first.
 */
export function inCanonicalOrder(document: JsonObject): JsonObject {
  return order(document, "object") as JsonObject;
}

function order(value: unknown, kind: PlaceKind, first: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((item) => order(item, kind));
  if (!isObject(value)) return value;
  const required = kind === "schema" && Array.isArray(value["required"]) ? value["required"] : [];
  const rank = new Map(first.map((key, index) => [key, index]));
  const keys = Object.keys(value).sort(
    (a, b) => (rank.get(a) ?? rank.size) - (rank.get(b) ?? rank.size) || byCodeUnit(a, b),
  );
  const result: JsonObject = {};
  for (const key of keys) {
    setOwn(
      result,
      key,
      order(value[key], kindUnder(kind, key), key === "properties" ? required.filter(isText) : []),
    );
  }
  return result;
}

const isText = (value: unknown): value is string => typeof value === "string";
