import type { PartDescriptor } from "./descriptors.js";
import { InvalidArgumentError, LimitError } from "./errors.js";

const nothingSent = "Nothing was sent.";

/** @throws {LimitError} for a file of more bytes than the contract allows */
export function checkBytes({ name, maxBytes }: PartDescriptor, { size }: { readonly size: number }): void {
  if (maxBytes === null || size <= maxBytes) return;
  const message = `${name} has ${size} bytes; the limit is ${maxBytes}. ${nothingSent}`;
  throw new LimitError(name, "maxBytes", maxBytes, size, message);
}

/**
 * Checks a file that holds one JSON value a line: how many, that each is JSON, and what must be unique.
 *
 * @throws {LimitError} naming the limit
 * @throws {InvalidArgumentError} naming the line that is not JSON
 */
export async function checkLines({ name, lines: rules }: PartDescriptor, file: Blob): Promise<void> {
  if (!rules) return;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await file.arrayBuffer());
  const { minItems, maxItems, uniqueBy } = rules;
  const refuse = (line: number, what: string): never => {
    throw new InvalidArgumentError(name, `Line ${line} of ${name} ${what}. ${nothingSent}`);
  };
  if (text.startsWith("\ufeff")) refuse(1, "begins with a byte order mark, which is not JSON");
  const lines = text.split(/\r?\n/);
  while (lines.at(-1)?.trim() === "") lines.pop(); // the newline that ends the last line, and empty ones after it
  const count = (limit: "minItems" | "maxItems", allowed: number, word: string): never => {
    const message = `${name} has ${lines.length} lines; at ${word} ${allowed} are allowed. ${nothingSent}`;
    throw new LimitError(name, limit, allowed, lines.length, message);
  };
  if (minItems !== null && lines.length < minItems) count("minItems", minItems, "least");
  if (maxItems !== null && lines.length > maxItems) count("maxItems", maxItems, "most");

  const firstLineOf = new Map<unknown, number>();
  for (const [index, line] of lines.entries()) {
    const value = parse(line);
    if (value === undefined) refuse(index + 1, line.trim() === "" ? "is blank" : "is not JSON");
    if (uniqueBy === null) continue;
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    const key = isObject ? (value as Record<string, unknown>)[uniqueBy] : undefined;
    if (key === undefined) refuse(index + 1, `has no ${uniqueBy}`);
    const first = firstLineOf.get(key);
    if (first !== undefined) {
      const message = `Lines ${first} and ${index + 1} of ${name} have the same ${uniqueBy}. ${nothingSent}`;
      throw new LimitError(name, "uniqueBy", uniqueBy, String(key), message);
    }
    firstLineOf.set(key, index + 1);
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
