import { isObject, type JsonObject, valueAt } from "../../load/document-walk.js";
import { fromPointer, toPointer } from "../../load/json-pointer.js";

/** A value of a document, and where it stands. `and`: other values that hold at the same place, as under `allOf`. */
export interface SchemaNode {
  readonly value: unknown;
  /** JSON pointer of the bundled document. */
  readonly pointer: string;
  readonly and?: readonly SchemaNode[];
}

/** The value under a key; `null` where there is none. */
export function child(node: SchemaNode, key: string | number): SchemaNode | null {
  const { value, pointer } = node;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return null;
  const part = (value as JsonObject)[key];
  if (part === undefined) return null;
  return {
    value: part,
    pointer: pointer + toPointer([String(key)]).slice(1),
  };
}

/** The entries of a map, or of a list by index; none where it is neither. */
export function children(node: SchemaNode | null): readonly (SchemaNode & { readonly key: string })[] {
  if (typeof node?.value !== "object" || node.value === null) return [];
  return Object.keys(node.value).flatMap((key) => {
    const part = child(node, key);
    return part ? [{ ...part, key }] : [];
  });
}

/** What a node's `$ref` leads to, however many there are in a row; the node itself where there is none or it leads nowhere. */
export function deref(document: JsonObject, node: SchemaNode): SchemaNode {
  const seen = new Set<string>();
  let at = node;
  while (isObject(at.value) && typeof at.value["$ref"] === "string") {
    const tokens = fromPointer(at.value["$ref"]);
    const pointer = toPointer(tokens);
    if (seen.has(pointer)) return at;
    seen.add(pointer);
    const value = valueAt(document, tokens);
    if (value === undefined) return at;
    at = { value, pointer };
  }
  return at;
}

export const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const mapOf = (value: unknown): JsonObject => (isObject(value) ? value : {});
