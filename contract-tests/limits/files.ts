import { object } from "../support/contract.js";
import { beginningOf } from "../support/file-signatures.js";
import type { Lines, Part } from "../support/parts.js";

/** A file of exactly so many bytes: zeros behind what its kind begins with or, where the file has lines, those of the example with blanks behind them. */
export function paddedFile({ name, lines, contentTypes }: Part, example: string, size: number): File {
  const start = lines === null ? beginningOf(contentTypes[0]) : Buffer.from(example.trimEnd());
  const fill = lines === null ? 0 : " ";
  const isShort = size > maxFileBytes;
  const padding = Buffer.alloc(isShort ? 0 : size - start.length, fill);
  const file = new File([start, padding], name, { type: contentTypes[0] ?? "" });
  return isShort ? Object.defineProperty(file, "size", { value: size }) : file;
}

/** Of larger files there is only the beginning, and what they say of their size: Node makes no `Blob` over 4 GiB. */
export const maxFileBytes = 64 * 1024 * 1024;

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
