import fc from "fast-check";
import type { Schema } from "../support/contract.js";
import { Alternatives, prefixLength, schemasOfItem, schemasOfProperty } from "./alternatives.js";
import { numberArbitrary } from "./number-arbitrary.js";
import { CheckedArbitrary, EitherArbitrary, LazyArbitrary, NoValueError } from "./own-arbitraries.js";
import type { SchemaJudge } from "./schema-judge.js";
import { type Contains, type JsonType, keyOf, type Shape } from "./shape.js";
import { stringArbitrary, type TextPlace } from "./string-arbitrary.js";

/** Below this depth values end as soon as they can. */
const deepest = 7;

/** A name that no schema speaks of; dear to make. */
const plainName = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,8}$/);

/** Arbitraries of fast-check from the schemas of one document: every value is valid, as Ajv says. */
export class SchemaArbitraries {
  readonly #judge: SchemaJudge;
  readonly #alternatives: Alternatives;
  readonly #made = new Map<Schema, Map<TextPlace, fc.Arbitrary<unknown>>>();
  readonly #heights = new Map<Shape, number>();

  constructor(judge: SchemaJudge) {
    this.#judge = judge;
    this.#alternatives = new Alternatives(judge.follow);
  }

  /** Valid values of a schema; making one throws `NoValueError` where none is found. */
  of(schema: Schema, place: TextPlace = "json"): fc.Arbitrary<unknown> {
    const ofSchema = this.#made.get(schema) ?? new Map<TextPlace, fc.Arbitrary<unknown>>();
    this.#made.set(schema, ofSchema);
    const known = ofSchema.get(place);
    if (known) return known;
    const made = new CheckedArbitrary(
      this.#conjunction([schema], place, 0),
      (value) => this.#judge.isValid(schema, value),
      () => JSON.stringify(schema).slice(0, 200),
    );
    ofSchema.set(place, made);
    return made;
  }

  /** Whether any value can be valid by all of the schemas, as far as can be told without trying. */
  isPossible(schemas: readonly Schema[]): boolean {
    return this.#alternatives.of(schemas).length > 0;
  }

