import { LimitError } from "../errors.js";
import type { BatchDescriptor } from "./batch-descriptor.js";
import { DuplicateLineError } from "./batch-errors.js";
import { checkLine, issueFinder, type LineText, type LineValidator } from "./check-line.js";
import { type Bounds, firstCut, lookAhead } from "./cut.js";
import { SeenIds } from "./seen-ids.js";

/** Where rows come from; they are read as they are needed, and none is kept longer than its batch. */
export type Rows<Row> = Iterable<Row> | AsyncIterable<Row>;

export interface BuildOptions {
  /** Used in place of the contract's own check of a line. */
  readonly validate?: LineValidator | undefined;
  /** Ends the reading; what is thrown then is the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Requests that went into a file, by their ids. */
export interface Requests<Line> {
  readonly requestIds: readonly string[];
  /** The line as it is in the file; `undefined` for an id that is not in it. */
  requestOf(id: string): Line | undefined;
}

/** A file that the API takes, of one part of the input. */
export interface BatchFile<Line> extends Requests<Line> {
  /** 1 for the first batch of the input. */
  readonly number: number;
  /** First and last row of the input that are in it, counted from 1. */
  readonly firstLine: number;
  readonly lastLine: number;
  readonly file: File;
}

/**
 * Makes batch files of any number of rows, in their order: as large as the contract allows, none smaller than it asks
 * for. Held at a time are the lines of about two batches; beside them only the ids of all rows, packed.
 *
 * @throws {BatchLineError} for a row that is no valid line
 * @throws {DuplicateLineError} for an id that two rows of the input share
 * @throws {LimitError} for too few rows in all, a line that is too long, and lines so long that too few fit together
 */
export async function* buildBatches<Line>(
  descriptor: BatchDescriptor,
  rows: Rows<unknown>,
  { validate, signal }: BuildOptions = {},
): AsyncGenerator<BatchFile<Line>, void, undefined> {
  const bounds = boundsOf(descriptor);
  const findIssues = issueFinder(descriptor, validate);
  const seen = new SeenIds();
  const bytesOf = byteCounter();
  const fullItems = lookAhead(bounds);
  const fullBytes = 2 * bounds.maxBytes;
  const held: LineText[] = [];
  const sizes: number[] = []; // bytes of each line that is held, with its newline
  let heldBytes = 0;
  let count = 0;
  let number = 0;

  const cut = (ended: boolean): BatchFile<Line> => {
    const length = firstCut(sizes, bounds, ended);
    const firstLine = count - held.length + 1;
    if (length === 0) throw uncuttable(descriptor, bounds, sizes, firstLine);
    for (const bytes of sizes.splice(0, length)) heldBytes -= bytes;
    number++;
    return fileOf<Line>(descriptor, held.splice(0, length), number, firstLine);
  };

  const check = (row: unknown): LineText | Promise<LineText> => {
    signal?.throwIfAborted();
    count++;
    return checkLine(descriptor, row, count, findIssues);
  };
  const hold = (line: LineText): void => {
    const first = seen.add(line.id);
    if (first > 0) throw new DuplicateLineError(descriptor.line.idProperty, line.id, first, count);
    const bytes = bytesOf(line.text) + 1;
    if (bytes > bounds.maxBytes) {
      const message = `Line ${count} has ${bytes} bytes; a whole file may have ${bounds.maxBytes}.`;
      throw new LimitError(descriptor.part, "maxBytes", bounds.maxBytes, bytes, message);
    }
    held.push(line);
    sizes.push(bytes);
    heldBytes += bytes;
  };
  const isFull = (): boolean => held.length >= fullItems || heldBytes > fullBytes;

  if (typeof rows === "object" && Symbol.asyncIterator in rows) {
    for await (const row of rows) {
      const line = check(row);
      hold(line instanceof Promise ? await line : line);
      while (isFull()) yield cut(false);
    }
  } else {
    // Rows that are there already: `for await` would make promises for each, though it is right for those that are some.
    for (const row of rows) {
      const line = check(row instanceof Promise ? await row : row);
      hold(line instanceof Promise ? await line : line);
      while (isFull()) yield cut(false);
    }
  }
  signal?.throwIfAborted();
  if (count < bounds.minItems) {
    const message = `The input has ${count} lines; a batch needs at least ${bounds.minItems}.`;
    throw new LimitError(descriptor.part, "minItems", bounds.minItems, count, message);
  }
  while (held.length > 0) yield cut(true);
}

/** Counts the bytes of texts in UTF-8, without a new array for each. */
function byteCounter(): (text: string) => number {
  const encoder = new TextEncoder();
  let space = new Uint8Array(2 ** 12);
  return (text) => {
    const most = 3 * text.length;
    if (most > space.length) space = new Uint8Array(2 * most);
    return encoder.encodeInto(text, space).written;
  };
}

function boundsOf({ operation, part }: BatchDescriptor): Bounds {
  const { maxBytes, lines } = operation.body?.parts.find(({ name }) => name === part) ?? {};
  return {
    minItems: Math.max(lines?.minItems ?? 1, 1),
    maxItems: lines?.maxItems ?? Number.POSITIVE_INFINITY,
    maxBytes: maxBytes ?? Number.POSITIVE_INFINITY,
  };
}

/** Lines that can't be cut: there are fewer than one batch needs, or too few of them have too many bytes. */
function uncuttable(
  { part }: BatchDescriptor,
  { minItems, maxBytes }: Bounds,
  sizes: readonly number[],
  firstLine: number,
): LimitError {
  for (let start = 0; start + minItems <= sizes.length; start++) {
    const bytes = sizes.slice(start, start + minItems).reduce((sum, size) => sum + size, 0);
    if (bytes <= maxBytes) continue;
    const lines = `Lines ${firstLine + start} to ${firstLine + start + minItems - 1}`;
    const message = `${lines} have ${bytes} bytes together; a file may have ${maxBytes}, and needs ${minItems} lines.`;
    return new LimitError(part, "maxBytes", maxBytes, bytes, message);
  }
  const message = `The lines from ${firstLine} on can't be split into files of at least ${minItems} lines each.`;
  return new LimitError(part, "minItems", minItems, sizes.length, message);
}

function fileOf<Line>(
  { operation, part }: BatchDescriptor,
  lines: readonly LineText[],
  number: number,
  firstLine: number,
): BatchFile<Line> {
  let texts: Map<string, string> | undefined; // most batches are never asked for a line
  const contentTypes = operation.body?.parts.find(({ name }) => name === part)?.contentTypes ?? [];
  const body = `${lines.map(({ text }) => text).join("\n")}\n`;
  return {
    number,
    firstLine,
    lastLine: firstLine + lines.length - 1,
    file: new File([body], `${part}-${number}.jsonl`, { type: contentTypes[0] ?? "application/jsonl" }),
    requestIds: lines.map(({ id }) => id),
    requestOf: (id) => {
      texts ??= new Map(lines.map((line) => [line.id, line.text]));
      const text = texts.get(id);
      return text === undefined ? undefined : (JSON.parse(text) as Line);
    },
  };
}
