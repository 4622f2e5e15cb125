import { isObject } from "../../load/document-walk.js";
import { canonical } from "./canonical.js";
import { children, type SchemaNode } from "./schema-node.js";
import { type Shape, type ShapeReader, schemaWords } from "./shape.js";

/** Keywords whose value is a map or a list of schemas. */
const manySchemas = new Set(["patternProperties", "dependentSchemas", "prefixItems"]);
const oneSchema = new Set<string>(schemaWords);

/**
 * Tells whether two schemas, one of each document, demand the same. Recursive schemas are taken to be the same until a
 * difference is found.
 */
export class SameShape {
  readonly #base: ShapeReader;
  readonly #revision: ShapeReader;
  readonly #known = new Map<Shape, Map<Shape, boolean>>();

  constructor(base: ShapeReader, revision: ShapeReader) {
    this.#base = base;
    this.#revision = revision;
  }

  of(base: SchemaNode, revision: SchemaNode): boolean {
    return this.ofShapes(this.#base.shapeOf(base), this.#revision.shapeOf(revision));
  }

  ofShapes(base: Shape, revision: Shape): boolean {
    const assumed: [Shape, Shape][] = [];
    const result = this.#same(base, revision, assumed);
    // What was assumed on the way to a difference may be wrong; what was assumed on the way to none has been shown.
    if (!result)
      for (const [left, right] of assumed) if (this.#get(left, right)) this.#known.get(left)?.delete(right);
    return result;
  }

  #get(base: Shape, revision: Shape): boolean | undefined {
    return this.#known.get(base)?.get(revision);
  }

  #set(base: Shape, revision: Shape, same: boolean): void {
    const row = this.#known.get(base) ?? new Map<Shape, boolean>();
    this.#known.set(base, row.set(revision, same));
  }

  #same(base: Shape, revision: Shape, assumed: [Shape, Shape][]): boolean {
    const known = this.#get(base, revision);
    if (known !== undefined) return known;
    this.#set(base, revision, true);
    assumed.push([base, revision]);
    const same = this.#compare(base, revision, assumed);
    if (!same) this.#set(base, revision, false);
    return same;
  }

  #compare(base: Shape, revision: Shape, assumed: [Shape, Shape][]): boolean {
    const flat = (shape: Shape): string =>
      canonical([
        shape.possible,
        shape.nullable,
        shape.types,
        shape.values?.map(canonical).sort() ?? null,
        shape.openValues,
        [...shape.required].sort(),
        [...shape.properties.keys()].sort(),
        [...shape.words.keys()].sort(),
        shape.oneOf?.length,
        shape.anyOf?.length,
      ]);
    if (flat(base) !== flat(revision)) return false;
    const nodes = (left: SchemaNode | undefined, right: SchemaNode | undefined): boolean =>
      left !== undefined &&
      right !== undefined &&
      this.#same(this.#base.shapeOf(left), this.#revision.shapeOf(right), assumed);
    for (const [name, property] of base.properties)
      if (!nodes(property, revision.properties.get(name))) return false;
    for (const [key, word] of base.words) {
      const other = revision.words.get(key) as SchemaNode;
      if (oneSchema.has(key)) {
        if (!nodes(word, other)) return false;
      } else if (manySchemas.has(key)) {
        const [left, right] = [children(word), new Map(children(other).map((entry) => [entry.key, entry]))];
        if (left.length !== right.size || !left.every((entry) => nodes(entry, right.get(entry.key))))
          return false;
      } else if (key === "discriminator") {
        const tag = (value: unknown): unknown => (isObject(value) ? value["propertyName"] : value);
        if (tag(word.value) !== tag(other.value)) return false;
      } else if (canonical(word.value) !== canonical(other.value)) return false;
    }
    for (const key of ["oneOf", "anyOf"] as const) {
      const left = [...(revision[key] ?? [])];
      for (const member of base[key] ?? []) {
        const index = left.findIndex((other) => nodes(member, other));
        if (index < 0) return false;
        left.splice(index, 1);
      }
    }
    return true;
  }
}
