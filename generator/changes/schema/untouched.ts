import { isObject, isSameValue, type JsonObject } from "../../load/document-walk.js";
import { fromPointer, toPointer } from "../../load/json-pointer.js";
import { mapOf, type SchemaNode } from "./schema-node.js";

/**
 * Tells what was left as it was: written alike in both documents, and so is all that it refers to. There nothing can have
 * changed, and of a large spec that is nearly all.
 */
export class Untouched {
  /** Pointers of the components that were left as they were. */
  readonly #components: ReadonlySet<string>;
  readonly #known = new WeakMap<object, WeakMap<object, boolean>>();

  constructor(base: JsonObject, revision: JsonObject) {
    this.#components = untouchedComponents(base, revision);
  }

  /** `false` is no promise that something changed. */
  is({ value, and = [] }: SchemaNode, { value: other, and: others = [] }: SchemaNode): boolean {
    if (and.length + others.length > 0 || !isObject(value) || !isObject(other)) return false;
    const row = this.#known.get(value) ?? new WeakMap<object, boolean>();
    this.#known.set(value, row);
    let known = row.get(other);
    if (known === undefined) {
      known =
        isSameValue(value, other) && referencesIn(value).every((target) => this.#components.has(target));
      row.set(other, known);
    }
    return known;
  }
}

function untouchedComponents(base: JsonObject, revision: JsonObject): ReadonlySet<string> {
  const untouched = new Set<string>();
  const referrers = new Map<string, string[]>();
  const targets = new Map<string, readonly string[]>();
  for (const [section, entries] of Object.entries(mapOf(base["components"]))) {
    const others = mapOf(mapOf(revision["components"])[section]);
    for (const [name, entry] of Object.entries(mapOf(entries))) {
      if (!Object.hasOwn(others, name) || !isSameValue(entry, others[name])) continue;
      const pointer = toPointer(["components", section, name]);
      untouched.add(pointer);
      targets.set(pointer, referencesIn(entry));
    }
  }
  const pending: string[] = [];
  for (const [pointer, referred] of targets)
    for (const target of referred) {
      const known = referrers.get(target);
      if (known) known.push(pointer);
      else referrers.set(target, [pointer]);
      if (!untouched.has(target)) pending.push(target);
    }
  // What refers to what was touched is touched by it.
  for (let touched = pending.pop(); touched !== undefined; touched = pending.pop())
    for (const referrer of referrers.get(touched) ?? [])
      if (untouched.delete(referrer)) pending.push(referrer);
  return untouched;
}

/** The components that a value refers to; of what is referred to elsewhere, the pointer itself. */
function referencesIn(value: unknown): readonly string[] {
  const found = new Set<string>();
  collect(value, found);
  return [...new Set([...found].map(componentOf))];
}

function collect(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === "object" && item !== null) collect(item, found);
    return;
  }
  for (const key in value as JsonObject) {
    const part = (value as JsonObject)[key];
    if (key === "$ref" && typeof part === "string") found.add(part);
    else if (typeof part === "object" && part !== null) collect(part, found);
  }
}

function componentOf(reference: string): string {
  const tokens = fromPointer(reference);
  return tokens[0] === "components" && tokens.length >= 3 ? toPointer(tokens.slice(0, 3)) : reference;
}
