import { array, type JsonObject, object, type Schema } from "../support/contract.js";
import { isValid } from "../support/json-schema.js";
import { type Bound, boundsOf } from "./bounds.js";
import { sampleOf } from "./samples.js";
import { type Location, valueAt, withValue } from "./values-at.js";

/** A bound, and the way to the values it bounds. */
export interface Place {
  readonly bound: Bound;
  /** The schema it stands in, and where that is below the schema the walk began with. */
  readonly schema: JsonObject;
  readonly schemaPath: readonly string[];
  readonly steps: readonly Step[];
}

type Step =
  | { readonly kind: "property"; readonly name: string; readonly schema: JsonObject }
  | { readonly kind: "items"; readonly schema: JsonObject }
  /** Goes on only where the value is, or is not, as a schema says: a branch of a choice. */
  | { readonly kind: "guard"; readonly schema: Schema; readonly holds: boolean };

/** All bounds of a schema that a value must keep; those of a condition (`if`, `not`, `contains`) bind nobody. */
export function placesOf(schema: Schema, skip: (schemaPath: readonly string[]) => boolean): Place[] {
  const places: Place[] = [];
  const walk = (value: unknown, schemaPath: readonly string[], steps: readonly Step[], above: unknown[]) => {
    if (above.includes(value) || skip(schemaPath)) return;
    const node = object(value);
    places.push(...boundsOf(node).map((bound) => ({ bound, schema: node, schemaPath, steps })));
    const into = (child: unknown, path: readonly string[], ...more: Step[]) =>
      walk(child, [...schemaPath, ...path], [...steps, ...more], [...above, value]);

    for (const [name, child] of Object.entries(object(node["properties"])))
      into(child, ["properties", name], { kind: "property", name, schema: object(child) });
    if (node["items"] !== undefined)
      into(node["items"], ["items"], { kind: "items", schema: object(node["items"]) });
    array(node["allOf"]).forEach((child, index) => {
      into(child, ["allOf", String(index)]);
    });
    for (const key of ["oneOf", "anyOf"]) {
      array(node[key]).forEach((child, index) => {
        into(child, [key, String(index)], { kind: "guard", schema: child as Schema, holds: true });
      });
    }
    for (const [key, holds] of [
      ["then", true],
      ["else", false],
    ] as const) {
      if (node["if"] === undefined || node[key] === undefined) continue;
      into(node[key], [key], { kind: "guard", schema: node["if"] as Schema, holds });
    }
  };
  walk(schema, [], [], []);
  return places;
}

/** A value with a place in it: the whole, which may have been completed for it, and where in the whole. */
export interface Spot {
  readonly whole: unknown;
  readonly location: Location;
}

/** Every spot of a value that a place speaks of. A property that is not there is added, if a sample of it can be made. */
export function spotsOf(whole: unknown, steps: readonly Step[], location: Location = []): Spot[] {
  const [step, ...rest] = steps;
  if (!step) return [{ whole, location }];
  const value = valueAt(whole, location);
  switch (step.kind) {
    case "guard":
      return isValid(step.schema, value) === step.holds ? spotsOf(whole, rest, location) : [];
    case "property": {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
      const next = [...location, step.name];
      if (Object.hasOwn(value, step.name)) return spotsOf(whole, rest, next);
      const sample = sampleOf(step.schema);
      return sample === undefined ? [] : spotsOf(withValue(whole, next, sample), rest, next);
    }
    case "items":
      return array(value).flatMap((_, index) => spotsOf(whole, rest, [...location, index]));
  }
}