  #conjunction(schemas: readonly Schema[], place: TextPlace, depth: number): fc.Arbitrary<unknown> {
    return new LazyArbitrary(() => {
      const all = this.#alternatives.of(schemas);
      if (all.length === 0)
        throw new NoValueError(`No value can be valid: ${JSON.stringify(schemas).slice(0, 200)}`);
      const shapes = depth < deepest ? all : this.#lowest(all);
      return oneOf(shapes.map((shape) => this.#ofShape(shape, place, depth)));
    });
  }

  /** Of the ways to be valid those that end soonest. */
  #lowest(shapes: readonly Shape[]): readonly Shape[] {
    const heights = shapes.map((shape) => this.#heightOf(shape, new Set()));
    const least = Math.min(...heights);
    if (least === Number.POSITIVE_INFINITY) throw new NoValueError("A value of this schema has no end.");
    return shapes.filter((_, index) => heights[index] === least);
  }

  #heightOf(shape: Shape, above: ReadonlySet<Shape>): number {
    if (above.has(shape)) return Number.POSITIVE_INFINITY;
    const known = this.#heights.get(shape);
    if (known !== undefined) return known;
    const here = new Set([...above, shape]);
    const heightOf = (schemas: readonly Schema[]): number =>
      Math.min(...this.#alternatives.of(schemas).map((one) => this.#heightOf(one, here)));
    const others = [...shape.types].some((type) => type !== "object" && type !== "array");
    const height = others
      ? 0
      : 1 +
        Math.max(
          0,
          ...[...shape.required].map((name) => heightOf(schemasOfProperty(shape, name))),
          ...Array.from({ length: Math.min(shape.minItems, 3) }, (_, index) =>
            heightOf(schemasOfItem(shape, index)),
          ),
        );
    if (Number.isFinite(height)) this.#heights.set(shape, height);
    return height;
  }

  #ofShape(shape: Shape, place: TextPlace, depth: number): fc.Arbitrary<unknown> {
    return new LazyArbitrary(() => {
      const source =
        shape.values !== null
          ? fc.constantFrom(...shape.values)
          : oneOf(typesToMake(shape).map((type) => this.#ofType(type, shape, place, depth)));
      const excluded = new Set(shape.excluded.map(keyOf));
      const isChecked = shape.rough || shape.formats.length > 0 || shape.values !== null;
      if (!isChecked && excluded.size === 0) return source;
      const all: Schema = shape.schemas.length === 1 ? (shape.schemas[0] ?? true) : { allOf: shape.schemas };
      return new CheckedArbitrary(
        source,
        (value) => (excluded.size === 0 || !excluded.has(keyOf(value))) && this.#judge.isValid(all, value),
        () => JSON.stringify(all).slice(0, 300),
      );
    });
  }

  #ofType(type: JsonType, shape: Shape, place: TextPlace, depth: number): fc.Arbitrary<unknown> {
    switch (type) {
      case "null":
        return fc.constant(null);
      case "boolean":
        return fc.boolean();
      case "integer":
      case "number":
        return numberArbitrary(shape);
      case "string":
        return stringArbitrary(shape, place);
      case "array":
        return this.#array(shape, place, depth);
      case "object":
        return this.#object(shape, place, depth);
    }
  }

  #array(shape: Shape, place: TextPlace, depth: number): fc.Arbitrary<unknown[]> {
    const item = (index: number, more: readonly Schema[] = []): fc.Arbitrary<unknown> =>
      this.#conjunction([...schemasOfItem(shape, index), ...more], place, depth + 1);
    const fixed = prefixLength(shape);
    if (shape.contains.length > 0 && fixed === 0) return this.#containing(shape, place, depth);
    if (fixed > 0) return this.#tuple(shape, fixed, item);
    const allows = this.#alternatives.of(schemasOfItem(shape, 0)).length > 0;
    const min = shape.minItems;
    const most = depth >= deepest || !allows ? min : min + (depth > 3 ? 1 : 4);
    const max = Math.min(shape.maxItems, most);
    if (shape.uniqueBy !== null) {
      const property = shape.uniqueBy;
      const selector = (value: unknown): string => keyOf((value as Record<string, unknown>)?.[property]);
      return fc.uniqueArray(item(0), { minLength: min, maxLength: max, selector });
    }
    if (shape.uniqueItems)
      return fc.uniqueArray(item(0), { minLength: min, maxLength: max, selector: keyOf });
    const usual = fc.array(item(0), { minLength: min, maxLength: max });
    const full = shape.maxItems;
    if (!Number.isFinite(full) || full <= max || full > 600 || depth > 2 || !allows) return usual;
    // As many as there may be, the same over and over so that it costs little.
    const most2 = fc.array(item(0), { minLength: 1, maxLength: 3 }).map((some) => cycled(some, full));
    return fc.oneof({ arbitrary: usual, weight: 12 }, { arbitrary: most2, weight: 1 });
  }

