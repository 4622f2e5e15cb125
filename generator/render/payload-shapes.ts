import type { Contract, Property, Schema, Webhook } from "../contract/contract.js";

/** As much of a payload's schema as tells it from those of other webhooks; the runtime's `PayloadShape`. */
export interface PayloadShape {
  readonly kind: "object" | "array" | "any";
  readonly required: readonly string[];
  readonly tags: readonly PayloadTag[];
}

interface PayloadTag {
  readonly property: string;
  readonly values: readonly (string | number | boolean | null)[];
}

const anything: PayloadShape = { kind: "any", required: [], tags: [] };
const maxHops = 16;
/** A union of unions multiplies; what has more shapes than this is told by nothing. */
const maxShapes = 64;

/**
 * The shapes of some webhooks' payloads, in their order. A property with one possible value is a tag; one with
 * several is, only if the list keeps it from a payload of another webhook, for a list that tells nothing may grow.
 */
export function payloadShapes(
  contract: Contract,
  webhooks: readonly Webhook[],
): readonly (readonly PayloadShape[])[] {
  const seen: Seen = new Map();
  const all = webhooks.map(({ payload }) => (payload ? shapesOf(contract, payload, seen) : [anything]));
  return all.map((shapes, index) => {
    const others = all.filter((_, other) => other !== index).flat();
    return shapes.map((shape) => ({
      ...shape,
      tags: shape.tags.filter(
        ({ property, values }) => values.length === 1 || tells(property, values, others),
      ),
    }));
  });
}

/** Whether another shape has the property with none of these values. */
function tells(property: string, values: PayloadTag["values"], others: readonly PayloadShape[]): boolean {
  return others.some(({ tags }) =>
    tags.some((tag) => tag.property === property && !tag.values.some((value) => values.includes(value))),
  );
}

/** By the name of a schema, so that each is looked at once; one that refers to itself is anything, there. */
type Seen = Map<string, readonly PayloadShape[]>;

function shapesOf(contract: Contract, schema: Schema, seen: Seen): readonly PayloadShape[] {
  if (schema.nullable) return [anything];
  const below = (part: Schema): readonly PayloadShape[] => shapesOf(contract, part, seen);
  switch (schema.kind) {
    case "ref": {
      const known = seen.get(schema.name);
      if (known) return known;
      seen.set(schema.name, [anything]);
      const target = schemaOf(contract, schema.name);
      const shapes = target ? below(target) : [anything];
      seen.set(schema.name, shapes);
      return shapes;
    }
    case "object":
      return [
        {
          kind: "object",
          required: schema.properties.filter(({ required }) => required).map(({ name }) => name),
          tags: schema.properties.flatMap((property) => tagOf(contract, property)),
        },
      ];
    case "array":
    case "tuple":
      return [{ kind: "array", required: [], tags: [] }];
    case "union":
      return simplified(schema.variants.flatMap(below));
    case "intersection":
      return schema.parts
        .map(below)
        .reduce((some, more) => simplified(some.flatMap((a) => more.map((b) => both(a, b)))));
    default:
      return [anything];
  }
}

/** What may be anything need not be listed; nor what has too many shapes. */
function simplified(shapes: readonly PayloadShape[]): readonly PayloadShape[] {
  const sound = shapes.length > 0 && shapes.length <= maxShapes;
  return sound && shapes.every(({ kind }) => kind !== "any") ? shapes : [anything];
}

function both(a: PayloadShape, b: PayloadShape): PayloadShape {
  return {
    kind: a.kind === "any" ? b.kind : a.kind,
    required: [...new Set([...a.required, ...b.required])],
    tags: [...a.tags, ...b.tags],
  };
}

function tagOf(contract: Contract, { name, schema }: Property): PayloadTag[] {
  const values = valuesOf(contract, schema);
  return values ? [{ property: name, values: schema.nullable ? [...values, null] : values }] : [];
}

/** The only values of a schema; `null` where there may be others. */
function valuesOf(contract: Contract, schema: Schema): PayloadTag["values"] | null {
  let found: Schema | undefined = schema;
  for (let hops = 0; found?.kind === "ref" && hops < maxHops; hops++) found = schemaOf(contract, found.name);
  if (found?.kind !== "enum") return null;
  return found.nullable && found !== schema ? [...found.values, null] : found.values;
}

function schemaOf({ schemas }: Contract, wanted: string): Schema | undefined {
  return schemas.find(({ name }) => name === wanted)?.schema;
}
