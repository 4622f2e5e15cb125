import { type Shape, type ShapeReader, typeOf } from "./shape.js";

/** The types a shape allows, said or implied by its other words; `null`: any, or not to be told. */
export function typesOf(
  shape: Shape,
  reader: ShapeReader,
  seen = new Set<Shape>(),
): readonly string[] | null {
  if (shape.types) return shape.types;
  if (seen.has(shape)) return null;
  seen.add(shape);
  if (shape.values) return [...new Set(shape.values.map(typeOf))].sort();
  for (const members of [shape.oneOf, shape.anyOf]) {
    if (!members) continue;
    const each = members.map((member) => typesOf(reader.shapeOf(member), reader, seen));
    return each.includes(null) ? null : [...new Set(each.flat() as string[])].sort();
  }
  const { words } = shape;
  const isObject = shape.properties.size > 0 || shape.required.size > 0 || words.has("additionalProperties");
  if (isObject) return ["object"];
  if (words.has("items") || words.has("prefixItems")) return ["array"];
  if (words.has("pattern") || words.has("minLength") || words.has("maxLength")) return ["string"];
  return null;
}

/** Whether one value type can stand for the other: an integer is a number. */
export const holds = (types: readonly string[], type: string): boolean =>
  types.includes(type) || (type === "integer" && types.includes("number"));

export function areDisjoint(base: readonly string[] | null, revision: readonly string[] | null): boolean {
  if (!base || !revision || base.length === 0 || revision.length === 0) return false;
  return !base.some((type) => holds(revision, type)) && !revision.some((type) => holds(base, type));
}