  #tuple(
    shape: Shape,
    fixed: number,
    item: (index: number, more?: readonly Schema[]) => fc.Arbitrary<unknown>,
  ): fc.Arbitrary<unknown[]> {
    const max = Math.min(shape.maxItems, Math.max(shape.minItems, fixed + 2));
    const isLast = (index: number): boolean =>
      this.#alternatives.of(schemasOfItem(shape, index)).length === 0;
    let possible = 0;
    while (possible < max && !isLast(possible)) possible++;
    const lengths = fc.oneof(
      { arbitrary: fc.constant(Math.max(shape.minItems, Math.min(fixed, possible))), weight: 3 },
      { arbitrary: fc.integer({ min: Math.min(shape.minItems, possible), max: possible }), weight: 1 },
    );
    const wanted = shape.contains.map(({ schema }) => schema);
    return lengths.chain((length) =>
      fc
        .nat(Math.max(0, length - 1))
        .chain((at) =>
          fc.tuple(
            ...Array.from({ length }, (_, index) =>
              index === at &&
              wanted.length > 0 &&
              this.isPossible([...schemasOfItem(shape, index), ...wanted])
                ? item(index, wanted)
                : item(index),
            ),
          ),
        ),
    );
  }

  /** For each `contains` as many items as it asks for; all others are none of those that are limited. */
  #containing(shape: Shape, place: TextPlace, depth: number): fc.Arbitrary<unknown[]> {
    const every = schemasOfItem(shape, 0);
    const not = ({ schema }: Contains): Schema => ({ not: schema });
    const limited = shape.contains.filter(({ max }) => Number.isFinite(max));
    const other = [...every, ...limited.map(not)];
    const needed = shape.contains.reduce((sum, { min }) => sum + min, 0);
    const groups = shape.contains.map((one) => {
      const schemas = [...every, one.schema, ...limited.filter((each) => each !== one).map(not)];
      // One item can be counted by several `contains`, if they exclude each other's opposite.
      const possible = this.isPossible(schemas) ? schemas : [...every, one.schema];
      const more = depth >= deepest ? 0 : 1;
      const maxLength = Math.min(
        one.max,
        one.min + more,
        Math.max(one.min, shape.maxItems - needed + one.min),
      );
      return this.isPossible(possible)
        ? fc.array(this.#conjunction(possible, place, depth + 1), { minLength: one.min, maxLength })
        : fc.constant([]);
    });
    const room = shape.maxItems - needed;
    const least = Math.max(0, shape.minItems - needed);
    const rest = this.isPossible(other)
      ? fc.array(this.#conjunction(other, place, depth + 1), {
          minLength: Math.min(least, room),
          maxLength: Math.max(Math.min(least, room), Math.min(room, least + 2)),
        })
      : fc.constant([]);
    return new CheckedArbitrary(
      fc.tuple(fc.tuple(...groups), rest, fc.nat(7)).map(([some, others, turn]) => {
        const items = [...some.flat(), ...others];
        const by = items.length === 0 ? 0 : turn % items.length;
        return [...items.slice(by), ...items.slice(0, by)];
      }),
      (items) => items.length >= shape.minItems && items.length <= shape.maxItems,
      () => JSON.stringify(shape.schemas).slice(0, 300),
    );
  }

  #object(shape: Shape, place: TextPlace, depth: number): fc.Arbitrary<unknown> {
    const named = new Set([
      ...shape.required,
      ...shape.objects.flatMap(({ properties }) => Object.keys(properties)),
      ...[...shape.dependentRequired.values()].flat(),
    ]);
    const needed = closure(shape, [...shape.required]);
    const can = (name: string): boolean => this.isPossible(schemasOfProperty(shape, name));
    const optional = [...named].filter(
      (name) => !needed.has(name) && can(name) && this.#isNameAllowed(shape, name),
    );
    const chosen = depth >= deepest ? [] : optional;
    const wide = depth >= 2 && chosen.length > 6;
    const properties = [...needed, ...chosen].map((name) => {
      const value = this.#conjunction(schemasOfProperty(shape, name), place, depth + 1).map(
        (made): [string, unknown] | null => [name, made],
      );
      return needed.has(name)
        ? value
        : fc.oneof(
            { withCrossShrink: true },
            { arbitrary: fc.constant(null), weight: wide ? Math.ceil(chosen.length / 4) : 1 },
            { arbitrary: value, weight: 1 },
          );
    });
    const extra = this.#additional(shape, named, place, depth, needed.size + chosen.length);
    const made = fc.tuple(fc.tuple(...properties), extra).map(([some, others]) => {
      const entries = [...some.filter((entry) => entry !== null), ...others];
      return settled(shape, Object.fromEntries(entries), needed);
    });
    if (shape.minProperties <= needed.size) return made;
    return new CheckedArbitrary(
      made,
      (value) => Object.keys(value).length >= shape.minProperties,
      () => JSON.stringify(shape.schemas).slice(0, 300),
    );
  }

  #isNameAllowed(shape: Shape, name: string): boolean {
    return shape.propertyNames.every((schema) => this.#judge.isValid(schema, name));
  }

  /** Properties that no keyword names, where the schema speaks of such. */
  #additional(
    shape: Shape,
    named: ReadonlySet<string>,
    place: TextPlace,
    depth: number,
    count: number,
  ): fc.Arbitrary<[string, unknown][]> {
    const invited =
      shape.objects.some(({ additional, patterns }) => additional !== undefined || patterns.length > 0) ||
      shape.propertyNames.length > 0 ||
      shape.minProperties > count;
    const least = Math.max(0, shape.minProperties - count);
    if ((!invited || depth >= deepest) && least === 0) return fc.constant([]);
    const patterns = shape.objects.flatMap((rules) => rules.patterns.map(([pattern]) => pattern));
    const names = oneOf<string>([
      ...(shape.propertyNames.length > 0
        ? [
            this.#conjunction(
              [{ type: "string" }, ...shape.propertyNames],
              "json",
              depth,
            ) as fc.Arbitrary<string>,
          ]
        : [plainName]),
      ...patterns.map((pattern) => fc.stringMatching(pattern, { size: "xsmall" })),
    ]).filter((name) => !named.has(name) && name !== "__proto__");
    const isOpen = (name: string): boolean =>
      this.#isNameAllowed(shape, name) && this.isPossible(schemasOfProperty(shape, name));
    const candidates = shape.propertyNames.length > 0 || patterns.length > 0 ? null : isOpen("anyOtherName");
    if (candidates === false && least === 0) return fc.constant([]);
    const entry = names
      .filter((name) => candidates === true || isOpen(name))
      .chain((name) =>
        this.#conjunction(schemasOfProperty(shape, name), place, depth + 1).map(
          (value): [string, unknown] => [name, value],
        ),
      );
    const maxLength = Math.max(least, Math.min(least + 2, shape.maxProperties - count));
    return fc.uniqueArray(entry, { minLength: least, maxLength, selector: ([name]) => name });
  }
}

