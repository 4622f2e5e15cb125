import { object } from "../support/contract.js";
import type { SpecNode } from "./spec-node.js";

/** How long media may last, by `x-max-seconds` on a property of a request. */
export interface LongestMedia {
  readonly property: string;
  /** Seconds for whatever the property holds, or for each of its values that has a limit. */
  readonly seconds: number | Readonly<Record<string, number>>;
}

/** The limits of a request, or of a line of a batch, by its schema. */
export function readLongestMedia(schema: SpecNode): LongestMedia[] {
  const properties = schema.at("properties");
  return properties.entries().flatMap(([property, node]) => {
    // Beside a reference it is a limit of this place; where that leads, one of the schema.
    const beside = object(properties.object[property])["x-max-seconds"];
    const limit = beside ?? node.at("x-max-seconds").value;
    return limit === undefined ? [] : [{ property, seconds: limit as LongestMedia["seconds"] }];
  });
}

/** The property whose limit media of this length are over; `null` if they keep to all. */
export function overLongest(limits: readonly LongestMedia[], body: unknown, seconds: number): string | null {
  const broken = limits.find(({ property, seconds: most }) => {
    const value = (Object(body) as Record<string, unknown>)[property];
    if (value === undefined) return false;
    const own =
      typeof most === "number" ? most : Object.hasOwn(most, String(value)) ? most[String(value)] : null;
    return typeof own === "number" && seconds > own;
  });
  return broken?.property ?? null;
}
