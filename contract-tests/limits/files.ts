import { object } from "../support/contract.js";
import { beginningOf } from "../support/file-signatures.js";
import type { Lines, Part } from "../support/parts.js";

/** A file of exactly so many bytes: zeros behind what its kind begins with or, where the file has lines, those of the example with blanks behind them. */
export function paddedFile({ name, lines, contentTypes }: Part, example: string, size: number): File {
  const start = lines === null ? beginningOf(contentTypes[0]) : Buffer.from(example.trimEnd());
  const padding = Buffer.alloc(size - start.length, lines === null ? 0 : " ");
  return new File([start, padding], name, { type: contentTypes[0] ?? "" });
}

/** A file of exactly so many lines, made from those of the example; what must be unique is. */
export function linesFile(
  { name, contentTypes }: Part,
  { uniqueBy }: Lines,
  example: string,
  count: number,
): File {
  const examples = example.trimEnd().split("\n");
  const lines = Array.from({ length: count }, (_, index) => {
    const value = object(JSON.parse(examples[index % examples.length] ?? ""));
    return JSON.stringify(uniqueBy === null ? value : { ...value, [uniqueBy]: `line-${index + 1}` });
  });
  return new File([`${lines.join("\n")}\n`], `${name}.jsonl`, { type: contentTypes[0] ?? "" });
}
