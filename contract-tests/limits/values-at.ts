/** Property names and indexes, from the outside in. */
export type Location = readonly (string | number)[];

type Container = Record<string | number, unknown>;

export function valueAt(whole: unknown, location: Location): unknown {
  return location.reduce<unknown>((at, key) => (at as Container | undefined)?.[key], whole);
}

/** A copy of the whole with another value in one place. */
export function withValue(whole: unknown, location: Location, value: unknown): unknown {
  const [key, ...rest] = location;
  if (key === undefined) return value;
  const copy = (Array.isArray(whole) ? [...whole] : { ...(whole as object) }) as Container;
  copy[key] = withValue(copy[key], rest, value);
  return copy;
}

/** A copy of the whole without some properties of the object in one place. */
export function without(whole: unknown, location: Location, names: readonly string[]): unknown {
  const kept = Object.entries(valueAt(whole, location) as object).filter(([name]) => !names.includes(name));
  return withValue(whole, location, Object.fromEntries(kept));
}
