import { array, type JsonObject, type Schema } from "../support/contract.js";
import { isValid } from "../support/json-schema.js";
import type { Dimension } from "./bounds.js";
import { sampleOf } from "./samples.js";

/** Values like the given one that count exactly `n`, likeliest first; the rest of the contract decides which will do. */
export function countedValues(
  dimension: Dimension,
  schema: JsonObject,
  given: unknown,
  n: number,
): unknown[] {
  switch (dimension) {
    case "number":
      return [n];
    case "length":
      return [cycled([...String(given ?? "")], n).join(""), "a".repeat(n)];
    case "items": {
      const items = array(given);
      const stock = items.length > 0 ? items : [sampleOf(schema["items"] as Schema)];
      return n <= items.length
        ? [items.slice(0, n), items.slice(items.length - n)]
        : [cycled(stock, n), [...items, ...cycled(stock.slice(-1), n - items.length)]];
    }
    case "matches": {
      const items = array(given);
      const matching = items.filter((item) => isValid(schema["contains"] as Schema, item));
      const others = items.filter((item) => !matching.includes(item));
      const chosen = cycled(matching, n);
      return [
        [...chosen, ...others],
        [...chosen, ...cycled(others, Math.max(0, items.length - n))],
      ].filter((values) => values.length >= n);
    }
  }
}

/** The items over and over, until there are `n`. */
function cycled<Item>(items: readonly Item[], n: number): Item[] {
  return items.length === 0
    ? []
    : Array.from({ length: n }, (_, index) => items[index % items.length] as Item);
}
