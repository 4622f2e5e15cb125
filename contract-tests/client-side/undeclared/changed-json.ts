import fc from "fast-check";
import { array, object } from "../../support/contract.js";
import { type Made, successes } from "./kind.js";

/** JSON that was changed: what a newer, or a faulty, server might say. */
export const changed =
  (change: (value: unknown) => fc.Arbitrary<unknown>): Made =>
  (contract, operation) =>
    successes(contract, operation).chain((answer) =>
      change(JSON.parse(String(answer.body ?? "null"))).map((value) => ({
        ...answer,
        body: Buffer.from(JSON.stringify(value ?? null)),
      })),
    );

/** A copy in which `change` made something else of every part that it gives something for. */
export function mapParts(value: unknown, change: (part: unknown) => unknown): unknown {
  const made = change(value);
  if (made !== undefined) return made;
  if (Array.isArray(value)) return value.map((item) => mapParts(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, mapParts(part, change)]));
}

/** Pointers of all properties and items below a value. */
export function placesOf(value: unknown, at: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => [[...at, name], ...placesOf(part, [...at, name])]);
}

export function replaced(value: unknown, [name, ...rest]: readonly string[], by: unknown): unknown {
  if (name === undefined) return by;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...object(value) };
  const part = replaced((copy as Record<string, unknown>)[name], rest, by);
  if (part === undefined && !Array.isArray(copy)) delete copy[name];
  else (copy as Record<string, unknown>)[name] = part ?? null;
  return copy;
}

/** Something else in one place, or in the whole. */
export const elsewhere =
  (by: fc.Arbitrary<unknown>): ((value: unknown) => fc.Arbitrary<unknown>) =>
  (value) =>
    fc.tuple(fc.constantFrom([], ...placesOf(value)), by).map(([at, made]) => replaced(value, at, made));

/** With one property more in every object. */
export function addTo(value: unknown, name: string, more: unknown): unknown {
  if (Array.isArray(value)) return array(value).map((item) => addTo(item, name, more));
  if (typeof value !== "object" || value === null) return value;
  const parts = Object.entries(value).map(([own, part]) => [own, addTo(part, name, more)]);
  return { ...Object.fromEntries(parts), [name]: more };
}
