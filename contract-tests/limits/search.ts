import type { Schema } from "../support/contract.js";
import { isValid } from "../support/json-schema.js";
import { keywordsOf } from "./bounds.js";
import { countedValues } from "./counted-values.js";
import { type Place, spotsOf } from "./places.js";
import type { Subject } from "./subjects.js";
import { type Location, valueAt, without, withValue } from "./values-at.js";

/** A value of a subject in which one place counts as many as asked. */
export interface Probe {
  readonly value: unknown;
  readonly location: Location;
}

/** A value that is valid as a whole; `null` if none is found. */
export function findValid(subject: Subject, place: Place, n: number): Probe | null {
  const valid = probes(subject, place, n).find(
    ({ value, location }) =>
      isValid(subject.schema, value) &&
      spotsOf(value, place.steps).some((spot) => String(spot.location) === String(location)),
  );
  return valid ?? null;
}

/** A value in which nothing is wrong but this one bound: it is valid once the bound is taken out of the schema. */
export function findForbiddenOnlyHere(subject: Subject, place: Place, n: number): Probe | null {
  const unbound = without(subject.schema, place.schemaPath, keywordsOf[place.bound.dimension]) as Schema;
  const found = probes(subject, place, n).find(
    ({ value }) => !isValid(subject.schema, value) && isValid(unbound, value),
  );
  return found ?? null;
}

export function findAny(subject: Subject, place: Place, n: number): Probe | null {
  return probes(subject, place, n)[0] ?? null;
}

function probes({ values }: Subject, { bound, schema, steps }: Place, n: number): Probe[] {
  return values
    .flatMap((value) => spotsOf(value, steps))
    .flatMap(({ whole, location }) =>
      countedValues(bound.dimension, schema, valueAt(whole, location), n).map((value) => ({
        value: withValue(whole, location, value),
        location,
      })),
    );
}
