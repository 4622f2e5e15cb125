import { isObject, type JsonObject, kindUnder, type PlaceKind, setOwn } from "./document-walk.js";

/** Maps of a document whose entries are its parts: path items, webhooks and, by section, components. */
const mapsOfParts = new Set(["paths", "webhooks"]);

/** Whether a part of a document stands this many keys deep, under this first key. */
export function isPartAt(depth: number, first: string): boolean {
  return depth === 2 ? mapsOfParts.has(first) : depth === 3 && first === "components";
}

interface Converted {
  readonly kind: PlaceKind;
  readonly result: unknown;
}

/**
 * Makes a conversion of documents go part by part, and remember what became of a part: two states of a spec that were read
 * with one another have nearly all of their parts in common, and those are converted once. Documents must not be changed.
 *
 * @param convert of a value that stands at a place of a kind; what it makes of a part must not depend on what stands beside it
 * @param keysOf the keys of a map that holds parts, in the order that they are to have
 */
export function partByPart(
  convert: (value: unknown, kind: PlaceKind) => unknown,
  keysOf: (map: JsonObject) => readonly string[] = Object.keys,
): (document: JsonObject) => JsonObject {
  const known = new WeakMap<object, Converted>();
  const part = (value: unknown, kind: PlaceKind): unknown => {
    if (!isObject(value)) return convert(value, kind);
    const before = known.get(value);
    if (before?.kind === kind) return before.result;
    const result = convert(value, kind);
    known.set(value, { kind, result });
    return result;
  };
  const entries = (
    map: unknown,
    kind: PlaceKind,
    of: (value: unknown, kind: PlaceKind) => unknown,
  ): unknown => {
    if (!isObject(map)) return convert(map, kind);
    const result: JsonObject = {};
    for (const key of keysOf(map)) setOwn(result, key, of(map[key], kindUnder(kind, key)));
    return result;
  };
  return (document) => {
    const result: JsonObject = {};
    for (const key of keysOf(document)) {
      const [value, kind] = [document[key], kindUnder("object", key)];
      const converted = mapsOfParts.has(key)
        ? entries(value, kind, part)
        : key === "components"
          ? entries(value, kind, (section, its) => entries(section, its, part))
          : convert(value, kind);
      setOwn(result, key, converted);
    }
    return result;
  };
}
