import type { BodyDescriptor, PartDescriptor } from "./descriptors.js";
import { InvalidArgumentError, LimitError } from "./errors.js";

/** @throws {LimitError} for a file of more bytes than the contract allows */
export function checkBytes({ name, maxBytes }: PartDescriptor, file: Blob): void {
  if (maxBytes === null || file.size <= maxBytes) return;
  throw new LimitError(
    name,
    "maxBytes",
    maxBytes,
    file.size,
    `${name} has ${file.size} bytes; the limit is ${maxBytes}. Nothing was sent.`,
  );
}

/**
 * Checks the files of a body that hold one JSON value a line: how many, that each is JSON, and what must be unique.
 *
 * @throws {LimitError} naming the limit
 * @throws {InvalidArgumentError} naming the line that is not JSON
 */
export async function checkLines(body: BodyDescriptor | null, values: unknown): Promise<void> {
  for (const part of body?.parts ?? []) {
    const file = (values as Readonly<Record<string, unknown>>)[part.name];
    if (!part.lines || !(file instanceof Blob)) continue;
    checkBytes(part, file); // before a file of any size is read
    checkLinesOf(part.name, part.lines, await file.text());
  }
}

function checkLinesOf(
  name: string,
  { minItems, maxItems, uniqueBy }: NonNullable<PartDescriptor["lines"]>,
  text: string,
): void {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop(); // the newline that ends the last line
  const refuse = (limit: "minItems" | "maxItems", allowed: number, word: string): never => {
    throw new LimitError(
      name,
      limit,
      allowed,
      lines.length,
      `${name} has ${lines.length} lines; at ${word} ${allowed} are allowed. Nothing was sent.`,
    );
  };
  if (minItems !== null && lines.length < minItems) refuse("minItems", minItems, "least");
  if (maxItems !== null && lines.length > maxItems) refuse("maxItems", maxItems, "most");

  const firstLineOf = new Map<unknown, number>();
  lines.forEach((line, index) => {
    const value = parse(line);
    if (value === undefined)
      throw new InvalidArgumentError(name, `Line ${index + 1} of ${name} is not JSON. Nothing was sent.`);
    if (uniqueBy === null || typeof value !== "object" || value === null) return;
    const key = (value as Record<string, unknown>)[uniqueBy];
    const first = firstLineOf.get(key);
    if (key !== undefined && first !== undefined) {
      const message = `Lines ${first} and ${index + 1} of ${name} have the same ${uniqueBy}. Nothing was sent.`;
      throw new LimitError(name, "uniqueBy", uniqueBy, String(key), message);
    }
    firstLineOf.set(key, index + 1);
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
