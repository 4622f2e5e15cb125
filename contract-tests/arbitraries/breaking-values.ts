import { array, type JsonObject, object, type Schema } from "../support/contract.js";
import type { SchemaArbitraries } from "./schema-arbitrary.js";
import type { SchemaJudge } from "./schema-judge.js";
import { keyOf } from "./shape.js";
import { lengthOf } from "./string-arbitrary.js";
import type { Visit } from "./visits.js";

/** A value that one keyword will not have, in place of one that it has. */
export interface BreakingValue {
  readonly keyword: string;
  /** Which of several ways to break it. */
  readonly variant: string;
  readonly value: unknown;
}

export interface Means {
  readonly judge: SchemaJudge;
  readonly arbitraries: SchemaArbitraries;
  /** Any one value of a schema; `undefined` where none is found. */
  readonly sample: (schema: Schema) => unknown;
}

type Breaker = (limit: never, visit: Visit, means: Means) => readonly (readonly [variant: string, unknown])[];

/** Values that break a keyword of the visit's schema. Whether each really does, and alone, the validator says later. */
export function breakingValues(visit: Visit, means: Means): BreakingValue[] {
  return Object.keys(visit.schema).flatMap((keyword) => {
    const breaker = Object.hasOwn(breakers, keyword) ? breakers[keyword] : undefined;
    const found = breaker?.(visit.schema[keyword] as never, visit, means) ?? [];
    return found.map(([variant, value]) => ({ keyword: nameOf(keyword, visit.schema), variant, value }));
  });
}

/** `contains` with `minContains` is reported by the one or the other; both are the same fault. */
function nameOf(keyword: string, schema: JsonObject): string {
  return keyword === "minContains" || (keyword === "contains" && !("minContains" in schema))
    ? "contains"
    : keyword;
}

/** What no contract names a property. */
export const oddName = "not-in-the-contract";

