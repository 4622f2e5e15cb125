import { isObject, type JsonObject, kindUnder, type PlaceKind, setOwn } from "./document-walk.js";
import { partByPart } from "./parts.js";

/** Orders strings by code unit: the same on every machine, whatever its locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The same document with every map in one order, so that two spellings of a contract give the same bytes.
 * A map's order means nothing in JSON; a list's does, so a schema's properties follow its `required` list first.
 */
export const inCanonicalOrder: (document: JsonObject) => JsonObject = partByPart(
  (value, kind) => order(value, kind),
  (map) => Object.keys(map).sort(byCodeUnit),
);

function order(value: unknown, kind: PlaceKind, first: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((item) => order(item, kind));
  if (!isObject(value)) return value;
  const required = kind === "schema" && Array.isArray(value["required"]) ? value["required"] : [];
  const keys = Object.keys(value).sort(first.length === 0 ? byCodeUnit : byRank(first));
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

function byRank(first: readonly string[]): (a: string, b: string) => number {
  const rank = new Map(first.map((key, index) => [key, index]));
  return (a, b) => (rank.get(a) ?? rank.size) - (rank.get(b) ?? rank.size) || byCodeUnit(a, b);
}

const isText = (value: unknown): value is string => typeof value === "string";
