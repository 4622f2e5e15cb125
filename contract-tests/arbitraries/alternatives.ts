import { array, object, type Schema } from "../support/contract.js";
import { beyondWords, negate } from "./negate.js";
import { schemasIn } from "./schema-judge.js";
import { anyShape, copyOf, isOfType, join, keyOf, type Shape } from "./shape.js";

/** Few schemas have more ways to be valid; those that do are tried in this many of them. */
const mostAlternatives = 96;

/**
 * Turns schemas that all must hold into the ways in which they can: `allOf`, `anyOf`, `oneOf`, `if` and `not` are
 * gone, and what cannot be is left out.
 */
export class Alternatives {
  readonly #follow: (ref: string) => Schema;
  readonly #known = new Map<string, readonly Shape[]>();
  readonly #ids = new WeakMap<object, number>();
  readonly #opposites = new WeakMap<object, readonly (readonly Schema[])[]>();
  #nextId = 0;

  constructor(follow: (ref: string) => Schema) {
    this.#follow = follow;
  }

  /** Empty: no value is valid by all of the schemas. */
  of(schemas: readonly Schema[]): readonly Shape[] {
    const key = schemas.map((schema) => this.#idOf(schema)).join();
    const known = this.#known.get(key);
    if (known) return known;
    const start = anyShape();
    start.schemas.push(...schemas);
    this.#known.set(key, [start]); // a schema that asks for itself is taken to be possible
    const all = this.#expand(schemas, start, 0).filter((shape) => this.#isPossible(shape));
    this.#known.set(key, all);
    return all;
  }

  #idOf(schema: Schema): string {
    if (typeof schema === "boolean") return String(schema);
    const id = this.#ids.get(schema) ?? this.#nextId++;
    this.#ids.set(schema, id);
    return String(id);
  }

  #expand(pending: readonly Schema[], shape: Shape, refs: number): Shape[] {
    const [schema, ...rest] = pending;
    if (schema === undefined || refs > 100) return [shape];
    if (schema === false || shape.types.size === 0) return [];
    if (schema === true) return this.#expand(rest, shape, refs);
    if (schema === beyondWords) {
      shape.rough = true;
      return this.#expand(rest, shape, refs);
    }
    const joined = copyOf(shape);
    join(joined, schema);
    const also = [
      ...(typeof schema["$ref"] === "string" ? [this.#follow(schema["$ref"])] : []),
      ...schemasIn(schema["allOf"]),
    ];
    const chosen = this.#choicesOf(schema, joined).reduce<readonly (readonly Schema[])[]>(
      (before, choices) =>
        before.flatMap((list) => choices.map((choice) => [...list, ...choice])).slice(0, mostAlternatives),
      [[]],
    );
    const found: Shape[] = [];
    for (const choice of chosen) {
      if (found.length >= mostAlternatives) break;
      found.push(...this.#expand([...also, ...choice, ...rest], copyOf(joined), refs + 1));
    }
    return found.slice(0, mostAlternatives);
  }

  /** One list for each keyword that offers a choice: the schemas that each way of it adds. */
  #choicesOf(schema: Readonly<Record<string, unknown>>, shape: Shape): (readonly (readonly Schema[])[])[] {
    const choices: (readonly (readonly Schema[])[])[] = [];
    for (const keyword of ["anyOf", "oneOf"]) {
      const branches = schemasIn(schema[keyword]);
      if (branches.length === 0) continue;
      choices.push(branches.map((branch) => [branch]));
      if (keyword === "oneOf" && branches.length > 1) shape.rough = true;
    }
    if (schema["if"] !== undefined) {
      const { if: condition, then = true, else: otherwise = true } = schema as Record<string, Schema>;
      choices.push([
        [condition as Schema, then],
        ...this.#negated(condition as Schema).map((list) => [...list, otherwise]),
      ]);
      shape.rough = true; // the condition says nothing of values of another type
    }
    if (schema["not"] !== undefined) choices.push(this.#oppositesOf(schema["not"] as Schema, shape));
    for (const [name, part] of Object.entries(object(schema["dependentSchemas"])))
      choices.push([[{ properties: { [name]: false } }], [{ required: [name] }, part as Schema]]);
    return choices;
  }

  #oppositesOf(schema: Schema, shape: Shape): readonly (readonly Schema[])[] {
    const given = object(schema);
    const keywords = Object.keys(given);
    if (keywords.length === 1 && (keywords[0] === "const" || keywords[0] === "enum")) {
      shape.excluded.push(...("const" in given ? [given["const"]] : array(given["enum"])));
      return [[]];
    }
    shape.rough = true;
    return this.#negated(schema);
  }

