import type { BodyDescriptor, ParameterDescriptor, PartDescriptor } from "./descriptors.js";
import { InvalidArgumentError } from "./errors.js";
import { checkKind } from "./file-kinds.js";
import { checkBytes, checkLines } from "./limits.js";
import { encodeForm, type FormPart } from "./multipart.js";

/** A file for an upload: a `Blob`, a `File`, which brings its name, or a stream of known length. */
export type FileInput = Blob | SizedStream;

/** A stream of exactly `size` bytes. It is read to its end before anything is sent, so that the call can be repeated. */
export interface SizedStream {
  readonly stream: ByteStream;
  readonly size: number;
  /** The file's name. */
  readonly name?: string | undefined;
  /** Its media type; by default what its first bytes say. */
  readonly type?: string | undefined;
}

/** A `ReadableStream` of bytes, the web's or Node's of that name, which TypeScript does not take for the same. */
export interface ByteStream {
  readonly locked: boolean;
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(reason?: unknown): Promise<void>;
  };
}

/** How a call's body is made. */
export interface BodyOptions {
  /** `false`: files of other kinds than the contract names are sent, too; by default their first bytes must fit. */
  readonly checkFileKinds?: boolean | undefined;
  /** Fields of a URL-encoded form that are written in a style of their own. */
  readonly fields?: readonly ParameterDescriptor[];
  /** Ends the reading of a stream. */
  readonly signal?: AbortSignal | null;
}

/**
 * The body as the contract's media type wants it. Files are checked by their first bytes, and read only where the
 * contract has rules for their lines. All but a `ReadableStream` of the caller's own can be sent again.
 *
 * @throws {InvalidArgumentError} for a file that is none, is of another kind, or can't be read, and for a stream of
 * another length than it says
 * @throws {LimitError} for a file over its limit
 */
export async function serializeBody(
  { encoding, parts }: BodyDescriptor,
  value: unknown,
  options: BodyOptions = {},
): Promise<BodyInit> {
  if (value instanceof URLSearchParams) return value;
  const record = value as Readonly<Record<string, unknown>>;
  if (value instanceof FormData || encoding === "multipart") {
    const form: FormPart[] = [];
    for (const { part, item } of value instanceof FormData
      ? givenItems(parts, value)
      : items(parts, record)) {
      // A part may also be a file where it may be something else.
      if (part.kind === "file" || isFile(item)) form.push(await filePart(part, item, options));
      else form.push([part.name, part.kind === "json" ? JSON.stringify(item) : textOf(item)]);
    }
    return encodeForm(form);
  }
  if (encoding === "json") return JSON.stringify(value);
  if (encoding === "form") return toFields(record, options.fields);
  return isSizedStream(value) ? readStream("body", value, options.signal) : (value as BodyInit);
}

interface Item {
  readonly part: PartDescriptor;
  readonly item: unknown;
}

/** What a form of the caller's own holds: texts as they are, files by the contract's rules for their part. */
function* givenItems(parts: readonly PartDescriptor[], form: FormData): Generator<Item> {
  const unruled = { contentTypes: [], maxBytes: null };
  for (const [name, item] of form) {
    const isText = typeof item === "string";
    const part = isText ? undefined : parts.find((candidate) => candidate.name === name);
    yield { part: { ...unruled, name, ...part, kind: isText ? "text" : "file" }, item };
  }
}

function* items(
  parts: readonly PartDescriptor[],
  values: Readonly<Record<string, unknown>>,
): Generator<Item> {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || parts.some((part) => part.name === name)) continue;
    const known = parts.map((part) => part.name).join(", ");
    throw new InvalidArgumentError(name, `There is no part ${name}; there are ${known}.`);
  }
  for (const part of parts) {
    const value = values[part.name];
    const isList = Array.isArray(value) && (part.repeated || (value.length > 0 && value.every(isFile)));
    for (const item of isList ? value : [value]) {
      if (item !== undefined && item !== null) yield { part, item };
    }
  }
}

async function filePart(part: PartDescriptor, item: unknown, options: BodyOptions): Promise<FormPart> {
  const { name, contentTypes } = part;
  if (!isFile(item)) {
    throw new InvalidArgumentError(name, `${name} must be a Blob or a File, or { stream, size }.`);
  }
  checkBytes(part, item); // before a file of any size is read
  const file = item instanceof Blob ? item : await readStream(name, item, options.signal);
  const found = options.checkFileKinds === false ? "" : await checkKind(part, file);
  await checkLines(part, file);
  // A server sooner understands the contract's name of a kind than another one.
  const own = file.type || (contentTypes.length === 1 ? contentTypes[0] : "");
  const type = contentTypes.includes(file.type) ? file.type : found || own;
  const fileName = "name" in item && typeof item.name === "string" ? item.name : name;
  return [name, file.slice(0, file.size, type), fileName];
}

function isFile(value: unknown): value is FileInput {
  return value instanceof Blob || isSizedStream(value);
}

function isSizedStream(value: unknown): value is SizedStream {
  const { stream, size } = (value ?? {}) as Partial<SizedStream>;
  return stream instanceof ReadableStream && Number.isSafeInteger(size) && Number(size) >= 0;
}

/**
 * Reads a stream of known length.
 *
 * @throws {InvalidArgumentError} if it is shorter or longer, has been read before, or fails
 */
async function readStream(
  name: string,
  { stream, size, type = "" }: SizedStream,
  signal: AbortSignal | null = null,
): Promise<Blob> {
  const refuse = (what: string): InvalidArgumentError =>
    new InvalidArgumentError(name, `The stream of ${name} ${what}. Nothing was sent.`);
  if (stream.locked) throw refuse("is read elsewhere");
  const reader = stream.getReader();
  const stop = (): void => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener("abort", stop);
  const chunks: BlobPart[] = [];
  let length = 0;
  try {
    for (;;) {
      const { value } = await reader.read();
      if (!value) break;
      chunks.push(value as Uint8Array<ArrayBuffer>);
      length += value.byteLength;
      if (length > size) throw refuse(`is longer than the ${size} bytes that it was said to have`);
    }
  } catch (error) {
    stop();
    throw error instanceof InvalidArgumentError ? error : refuse(`failed (${String(error)})`);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  if (length < size) throw refuse(`ended after ${length} of ${size} bytes`);
  return new Blob(chunks, { type });
}

/** The fields of a URL-encoded form; a text where some have a style, whose separators must stay as they are. */
function toFields(
  values: Readonly<Record<string, unknown>>,
  fields: readonly ParameterDescriptor[] = [],
): URLSearchParams | string {
  const params = new URLSearchParams();
  const written: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    const field = fields.find((one) => one.in === "form" && one.name === name);
    if (field?.write) {
      if (value !== undefined && value !== null) written.push(field.write(field, value));
      continue;
    }
    for (const item of [value].flat()) {
      if (item !== undefined && item !== null) params.append(name, textOf(item));
    }
  }
  if (written.length === 0) return params;
  return [params.toString(), ...written].filter((text) => text !== "").join("&");
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
