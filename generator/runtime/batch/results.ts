import type { BatchDescriptor } from "./batch-descriptor.js";
import { BatchResultError } from "./batch-errors.js";
import type { Requests } from "./build.js";

/** Where the results are: an answer, a stream, a file, or their text; on Node a file's stream too. */
export type ResultSource = Response | Blob | string | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

export interface ReadResultsOptions<Line> {
  /** The requests that the results belong to: a batch of `buildBatches`, `submitBatches` or `runBatches`. */
  readonly requests?: Requests<Line> | undefined;
  /** Longest line, in bytes; 16 MiB by default. */
  readonly maxLineBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A line of the results with the request it belongs to, or what is wrong with their match. */
export type BatchResult<Line, Result> =
  | {
      /** The result of a request; `request` is `null` if no requests were given. */
      readonly kind: "result";
      readonly requestId: string;
      readonly request: Line | null;
      readonly result: Result;
    }
  | {
      /** At the end: a request that has no result. */
      readonly kind: "missing";
      readonly requestId: string;
      readonly request: Line;
      readonly result: null;
    }
  | {
      /** A result whose id is that of no request, or that has come before. */
      readonly kind: "unknown" | "repeated";
      readonly requestId: string;
      readonly request: null;
      readonly result: Result;
    };

const defaultMaxLineBytes = 2 ** 24;

/**
 * Reads the results of a batch line by line, and joins each to its request.
 *
 * @throws {BatchResultError} naming the line that is no JSON object, has no id, or is too long
 */
export async function* readResults<Line, Result>(
  { resultIdProperty }: BatchDescriptor,
  source: ResultSource,
  { requests, maxLineBytes = defaultMaxLineBytes, signal }: ReadResultsOptions<Line> = {},
): AsyncGenerator<BatchResult<Line, Result>, void, undefined> {
  const missing = new Set(requests?.requestIds);
  const seen = new Set<string>();
  let number = 0;
  for await (const text of linesOf(source, maxLineBytes, signal)) {
    number++;
    if (text.trim() === "") continue;
    const result = parse(text, number);
    const requestId = result[resultIdProperty];
    if (typeof requestId !== "string") throw new BatchResultError(number, `has no ${resultIdProperty}`);
    const rest = { requestId, result: result as Result };
    const request = requests ? requests.requestOf(requestId) : null;
    if (seen.has(requestId)) yield { kind: "repeated", request: null, ...rest };
    else if (request === undefined) yield { kind: "unknown", request: null, ...rest };
    else yield { kind: "result", request, ...rest };
    seen.add(requestId);
    missing.delete(requestId);
  }
  for (const requestId of missing) {
    const request = requests?.requestOf(requestId);
    if (request !== undefined) yield { kind: "missing", requestId, request, result: null };
  }
}

function parse(text: string, number: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BatchResultError(number, "is not JSON", error);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new BatchResultError(number, "is no JSON object");
}

/** The lines of a text that comes in pieces, however they are cut: without their ends, and without a byte order mark. */
async function* linesOf(
  source: ResultSource,
  maxBytes: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let pieces: Uint8Array[] = [];
  let length = 0;
  let number = 1;
  const keep = (piece: Uint8Array): void => {
    if (piece.length === 0) return;
    pieces.push(piece);
    length += piece.length;
    if (length > maxBytes) throw new BatchResultError(number, `has more than ${maxBytes} bytes`);
  };
  const finish = (): string => {
    const bytes = joined(pieces, length);
    pieces = [];
    length = 0;
    try {
      return decoder.decode(bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes);
    } catch (error) {
      throw new BatchResultError(number, "is not UTF-8", error);
    } finally {
      number++;
    }
  };
  for await (const chunk of chunksOf(source)) {
    signal?.throwIfAborted();
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      keep(chunk.subarray(start, end));
      yield finish();
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  if (length > 0) yield finish();
}

const newline = 10;
const carriageReturn = 13;

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = pieces;
  if (only && pieces.length === 1) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

async function* chunksOf(source: ResultSource): AsyncGenerator<Uint8Array, void, undefined> {
  if (typeof source === "string") return yield new TextEncoder().encode(source);
  if (source instanceof Response && !source.ok)
    throw new BatchResultError(0, `were not sent: the status is ${source.status}`);
  const stream = source instanceof Response ? source.body : source instanceof Blob ? source.stream() : source;
  if (stream === null) return;
  if (!(stream instanceof ReadableStream)) return yield* stream;
  const reader = stream.getReader(); // not every platform can iterate over a stream
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
