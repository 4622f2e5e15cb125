import { isExtension, schemaKeys } from "../../contract/extensions.js";
import { isObject, type JsonObject } from "../../load/document-walk.js";
import { canonical } from "./canonical.js";
import { child, children, listOf, mapOf, type SchemaNode, textOf } from "./schema-node.js";

/**
 * What a schema demands, however it is spelled: references followed, `allOf` merged, `null` apart, a `const` and an enum
 * of one value alike, a union of plain types as a list of types.
 */
export interface Shape {
  readonly pointer: string;
  /** Name of the component that it is; `null` where it was written in place. */
  readonly name: string | null;
  /** `false`: nothing is valid. */
  readonly possible: boolean;
  readonly nullable: boolean;
  /** Sorted, without `null`; `null`: any. */
  readonly types: readonly string[] | null;
  /** Allowed values, without `null`; `null`: any. */
  readonly values: readonly unknown[] | null;
  readonly isConst: boolean;
  /** The values are only those known so far: others of their type are valid too. */
  readonly openValues: boolean;
  readonly properties: ReadonlyMap<string, SchemaNode>;
  readonly required: ReadonlySet<string>;
  readonly oneOf: readonly SchemaNode[] | null;
  readonly anyOf: readonly SchemaNode[] | null;
  /** The one alternative that a schema has which is written as a union, and is merged into it. */
  readonly only: { readonly key: "oneOf" | "anyOf"; readonly member: SchemaNode } | null;
  /** Members of `allOf` as written, before they were merged. */
  readonly allOf: readonly SchemaNode[];
  /** Every other keyword, merged: what is in words, numbers and schemas. */
  readonly words: ReadonlyMap<string, SchemaNode>;
}

/** Pointers of a keyword on both sides; of the schema where it is not written. */
export function at(base: Shape, revision: Shape, keyword: string): { base: string; revision: string } {
  const place = (shape: Shape): string => shape.words.get(keyword)?.pointer ?? shape.pointer;
  return { base: place(base), revision: place(revision) };
}

/** Says nothing about which values are valid. */
const annotations = new Set([
  "title",
  "description",
  "summary",
  "example",
  "examples",
  "externalDocs",
  "xml",
  "$comment",
  "$id",
  "$schema",
  "$anchor",
  "$defs",
  "definitions",
]);
const special = new Set([
  "$ref",
  "allOf",
  "oneOf",
  "anyOf",
  "type",
  "enum",
  "const",
  "properties",
  "required",
]);
/** Keywords whose value is a schema: two of them must both hold. */
export const schemaWords = [
  "items",
  "contains",
  "additionalProperties",
  "unevaluatedProperties",
  "unevaluatedItems",
  "propertyNames",
  "contentSchema",
  "not",
  "if",
  "then",
  "else",
] as const;
const upperBounds = new Set([
  "maximum",
  "exclusiveMaximum",
  "maxLength",
  "maxItems",
  "maxProperties",
  "maxContains",
]);
const lowerBounds = new Set([
  "minimum",
  "exclusiveMinimum",
  "minLength",
  "minItems",
  "minProperties",
  "minContains",
]);

const meant = new Set<string>(Object.values(schemaKeys));

/** Whether a keyword says nothing about values, nor about anything that is judged. */
export const isAnnotation = (key: string): boolean =>
  annotations.has(key) || (isExtension(key) && !meant.has(key));

/** Whether a schema as written has words, but no demand. */
export function isAnnotationOnly(value: unknown): boolean {
  return value === true || (isObject(value) && Object.keys(value).every(isAnnotation));
}

interface Union {
  readonly key: "oneOf" | "anyOf";
  readonly members: readonly SchemaNode[];
}

/** Reads the shapes of one document's schemas, each once. */
export class ShapeReader {
  readonly #follow: (node: SchemaNode) => SchemaNode;
  readonly #shapes = new WeakMap<object, Shape>();

  constructor(follow: (node: SchemaNode) => SchemaNode) {
    this.#follow = follow;
  }

  shapeOf(node: SchemaNode): Shape {
    const bare = this.#bare(node);
    const key = bare.and || typeof bare.value !== "object" || bare.value === null ? bare : bare.value;
    const known = this.#shapes.get(key);
    if (known) return known;
    const shape = this.#read(bare);
    this.#shapes.set(key, shape);
    return shape;
  }

