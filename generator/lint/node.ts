import { isObject, type JsonObject, valueAt } from "../load/document-walk.js";
import { fromPointer, toPointer } from "../load/json-pointer.js";

/** An object of the document, and where it stands. */
export interface Node {
  readonly pointer: string;
  readonly value: JsonObject;
}

export const object = (value: unknown): JsonObject => (isObject(value) ? value : {});
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The pointer of something under a pointer. */
export function under(pointer: string, ...tokens: readonly string[]): string {
  return pointer + toPointer(tokens).slice(1);
}

/** The object under a key; an empty one if there is none, so that a rule can ask on. */
export function child(node: Node, ...tokens: readonly string[]): Node {
  return { pointer: under(node.pointer, ...tokens), value: object(valueAt(node.value, tokens)) };
}

/** The objects in the list or the map under a key, each with its key. */
export function children(node: Node, key: string): readonly (Node & { readonly key: string })[] {
  const holder = node.value[key];
  if (typeof holder !== "object" || holder === null || !Object.hasOwn(node.value, key)) return [];
  return Object.entries(holder)
    .filter(([, value]) => isObject(value))
    .map(([name, value]) => ({ key: name, pointer: under(node.pointer, key, name), value }));
}

/** What a node means: itself, or what its chain of `$ref`s ends at. A chain that leads nowhere is an empty object. */
export function deref<N extends Node>(document: JsonObject, node: N): Node {
  const seen = new Set<string>();
  let at: Node = node;
  while (typeof at.value["$ref"] === "string") {
    const pointer = at.value["$ref"];
    if (seen.has(pointer)) return { pointer: at.pointer, value: {} };
    seen.add(pointer);
    at = { pointer, value: object(valueAt(document, fromPointer(pointer))) };
  }
  return at;
}
