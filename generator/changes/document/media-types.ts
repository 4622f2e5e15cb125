import type { SchemaNode } from "../schema/schema-node.js";

type Entry = SchemaNode & { readonly key: string };
export type Relation = "same" | "changed" | "generalized" | "specialized";

export interface MediaTypeMatch {
  readonly pairs: readonly (readonly [base: Entry, revision: Entry, relation: Relation])[];
  readonly removed: readonly Entry[];
  readonly added: readonly Entry[];
}

/** Which media type became which: the same, one that differs in its parameters only, a range that holds it or is held by it. */
export function pairMediaTypes(
  base: readonly Entry[],
  revision: readonly Entry[],
  direction: "request" | "response",
): MediaTypeMatch {
  const pairs: (readonly [Entry, Entry, Relation])[] = [];
  const removed = [...base];
  const added = [...revision];
  const pairBy = (relationOf: (was: string, is: string) => Relation | null): void => {
    for (const was of [...removed]) {
      for (const is of [...added]) {
        const relation = relationOf(was.key, is.key);
        if (!relation) continue;
        pairs.push([was, is, relation]);
        removed.splice(removed.indexOf(was), 1);
        added.splice(added.indexOf(is), 1);
        break;
      }
    }
  };
  pairBy((was, is) => (normal(was) === normal(is) ? "same" : null));
  pairBy((was, is) => (essence(was) === essence(is) ? "changed" : null));
  // A request may still be sent as it was, if a range takes its place.
  pairBy((was, is) => (holds(is, was) ? (direction === "request" ? "same" : "generalized") : null));
  if (direction === "response") pairBy((was, is) => (holds(was, is) ? "specialized" : null));
  return { pairs, removed, added };
}

const normal = (mediaType: string): string =>
  mediaType
    .toLowerCase()
    .replace(/\s*;\s*/g, ";")
    .trim();
const essence = (mediaType: string): string => normal(mediaType).split(";")[0] ?? "";

/** Whether one media type covers another: a range, or the suffix's own type (`application/json` covers `application/problem+json`). */
function holds(range: string, mediaType: string): boolean {
  const [type, subtype] = essence(range).split("/");
  const [otherType, otherSubtype = ""] = essence(mediaType).split("/");
  if (type === "*" && subtype === "*") return true;
  if (type !== otherType) return false;
  return subtype === "*" || (subtype !== undefined && otherSubtype.endsWith(`+${subtype}`));
}

/** Values are text there, and read as what the schema says: XML and forms. */
export const isLooseMediaType = (mediaType: string): boolean =>
  !/[/+]json$|^\*\/\*$|octet-stream/.test(essence(mediaType));