  /** A reference with nothing beside it is what it leads to, and so is a single `allOf`. */
  #bare(node: SchemaNode): SchemaNode {
    let at = node;
    for (let step = 0; step < 100 && !at.and && isObject(at.value); step++) {
      const keys = Object.keys(at.value).filter((key) => !isAnnotation(key));
      if (keys.length !== 1) break;
      const only = at.value["allOf"];
      if (keys[0] === "$ref") {
        const target = this.#follow({ value: { $ref: at.value["$ref"] }, pointer: at.pointer });
        if (isObject(target.value) && typeof target.value["$ref"] === "string") break;
        at = target;
      } else if (keys[0] === "allOf" && Array.isArray(only) && only.length === 1) {
        at = child(child(at, "allOf") as SchemaNode, 0) as SchemaNode;
      } else break;
    }
    return at;
  }

  #read(node: SchemaNode): Shape {
    const merge = new Merge(node.pointer);
    this.#gather(node, merge, new Set());
    return merge.finish(isObject(node.value) ? this.#members(node) : [], this.#onlyIn(node));
  }

  #onlyIn(node: SchemaNode): Shape["only"] {
    const demands = isObject(node.value) ? Object.keys(node.value).filter((key) => !isAnnotation(key)) : [];
    const [key, ...others] = demands.filter((one) => one !== "type");
    if (others.length > 0 || (key !== "oneOf" && key !== "anyOf")) return null;
    const [member, ...more] = children(child(node, key)).filter((one) => !this.#isNull(one));
    return member && more.length === 0 ? { key, member } : null;
  }

  #members(node: SchemaNode): readonly SchemaNode[] {
    const target = this.#follow(node);
    return children(child(target, "allOf"));
  }

  #gather(node: SchemaNode, merge: Merge, seen: Set<unknown>): void {
    for (const other of node.and ?? []) this.#gather(other, merge, seen);
    const { value } = node;
    if (value === false) merge.possible = false;
    if (!isObject(value) || seen.has(value)) return;
    seen.add(value);
    const unions: Union[] = [];
    for (const key of ["oneOf", "anyOf"] as const) {
      const all = children(child(node, key));
      const members = all.filter((member) => !this.#isNull(member));
      if (members.length < all.length) merge.nullables.push(true);
      if (members.length === 1) this.#gather(members[0] as SchemaNode, merge, seen);
      else if (members.length > 1 && !this.#foldPlain(members, merge)) unions.push({ key, members });
    }
    merge.add(node, value, unions);
    if (typeof value["$ref"] === "string") {
      const target = this.#follow({ value: { $ref: value["$ref"] }, pointer: node.pointer });
      const isLost = isObject(target.value) && typeof target.value["$ref"] === "string"; // it leads nowhere
      if (!isLost) this.#gather(target, merge, seen);
    }
    for (const member of children(child(node, "allOf"))) this.#gather(member, merge, seen);
  }

  #isNull(member: SchemaNode): boolean {
    const { value } = this.#follow(member);
    if (!isObject(value)) return false;
    const { type, enum: values } = value;
    return (
      type === "null" ||
      (Array.isArray(type) && type.length === 1 && type[0] === "null") ||
      (Object.hasOwn(value, "const") && value["const"] === null) ||
      (Array.isArray(values) && values.length === 1 && values[0] === null)
    );
  }

  /** A union of plain types is a list of types; an enum beside the plain type of its values is an enum that may grow. */
  #foldPlain(members: readonly SchemaNode[], merge: Merge): boolean {
    const types: string[] = [];
    const known: unknown[] = [];
    let nullable = false;
    for (const member of members) {
      const { value } = this.#follow(member);
      if (!isObject(value)) return false;
      const demands = Object.keys(value).filter((key) => !isAnnotation(key));
      const listed = listOf(value["enum"] ?? (Object.hasOwn(value, "const") ? [value["const"]] : []));
      const rest = demands.filter((key) => !["type", "enum", "const"].includes(key));
      if (rest.length > 0 || demands.length === 0) return false;
      if (listed.length > 0) known.push(...listed);
      else {
        const names = [value["type"]].flat().filter((type): type is string => typeof type === "string");
        nullable ||= names.includes("null");
        types.push(...names.filter((type) => type !== "null"));
      }
    }
    if (types.length === 0) return false;
    if (!known.every((value) => value === null || types.includes(typeOf(value)))) return false;
    if (nullable) merge.nullables.push(true);
    merge.narrowTypes(types);
    if (known.length > 0) {
      merge.openValues = true;
      merge.narrowValues(known);
    }
    return true;
  }
}

export function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (Number.isInteger(value)) return "integer";
  return value === null ? "null" : typeof value;
}

