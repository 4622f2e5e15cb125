import { isObject, type JsonObject, valueAt } from "../../load/document-walk.js";
import { fromPointer } from "../../load/json-pointer.js";
import { schemaKeywords } from "./keywords.js";

/** What is sent, or what is answered. `null`: as a schema says by itself. */
export type Direction = "sent" | "answered" | null;

/** A property that is marked so is required in the other direction only. */
const marks = { sent: "readOnly", answered: "writeOnly" } as const;

/** Which properties the schemas of a document demand in which direction. */
export class DemandedProperties {
  readonly #document: JsonObject;
  readonly #differing = new Map<Exclude<Direction, null>, ReadonlySet<string>>();

  constructor(document: JsonObject) {
    this.#document = document;
  }

  /** The names that a schema itself requires. */
  of({ required, properties }: JsonObject, direction: Direction): readonly unknown[] {
    const all = Array.isArray(required) ? required : [];
    if (direction === null || !isObject(properties)) return all;
    const mark = marks[direction];
    const isMarked = (property: unknown): boolean => {
      if (!isObject(property)) return false;
      const target = typeof property["$ref"] === "string" ? this.#at(property["$ref"]) : null;
      return property[mark] === true || (isObject(target) && target[mark] === true);
    };
    return all.filter((name) => !isMarked(properties[String(name)]));
  }

  /** Whether the schema at a place, or one that it leads to, demands less in this direction than by itself. */
  differs(pointer: string, direction: Exclude<Direction, null>): boolean {
    let differing = this.#differing.get(direction);
    if (!differing) {
      differing = this.#findDiffering(direction);
      this.#differing.set(direction, differing);
    }
    if (differing.has(pointer)) return true;
    const { differs, refs } = this.#look(this.#at(pointer), direction);
    return differs || refs.some((ref) => differing.has(ref));
  }

  #at(pointer: string): unknown {
    return valueAt(this.#document, fromPointer(pointer));
  }

  /** Of all schemas that anything refers to those that differ: each is looked at once. */
  #findDiffering(direction: Exclude<Direction, null>): ReadonlySet<string> {
    const { refs, isMarked } = this.#survey(marks[direction]);
    if (!isMarked) return new Set();
    const differing = new Set<string>();
    const usedBy = new Map<string, string[]>();
    for (const ref of refs) {
      const found = this.#look(this.#at(ref), direction);
      if (found.differs) differing.add(ref);
      for (const to of found.refs) usedBy.set(to, [...(usedBy.get(to) ?? []), ref]);
    }
    for (const ref of differing) for (const user of usedBy.get(ref) ?? []) differing.add(user);
    return differing;
  }

  /** All references of the document, and whether anything in it is marked so. */
  #survey(mark: string): { refs: ReadonlySet<string>; isMarked: boolean } {
    const refs = new Set<string>();
    let isMarked = false;
    const pending: unknown[] = [this.#document];
    for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
      if (typeof value !== "object" || value === null) continue;
      const { $ref, [mark]: own } = value as JsonObject;
      if (typeof $ref === "string") refs.add($ref);
      if (own === true) isMarked = true;
      for (const part of Object.values(value)) if (part !== undefined) pending.push(part);
    }
    return { refs, isMarked };
  }

  /** What a schema says without what it refers to. */
  #look(schema: unknown, direction: Exclude<Direction, null>): { differs: boolean; refs: string[] } {
    const refs: string[] = [];
    let differs = false;
    const pending: unknown[] = [schema];
    while (pending.length > 0) {
      const value = pending.pop();
      if (Array.isArray(value)) pending.push(...value);
      if (!isObject(value)) continue;
      if (typeof value["$ref"] === "string") refs.push(value["$ref"]);
      const { required } = value;
      if (Array.isArray(required) && this.of(value, direction).length < required.length) differs = true;
      for (const [key, part] of Object.entries(value)) {
        if (key === "contentSchema" || (schemaKeywords.has(key) && schemaKeywords.get(key) !== "map"))
          pending.push(part);
        else if (schemaKeywords.has(key) && isObject(part)) pending.push(...Object.values(part));
      }
    }
    return { differs, refs };
  }
}