  /** The same schemas for the same schema each time: only so can it be seen that one was met before. */
  #negated(schema: Schema): readonly (readonly Schema[])[] {
    if (typeof schema === "boolean") return negate(schema, this.#follow);
    const known = this.#opposites.get(schema) ?? negate(schema, this.#follow);
    this.#opposites.set(schema, known);
    return known;
  }

  #isPossible(shape: Shape): boolean {
    narrow(shape);
    if (shape.types.size === 0) return false;
    if (shape.values !== null) return shape.values.length > 0;
    if (shape.types.size > 1 || !shape.types.has("object")) return true;
    return [...shape.required].every((name) => {
      const schemas = schemasOfProperty(shape, name);
      return schemas.length === 0 || this.of(schemas).length > 0;
    });
  }
}

/** Takes out what the shape's own limits leave no room for. */
function narrow(shape: Shape): void {
  if (shape.values !== null) {
    const excluded = new Set(shape.excluded.map(keyOf));
    shape.values = shape.values.filter(
      (value) => isOfType(value, shape.types) && !excluded.has(keyOf(value)),
    );
    return;
  }
  for (const type of ["object", "array", "string"] as const) {
    const [min, max] = {
      object: [Math.max(shape.minProperties, shape.required.size), shape.maxProperties],
      array: [Math.max(shape.minItems, ...shape.contains.map(({ min }) => min)), shape.maxItems],
      string: [shape.minLength, shape.maxLength],
    }[type] as [number, number];
    if (min > max) shape.types.delete(type);
  }
  const least = Math.max(shape.minimum, shape.exclusiveMinimum);
  const most = Math.min(shape.maximum, shape.exclusiveMaximum);
  if (least > most) for (const type of ["integer", "number"] as const) shape.types.delete(type);
  if (shape.types.size === 7) {
    if (shape.impliedTypes) shape.types = new Set(shape.impliedTypes);
  }
  const excludedTypes = new Set(shape.excluded.map(keyOf));
  if (excludedTypes.has("null")) shape.types.delete("null");
}

/** All that the shape says of the property of a name. */
export function schemasOfProperty(shape: Shape, name: string): readonly Schema[] {
  let isNamed = false;
  const schemas = shape.objects.flatMap(({ properties, patterns, additional }) => {
    const own = Object.hasOwn(properties, name) ? [properties[name] as Schema] : [];
    const matching = patterns.filter(([pattern]) => pattern.test(name)).map(([, schema]) => schema);
    const found = [...own, ...matching];
    if (found.length > 0) isNamed = true;
    return found.length > 0 || additional === undefined ? found : [additional];
  });
  return isNamed ? schemas : [...schemas, ...shape.unevaluatedProperties];
}

/** All that the shape says of the item at a position. */
export function schemasOfItem(shape: Shape, index: number): readonly Schema[] {
  const schemas = shape.arrays.flatMap(({ prefix, items }) => {
    const own = index < prefix.length ? prefix[index] : items;
    return own === undefined ? [] : [own];
  });
  return schemas.length > 0 ? schemas : shape.unevaluatedItems;
}

export function prefixLength(shape: Shape): number {
  return Math.max(0, ...shape.arrays.map(({ prefix }) => prefix.length));
}