const breakers: Readonly<Record<string, Breaker>> = {
  type: (types: string | readonly string[]) => {
    const named = [types].flat();
    const others: readonly [string, unknown][] = [
      ["null", null],
      ["boolean", true],
      ["integer", 1],
      ["number", 1.5],
      ["string", "1"],
      ["array", []],
      ["object", {}],
    ];
    return others.filter(
      ([type]) => !named.includes(type) && !(named.includes("number") && type === "integer"),
    );
  },
  const: (value: unknown) => unlike([value]),
  enum: (values: readonly unknown[]) => unlike(values),
  minimum: (limit: number, { schema }) => [["below", below(limit, schema)]],
  maximum: (limit: number, { schema }) => [["above", above(limit, schema)]],
  exclusiveMinimum: (limit: number) => [["at", limit]],
  exclusiveMaximum: (limit: number) => [["at", limit]],
  multipleOf: (step: number, { value }) => [["between", Number(value) + step / 2]],
  minLength: (limit: number, { value }) =>
    typeof value === "string" && limit > 0 ? [["shorter", [...value].slice(0, limit - 1).join("")]] : [],
  maxLength: (limit: number, { value }) =>
    typeof value === "string" && limit < 1_000_000 ? [["longer", lengthened(value, limit + 1)]] : [],
  pattern: (_: string, { value }) =>
    typeof value === "string"
      ? [
          "",
          " ",
          `${value}\n`,
          `${value} `,
          ` ${value}`,
          `${value}!`,
          `\u00fc${value}`,
          "\u{1f4a5}",
          "a",
          "0",
          "ftp://example.com/a", // an address, and yet not one of the web's
        ].map((text, index) => [String(index), text] as const)
      : [],
  format: (format: string, { value }) =>
    typeof value === "string"
      ? [
          "",
          " ",
          "?",
          `not a ${format}`,
          `${value} `,
          `<${value}>`,
          "2026-13-45T99:99:99Z",
          "2026-13-45",
        ].map((text, index) => [String(index), text] as const)
      : [],
  minItems: (limit: number, { value }) =>
    Array.isArray(value) && limit > 0
      ? [
          ["fewer", value.slice(0, limit - 1)],
          ["fewer, from the end", value.slice(value.length - limit + 1)],
        ]
      : [],
  maxItems: (limit: number, { value }) =>
    Array.isArray(value) && limit < 10_000
      ? array(value)
          .slice(0, 6)
          .map((_, index) => [`more of item ${index}`, extended(value, index, limit + 1)] as const)
      : [],
  uniqueItems: (unique: boolean, { value }) =>
    unique && Array.isArray(value) && value.length > 0
      ? [
          ["one more", [...value, value[0]]],
          ...(value.length > 1 ? [["instead", [...value.slice(0, -1), value[0]]] as const] : []),
        ]
      : [],
  "x-unique-by": (property: string, { value }) => {
    const [first, second, ...rest] = array(value);
    return second === undefined
      ? []
      : [["twice", [first, { ...object(second), [property]: object(first)[property] }, ...rest]]];
  },
  contains: (_: Schema, visit, { judge }) => tooFew(visit, judge),
  maxContains: (limit: number, { schema, value }, { judge, sample }) => {
    const match = array(value).find((item) => judge.isValid(schema["contains"] as Schema, item));
    const sampled = once(schema, "maxContains", () => [
      ["", sample({ allOf: [itemsSchema(schema), schema["contains"] as Schema] })],
    ]);
    const wanted = match ?? sampled[0]?.[1];
    if (wanted === undefined) return [];
    const matches = array(value).filter((item) => judge.isValid(schema["contains"] as Schema, item)).length;
    const missing = limit + 1 - matches;
    const others = array(value).filter((item) => !judge.isValid(schema["contains"] as Schema, item));
    return [
      ["one more", [...array(value), ...Array.from({ length: missing }, () => wanted)]],
      [
        "instead of others",
        [
          ...array(value).filter((item) => !others.slice(0, missing).includes(item)),
          ...Array.from({ length: missing }, () => wanted),
        ],
      ],
    ];
  },
  prefixItems: () => [], // its schemas are visited
  items: (schema: Schema, visit, { sample }) =>
    Array.isArray(visit.value) && schema === false
      ? [["one more", [...visit.value, sample(true) ?? null]]]
      : [],
  required: (names: readonly string[], { value }) =>
    isObject(value) ? names.map((name) => [name, withoutProperty(value, name)] as const) : [],
  dependentRequired: (rules: Readonly<Record<string, readonly string[]>>, { schema, value }, { sample }) =>
    isObject(value)
      ? Object.entries(rules).flatMap(([name, others]) =>
          others.map((other) => {
            const given = Object.hasOwn(value, name)
              ? value
              : {
                  ...value,
                  [name]: sample((object(schema["properties"])[name] as Schema | undefined) ?? true),
                };
            return [`${name} without ${other}`, withoutProperty(given, other)] as const;
          }),
        )
      : [],
  additionalProperties: (schema: Schema, { value }, means) => unknownProperty(schema, value, means),
  unevaluatedProperties: (schema: Schema, { value }, means) => unknownProperty(schema, value, means),
  propertyNames: (schema: Schema, { value }, { judge, sample }) => {
    if (!isObject(value)) return [];
    const names = ["", " ", "A", "0", "_", "not a name", "x".repeat(300)].filter(
      (name) => !judge.isValid(schema, name),
    );
    return names
      .slice(0, 2)
      .map((name) => [name, { ...value, [name]: Object.values(value)[0] ?? sample(true) }] as const);
  },
  minProperties: (limit: number, { value }) =>
    isObject(value) && limit > 0
      ? [["fewer", Object.fromEntries(Object.entries(value).slice(0, limit - 1))]]
      : [],
  maxProperties: (limit: number, { value }) =>
    isObject(value) && limit < 1000
      ? [
          [
            "more",
            {
              ...value,
              ...Object.fromEntries(
                Array.from({ length: limit + 1 - Object.keys(value).length }, (_, index) => [
                  `more${index}`,
                  Object.values(value)[0] ?? null,
                ]),
              ),
            },
          ],
        ]
      : [],
  not: (schema: Schema, visit, { sample }) => [
    ...once(visit.schema, "not", () => {
      const { not: _, ...rest } = visit.schema;
      const found = sample({ allOf: [rest, schema] });
      return found === undefined ? [] : [["what it must not be", found]];
    }),
    ...withForbidden(schema, visit, sample),
  ],
  oneOf: (branches: readonly Schema[], visit, { sample }) =>
    once(visit.schema, "oneOf", () => {
      const { oneOf: _, ...rest } = visit.schema;
      const pairs = branches.flatMap((one, index) =>
        branches.slice(index + 1).map((other, further) => ({ one, other, index, further })),
      );
      return pairs.slice(0, mostPairs).flatMap(({ one, other, index, further }) => {
        const found = sample({ allOf: [rest, one, other] });
        return found === undefined ? [] : [[`${index} and ${index + 1 + further}`, found] as const];
      });
    }),
};

