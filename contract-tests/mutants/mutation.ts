import { array, type JsonObject, object } from "../support/contract.js";

/** One change of a document. */
export interface Mutation {
  readonly kind: string;
  /** Tokens of the pointer. */
  readonly at: readonly string[];
  readonly change: string;
  edit(document: JsonObject): JsonObject;
}

/** A change of one value; `undefined`: it is taken away. */
export function replaced(
  kind: string,
  at: readonly string[],
  before: unknown,
  after: unknown,
  told = after === undefined ? "lost" : `${short(before)} → ${short(after)}`,
): Mutation {
  return { kind, at, change: told, edit: (document) => object(withValueAt(document, at, after)) };
}

/** A copy with another value at a place; what is not on the way is shared. */
export function withValueAt(whole: unknown, [first, ...rest]: readonly string[], value: unknown): unknown {
  if (first === undefined) return value;
  if (Array.isArray(whole)) {
    const copy: unknown[] = [...array(whole)];
    copy[Number(first)] = withValueAt(copy[Number(first)], rest, value);
    return copy;
  }
  const { [first]: inner, ...others } = object(whole);
  const made = withValueAt(inner, rest, value);
  if (made === undefined) return others;
  // The order of keys is the order of operations and of statuses.
  return first in object(whole) ? { ...object(whole), [first]: made } : { ...others, [first]: made };
}

/** A word that is not the given one, and of the same sort. */
export function otherWord(word: string): string {
  return `${word}x`;
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
