import { schemasIn } from "../arbitraries/schema-judge.js";
import { array, type JsonObject, object, type Schema } from "../support/contract.js";
import { escapeToken, unescapeToken } from "../support/pointer.js";
import { type Placed, pointerOfRef } from "./joined-contract.js";

/** A step into a value. */
export type Step =
  | { readonly property: string }
  | { readonly item: number | "any" }
  | { readonly other: true };

/** A schema that has a say in values of another, and of which part of them. */
export interface SchemaPlace {
  readonly schema: JsonObject;
  readonly pointer: string;
  readonly path: readonly Step[];
}

/** Every schema that a value of a schema can meet, each once, the nearest first. */
export function placesIn(root: Placed, follow: (ref: string) => Schema): readonly SchemaPlace[] {
  const found: SchemaPlace[] = [];
  const seen = new Set<object>();
  const pending: { schema: unknown; pointer: string; path: readonly Step[] }[] = [{ ...root, path: [] }];
  for (let index = 0; index < pending.length && index < mostPlaces; index++) {
    const { schema: given, pointer, path } = pending[index] as (typeof pending)[number];
    if (typeof given !== "object" || given === null || seen.has(given)) continue;
    seen.add(given);
    const schema = object(given);
    found.push({ schema, pointer, path });
    const add = (part: unknown, below: string, step: Step | null): void =>
      void pending.push({ schema: part, pointer: pointer + below, path: step ? [...path, step] : path });
    if (typeof schema["$ref"] === "string") {
      try {
        pending.push({ schema: follow(schema["$ref"]), pointer: pointerOfRef(schema["$ref"]), path });
      } catch {
        // it leads nowhere, and so to no place
      }
    }
    for (const keyword of ["allOf", "anyOf", "oneOf"])
      schemasIn(schema[keyword]).forEach((part, at) => void add(part, `/${keyword}/${at}`, null));
    // What a list must contain is said of the list.
    for (const keyword of ["if", "then", "else", "not", "contains", "contentSchema"])
      add(schema[keyword], `/${keyword}`, null);
    for (const [name, part] of Object.entries(object(schema["dependentSchemas"])))
      add(part, `/dependentSchemas/${escapeToken(name)}`, null);
    for (const [name, part] of Object.entries(object(schema["properties"])))
      add(part, `/properties/${escapeToken(name)}`, { property: name });
    for (const name of Object.keys(object(schema["patternProperties"])))
      add(object(schema["patternProperties"])[name], `/patternProperties/${escapeToken(name)}`, {
        other: true,
      });
    for (const keyword of ["additionalProperties", "unevaluatedProperties"])
      add(schema[keyword], `/${keyword}`, { other: true });
    array(schema["prefixItems"]).forEach((part, at) => void add(part, `/prefixItems/${at}`, { item: at }));
    for (const keyword of ["items", "unevaluatedItems"]) add(schema[keyword], `/${keyword}`, { item: "any" });
    add(object(schema["x-item-schema"])["schema"], "/x-item-schema/schema", { item: "any" });
  }
  return found;
}

/** Of the largest specs a body can reach thousands of schemas. */
const mostPlaces = 20_000;

/** The place that a pointer of the document leads to, or into; `null` where no value meets it. */
export function placeOf(places: readonly SchemaPlace[], pointer: string | null): SchemaPlace | null {
  if (pointer === null) return null;
  let best: SchemaPlace | null = null;
  for (const place of places)
    if (
      (pointer === place.pointer || pointer.startsWith(`${place.pointer}/`)) &&
      (best === null || place.pointer.length > best.pointer.length)
    )
      best = place;
  return best;
}

/** Whether a location of a value, as a JSON pointer, is the place, or in it: by how many steps; `null`: it is not. */
export function depthBelow(path: readonly Step[], location: string): number | null {
  const tokens = location.split("/").slice(1);
  if (tokens.length < path.length) return null;
  const fits = path.every((step, index) => {
    const token = unescapeToken(tokens[index] as string);
    if ("property" in step) return step.property === token;
    return "other" in step || step.item === "any" || String(step.item) === token;
  });
  return fits ? tokens.length - path.length : null;
}

/** A schema that says something of one part of a value, and that the part is there. */
export function wrapped(path: readonly Step[], inner: Schema): Schema {
  const [step, ...rest] = path;
  if (step === undefined) return inner;
  const part = wrapped(rest, inner);
  if ("property" in step)
    return { type: "object", required: [step.property], properties: { [step.property]: part } };
  if ("other" in step) return { type: "object", minProperties: 1 };
  const before = typeof step.item === "number" ? Array.from({ length: step.item }, (): Schema => true) : [];
  return { type: "array", minItems: before.length + 1, prefixItems: [...before, part] };
}