/** The value with those properties more that `not` forbids: all it names at once, or those of each of its branches. */
function withForbidden(schema: Schema, visit: Visit, sample: Means["sample"]): Variants {
  const { value, owner = visit.schema } = visit;
  if (!isObject(value)) return [];
  const branches = [schema, ...["anyOf", "oneOf"].flatMap((keyword) => array(object(schema)[keyword]))];
  return branches.flatMap((branch) => {
    const named = array(object(branch)["required"]).map(String);
    if (named.length === 0) return [];
    const dependent = named.flatMap((name) => array(object(owner["dependentRequired"])[name]).map(String));
    const missing = [...named, ...dependent].filter((name) => !Object.hasOwn(value, name));
    const added = missing.map((name) => [
      name,
      sample((object(owner["properties"])[name] as Schema | undefined) ?? true),
    ]);
    return [[`with ${named.join(" and ")}`, { ...value, ...Object.fromEntries(added) }] as const];
  });
}

/** Of unions with many branches so many pairs are tried: to find a value of two of them is dear. */
const mostPairs = 6;

type Variants = readonly (readonly [variant: string, unknown])[];

/** What depends on a schema alone, and is dear to find, is found once. */
function once(schema: JsonObject, keyword: string, find: () => Variants): Variants {
  const ofSchema = found.get(schema) ?? new Map<string, Variants>();
  found.set(schema, ofSchema);
  const known = ofSchema.get(keyword) ?? find();
  ofSchema.set(keyword, known);
  return known;
}

const found = new WeakMap<JsonObject, Map<string, Variants>>();

/** Values of the same type as those given, but none of them. */
function unlike(values: readonly unknown[]): (readonly [string, unknown])[] {
  const known = new Set(values.map(keyOf));
  const [first] = values;
  const others: readonly (readonly [string, unknown])[] =
    typeof first === "string"
      ? [
          ["another word", "not-in-the-contract"],
          ["other letters", first === first.toUpperCase() ? first.toLowerCase() : first.toUpperCase()],
          ["a blank more", `${first} `],
          // A server may compare beginnings only.
          ["a letter more", `${first}x`],
          ["a letter less", first.slice(0, -1)],
          ["empty", ""],
        ]
      : typeof first === "number"
        ? [["another number", Math.max(...values.filter((value) => typeof value === "number")) + 1]]
        : typeof first === "boolean"
          ? [["the opposite", !first]]
          : [["another value", { other: true }]];
  return others.filter(([, value]) => !known.has(keyOf(value)));
}

function isWhole(schema: JsonObject): boolean {
  return [schema["type"]].flat().includes("integer");
}

function below(limit: number, schema: JsonObject): number {
  return limit - stepOf(limit, schema);
}

function above(limit: number, schema: JsonObject): number {
  return limit + stepOf(limit, schema);
}

function stepOf(limit: number, schema: JsonObject): number {
  if (typeof schema["multipleOf"] === "number") return schema["multipleOf"];
  return isWhole(schema) || Math.abs(limit) > 1000 ? 1 : 0.001;
}

/** The text made longer by its own characters, so that a pattern still holds where it can. */
function lengthened(text: string, length: number): string {
  const filler = [...text].at(-1) ?? "a";
  return text + filler.repeat(Math.max(0, length - lengthOf(text)));
}

function extended(items: readonly unknown[], index: number, length: number): unknown[] {
  return [...items, ...Array.from({ length: Math.max(0, length - items.length) }, () => items[index])];
}

function tooFew({ schema, value }: Visit, judge: SchemaJudge): (readonly [string, unknown])[] {
  const min = (schema["minContains"] as number | undefined) ?? 1;
  if (!Array.isArray(value) || min === 0) return [];
  const contains = schema["contains"] as Schema;
  const others = value.filter((item) => !judge.isValid(contains, item));
  let kept = 0;
  const fewer = value.filter((item) => !judge.isValid(contains, item) || ++kept < min);
  return [
    ["fewer", fewer],
    ...others.map(
      (other, index) =>
        [`item ${index} instead`, extended([...fewer, other], fewer.length, value.length)] as const,
    ),
  ];
}

function itemsSchema(schema: JsonObject): Schema {
  return (schema["items"] as Schema | undefined) ?? true;
}

function unknownProperty(schema: Schema, value: unknown, { judge }: Means): (readonly [string, unknown])[] {
  if (!isObject(value)) return [];
  if (schema === false) return [["an unknown property", { ...value, [oddName]: 1 }]];
  const wrong = [null, true, 1.5, "1", [], {}].find((one) => !judge.isValid(schema, one));
  return wrong === undefined ? [] : [["of a wrong value", { ...value, [oddName]: wrong }]];
}

function withoutProperty(value: JsonObject, name: string): JsonObject {
  const { [name]: _, ...rest } = value;
  return rest;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
