/** The same value with the keys of every map in another order; lists, whose order has a meaning, stay as they are. */
export function shuffled(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, random));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  for (let last = entries.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [entries[last], entries[other]] = [entries[other] as never, entries[last] as never];
  }
  const result = {};
  for (const [key, part] of entries) {
    const descriptor = {
      value: shuffled(part, random),
      enumerable: true,
      configurable: true,
      writable: true,
    };
    Object.defineProperty(result, key, descriptor);
  }
  return result;
}

/** Numbers from 0 to 1 that are the same on every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
