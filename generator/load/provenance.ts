import { toPointer } from "./json-pointer.js";
import type { NodePath } from "./select-nodes.js";

/** Where a value was written: at a pointer of an overlay's file or, with no file, of the document that was changed. */
export interface Source {
  readonly overlay: string | null;
  readonly pointer: string;
}

/**
 * Remembers, while overlays change a document, where each of its values was written. Only what a change touches is
 * noted, at the map or list that holds it; the rest follows from its place.
 */
export class Provenance {
  readonly #noted = new WeakMap<object, Map<string, Source>>();

  /** A value was written under a key of a map or list. */
  note(holder: object, key: string | number, source: Source): void {
    const known = this.#noted.get(holder);
    if (known) known.set(String(key), source);
    else this.#noted.set(holder, new Map([[String(key), source]]));
  }

  /** A key of a map is gone. */
  forget(holder: object, key: string): void {
    this.#noted.get(holder)?.delete(key);
  }

  /** Where the value at a path of a document was written. */
  sourceOf(document: unknown, path: NodePath): Source {
    let source: Source = { overlay: null, pointer: "#" };
    let at = document;
    for (const key of path) {
      const holder = typeof at === "object" && at !== null ? at : null;
      source = (holder && this.#noted.get(holder)?.get(String(key))) || under(source, key);
      at =
        holder && Object.hasOwn(holder, key) ? (holder as Record<string | number, unknown>)[key] : undefined;
    }
    return source;
  }
}

/** The source of something inside a value that was written as a whole. */
export function under(source: Source, ...keys: NodePath): Source {
  return { ...source, pointer: source.pointer + toPointer(keys.map(String)).slice(1) };
}