class Merge {
  readonly #pointer: string;
  possible = true;
  openValues = false;
  readonly nullables: boolean[] = [];
  #types: Set<string> | null = null;
  #values: unknown[] | null = null;
  #isConst = false;
  readonly #properties = new Map<string, SchemaNode>();
  readonly #required = new Set<string>();
  readonly #unions: Record<"oneOf" | "anyOf", readonly SchemaNode[] | null> = { oneOf: null, anyOf: null };
  readonly #words = new Map<string, SchemaNode>();

  constructor(pointer: string) {
    this.#pointer = pointer;
  }

  add(node: SchemaNode, value: JsonObject, unions: readonly Union[]): void {
    for (const { key, members } of unions) {
      const before = this.#unions[key];
      this.#unions[key] = before ? [...before, ...members] : members;
    }
    if (value["type"] !== undefined) {
      const names = [value["type"]].flat().filter((type): type is string => typeof type === "string");
      if (names.includes("null")) this.nullables.push(true);
      this.narrowTypes(names.filter((name) => name !== "null"));
    }
    if (Object.hasOwn(value, "const")) {
      this.narrowValues([value["const"]]);
      this.#isConst = true;
    } else if (Array.isArray(value["enum"])) this.narrowValues(value["enum"]);
    for (const name of listOf(value["required"])) if (typeof name === "string") this.#required.add(name);
    for (const property of children(child(node, "properties"))) {
      this.#properties.set(property.key, both(this.#properties.get(property.key), property));
    }
    for (const key of Object.keys(value)) {
      if (special.has(key) || isAnnotation(key)) continue;
      this.#addWord(key, child(node, key) as SchemaNode);
    }
  }

  #addWord(key: string, word: SchemaNode): void {
    const before = this.#words.get(key);
    if (!before) this.#words.set(key, word);
    else if ((schemaWords as readonly string[]).includes(key)) this.#words.set(key, both(before, word));
    else if (upperBounds.has(key)) {
      if (Number(word.value) < Number(before.value)) this.#words.set(key, word);
    } else if (lowerBounds.has(key)) {
      if (Number(word.value) > Number(before.value)) this.#words.set(key, word);
    } else if (key === "patternProperties" || key === "dependentSchemas" || key === "dependentRequired") {
      this.#words.set(key, {
        value: { ...mapOf(word.value), ...mapOf(before.value) },
        pointer: before.pointer,
      });
    } else if (key === "pattern" && word.value !== before.value) {
      const patterns = [textOf(before.value), textOf(word.value)].sort();
      this.#words.set(key, { value: patterns.join(" and "), pointer: before.pointer });
    }
    // Of annotations such as `default` or `deprecated`, the outermost counts.
  }

  narrowTypes(names: readonly string[]): void {
    const before = this.#types;
    const overlap = (name: string): string[] => {
      if (!before || before.has(name)) return [name];
      if (name === "number" && before.has("integer")) return ["integer"];
      return name === "integer" && before.has("number") ? ["integer"] : [];
    };
    const narrowed = names.flatMap(overlap);
    if (names.length > 0 && narrowed.length === 0) this.possible = false;
    this.#types = new Set(narrowed.length > 0 || names.length === 0 ? narrowed : names);
  }

  narrowValues(values: readonly unknown[]): void {
    if (values.includes(null)) this.nullables.push(true);
    const given = values.filter((value) => value !== null);
    const allowed = this.#values && new Set(this.#values.map(canonical));
    this.#values = allowed ? given.filter((value) => allowed.has(canonical(value))) : given;
  }

  finish(allOf: readonly SchemaNode[], only: Shape["only"]): Shape {
    // A list of types that has no type but null, and no value either, is null alone.
    const types = this.#types && (this.#types.size > 0 || !this.#values) ? [...this.#types].sort() : null;
    const component = /^#\/components\/schemas\/([^/]+)$/.exec(this.#pointer)?.[1];
    return {
      pointer: this.#pointer,
      name: component?.replaceAll("~1", "/").replaceAll("~0", "~") ?? null,
      possible: this.possible,
      nullable: this.nullables.length > 0,
      types,
      values: this.#values,
      isConst: this.#isConst,
      openValues: this.openValues,
      properties: this.#properties,
      required: this.#required,
      oneOf: this.#unions.oneOf,
      anyOf: this.#unions.anyOf,
      only,
      allOf,
      words: this.#words,
    };
  }
}

function both(before: SchemaNode | undefined, after: SchemaNode): SchemaNode {
  if (!before) return after;
  if (canonical(before.value) === canonical(after.value)) return before;
  return { ...before, and: [...(before.and ?? []), after] };
}