/** The names, and those they depend on. */
function closure(shape: Shape, names: readonly string[]): Set<string> {
  const all = new Set(names);
  for (const name of all) for (const other of shape.dependentRequired.get(name) ?? []) all.add(other);
  return all;
}

/** Takes out optional properties whose companions are missing, and those that are too many. */
function settled(shape: Shape, value: Record<string, unknown>, needed: ReadonlySet<string>): object {
  for (let changed = true; changed; ) {
    changed = false;
    for (const [name, others] of shape.dependentRequired) {
      if (!Object.hasOwn(value, name) || others.every((other) => Object.hasOwn(value, other))) continue;
      delete value[name];
      changed = true;
    }
  }
  const surplus = Object.keys(value).length - shape.maxProperties;
  const optional = Object.keys(value).filter((name) => !needed.has(name));
  for (const name of optional.slice(0, Math.max(0, surplus))) delete value[name];
  return value;
}

/** Types to make values of: a number may be whole too, which needs no arbitrary of its own. */
function typesToMake({ types }: Shape): JsonType[] {
  const all = [...types];
  if (all.length === 7) return ["null", "boolean", "integer", "string"]; // any value will do
  return all.filter((type) => !(type === "integer" && types.has("number")));
}

function oneOf<T>(arbitraries: readonly fc.Arbitrary<T>[]): fc.Arbitrary<T> {
  const [first] = arbitraries;
  return arbitraries.length === 1 && first ? first : new EitherArbitrary(arbitraries);
}

function cycled<Item>(items: readonly Item[], count: number): Item[] {
  return Array.from({ length: count }, (_, index) => items[index % items.length] as Item);
}
