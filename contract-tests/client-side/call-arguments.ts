import fc from "fast-check";
import { contentOf, textOf } from "../arbitraries/form-view.js";
import { CheckedArbitrary } from "../arbitraries/own-arbitraries.js";
import { object, type Schema } from "../support/contract.js";
import { beginningOf } from "../support/file-signatures.js";
import type { Part } from "../support/parts.js";
import {
  type ClientBody,
  type ClientContract,
  type ClientOperation,
  type ClientParameter,
  resolved,
} from "./client-contract.js";

/** What a caller gives an operation, in the contract's words; of a form its view, see `form-view.ts`. */
export interface CallArguments {
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly header: Readonly<Record<string, unknown>>;
  /** `undefined`: no body. */
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  /** How files are given, one after the other and round again. */
  readonly manners: readonly FileManner[];
}

/** How a caller may hold a file. */
export interface FileManner {
  readonly as: "File" | "Blob" | "stream";
  readonly name: string;
  /** Which of the part's content types it is; `null`: its type is left out. */
  readonly typeIndex: number | null;
}

/** All that a caller may give an operation. */
export function callArguments(
  contract: ClientContract,
  operation: ClientOperation,
): fc.Arbitrary<CallArguments> {
  const { parameters, idempotencyHeader } = operation;
  const valuesIn = (place: string): fc.Arbitrary<Record<string, unknown>> => {
    const all = parameters.filter((one) => one.in === place && one.name !== idempotencyHeader);
    const arbitraries = Object.fromEntries(all.map((one) => [one.name, parameterValue(contract, one)]));
    const requiredKeys = all.filter(({ required }) => required).map(({ name }) => name);
    return fc.record(arbitraries, { requiredKeys });
  };
  const key = parameters.find(({ name }) => name === idempotencyHeader);
  return fc
    .record(
      {
        path: valuesIn("path"),
        query: valuesIn("query"),
        header: valuesIn("header"),
        manners: fc.array(fileManner, { minLength: 1, maxLength: 3 }),
        body: operation.body ? bodyValue(contract, operation.body) : fc.constant(undefined),
        idempotencyKey: (key
          ? contract.sent.arbitraries.of(key.schema, "header")
          : fc.constant(undefined)) as fc.Arbitrary<string>,
      },
      {
        requiredKeys: [
          "path",
          "query",
          "header",
          "manners",
          ...(operation.body?.required ? ["body" as const] : []),
        ],
      },
    )
    .map(withoutUndefined);
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}

/** WHATWG's form encoding writes a quote as `%22`, so that a name with that text can't be told from one with a quote. */
const fileName = fc.oneof(
  fc.constantFrom(
    "clip.mp4",
    "two words.bin",
    'a"; filename="b',
    "line\r\nX-Header: c",
    "Grüße 😀;.wav",
    "..\\x",
  ),
  fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }).filter((name) => !/%(22|0D|0A)/i.test(name)),
);
const fileManner: fc.Arbitrary<FileManner> = fc.record({
  as: fc.constantFrom("File" as const, "Blob" as const, "stream" as const),
  name: fileName,
  typeIndex: fc.option(fc.nat(3), { nil: null }),
});

function bodyValue({ sent }: ClientContract, { mediaType, schema, form }: ClientBody): fc.Arbitrary<unknown> {
  if (form) return sent.arbitraries.of(form.schema);
  if (/[/+]json$/.test(mediaType)) return sent.arbitraries.of(schema);
  if (mediaType === "application/x-www-form-urlencoded")
    return new CheckedArbitrary(
      sent.arbitraries.of(schema),
      (value) => Object.values(object(value)).every(isWritable),
      () => mediaType,
    );
  return fc.string({ unit: "grapheme", maxLength: 40 });
}

/** An empty list or object has no text of its own, nor has `null`. */
const isWritable = (value: unknown): boolean =>
  value !== null && (typeof value !== "object" || Object.keys(value).length > 0);

/** Values that the parameter's style can write so that they can be read again. */
export function parameterValue({ sent }: ClientContract, parameter: ClientParameter): fc.Arbitrary<unknown> {
  const { in: place, isJson, schema } = parameter;
  const values = sent.arbitraries.of(schema, place === "header" ? "header" : "json");
  return new CheckedArbitrary(
    values,
    (value) => isJson || canBeRead(parameter, value),
    () => parameter.name,
  );
}

function canBeRead(parameter: ClientParameter, value: unknown): boolean {
  const texts = pieces(value);
  return texts !== null && texts.length > 0 && texts.every((text) => canStand(parameter, text, texts.length));
}

/** The texts a value is made of; `null` where it holds more than lists and maps of texts. */
function pieces(value: unknown): string[] | null {
  if (typeof value !== "object" || value === null) return value === null ? null : [textOf(value)];
  const parts = Object.values(value);
  if (parts.some((part) => typeof part === "object")) return null; // OpenAPI leaves open what is nested deeper
  return [...(Array.isArray(value) ? [] : Object.keys(value)), ...parts.map(textOf)];
}

function canStand(
  { in: place, style, explode, allowReserved }: ClientParameter,
  text: string,
  count: number,
): boolean {
  if (place === "header") return text !== "" && (count === 1 || !/[,=]/.test(text));
  // Reserved characters stand as they are, and so mean what they mean in an address.
  if (allowReserved) return /^[\w.~:/?@-]+$/.test(text);
  if (style === "spaceDelimited") return !text.includes(" ");
  if (style === "pipeDelimited") return !text.includes("|");
  if (place === "query") return true;
  const isStep = style === "simple" && count === 1 && /^\.{1,2}$/.test(text);
  return text !== "" && !isStep && !(style === "label" && explode && text.includes("."));
}

/** What the client's method is given: path parameters, one object with everything else, options. */
export function positionsOf(
  contract: ClientContract,
  operation: ClientOperation,
  args: CallArguments,
  options: object = {},
): unknown[] {
  const { parameters, body, idempotencyHeader } = operation;
  const inPath = parameters.filter((one) => one.in === "path").map(({ name }) => args.path[name]);
  const others = parameters.filter((one) => one.in !== "path" && one.name !== idempotencyHeader);
  const inQuery = others.filter((one) => one.in === "query").map(({ name }) => name);
  // A header of the name that a parameter of the query has is given by the call's headers.
  const apart = Object.fromEntries(Object.entries(args.header).filter(([name]) => inQuery.includes(name)));
  const given = { ...args.header, ...args.query };
  const sent = body && args.body !== undefined ? heldBody(body, args) : undefined;
  const whole =
    others.length === 0
      ? sent
      : !body
        ? given
        : isMerged(contract, body, others)
          ? { ...given, ...object(sent) }
          : { ...given, ...(sent === undefined ? {} : { [bodyMember(others)]: sent }) };
  return [
    ...inPath,
    ...(body || others.length > 0 ? [whole] : []),
    {
      ...options,
      ...(args.idempotencyKey === undefined ? {} : { idempotencyKey: args.idempotencyKey }),
      ...(Object.keys(apart).length > 0 && {
        headers: Object.fromEntries(Object.entries(apart).map(([name, value]) => [name, textOf(value)])),
      }),
    },
  ];
}

/** Parameters and the properties of a required body share one object, unless two would meet in it. */
function isMerged({ sent }: ClientContract, body: ClientBody, others: readonly ClientParameter[]): boolean {
  const names = body.required ? propertyNames(sent, body.schema) : null;
  return names !== null && others.every(({ name }) => name !== "body" && !names.includes(name));
}

function bodyMember(others: readonly ClientParameter[]): string {
  return others.some(({ name }) => name === "body") ? "requestBody" : "body";
}

/** Properties of a schema whose values are always objects; `null`: they are not. */
function propertyNames(sent: ClientContract["sent"], schema: Schema, depth = 0): string[] | null {
  const { type, properties, allOf, anyOf, oneOf } = resolved(sent.judge, schema);
  const choices = [allOf, anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? (list as Schema[]) : []));
  if (choices.length === 0) return type === "object" ? Object.keys(object(properties)) : null;
  const names = depth < 5 ? choices.map((one) => propertyNames(sent, one, depth + 1)) : [null];
  return names.includes(null)
    ? null
    : [...names.flatMap((some) => some ?? []), ...Object.keys(object(properties))];
}

/** A body as a caller holds it: files are files. */
function heldBody(body: ClientBody, args: CallArguments): unknown {
  const files = givenFiles(body, args);
  if (isRawText(body)) return args.body;
  if (!body.form) return files.length > 0 ? (files[0] as GivenFile).held : args.body;
  const copy: Record<string, unknown> = { ...object(args.body) };
  for (const { name, repeated } of body.form.parts) {
    const mine = files.filter((file) => file.part === name).map(({ held }) => held);
    if (mine.length > 0) copy[name] = repeated ? mine : mine[0];
  }
  return copy;
}

const isRawText = ({ mediaType, form }: ClientBody): boolean => !form && mediaType.startsWith("text/");

export interface GivenFile {
  /** Name of the part; empty where it is the whole body. */
  readonly part: string;
  /** What the method is given. */
  readonly held: unknown;
  readonly bytes: Buffer;
  /** Name and type that it brings; `null` where it has none. */
  readonly fileName: string | null;
  readonly type: string | null;
}

/** The files of a call, in the order of the parts. Made anew each time: a stream is read once. */
export function givenFiles(body: ClientBody, { body: value, manners }: CallArguments): GivenFile[] {
  let count = 0;
  const next = (): FileManner => manners[count++ % manners.length] as FileManner;
  if (!body.form) {
    const isFile = !/json$|^text\/|x-www-form-urlencoded$/.test(body.mediaType);
    return isFile ? [giveFile("", [body.mediaType], () => Buffer.from(String(value)), next())] : [];
  }
  return body.form.parts.flatMap((part) => {
    if (part.kind !== "file" && !part.lines) return [];
    const given = object(value)[part.name];
    const items = given === undefined ? [] : part.repeated ? (given as unknown[]) : [given];
    return items.map((item) =>
      giveFile(part.name, part.contentTypes, (type) => bytesOfFile(part, item, type), next()),
    );
  });
}

function giveFile(
  part: string,
  contentTypes: readonly string[],
  bytesOf: (type: string) => Buffer,
  { as, name, typeIndex }: FileManner,
): GivenFile {
  const index = (typeIndex ?? 0) % Math.max(contentTypes.length, 1);
  const type = contentTypes[index] ?? "application/octet-stream";
  const bytes = bytesOf(type);
  const own = typeIndex === null ? {} : { type };
  const content = new Uint8Array(bytes);
  const held = {
    File: () => new File([content], name, own),
    Blob: () => new Blob([content], own),
    stream: () => ({ stream: new Blob([content]).stream(), size: content.length, name, ...own }),
  }[as]();
  return { part, held, bytes, fileName: as === "Blob" ? null : name, type: typeIndex === null ? null : type };
}

/** Bytes of a file that begins as files of its type do. */
function bytesOfFile(part: Part, value: unknown, type: string): Buffer {
  if (part.lines) return contentOf(part, value);
  return Buffer.concat([beginningOf(type), Buffer.from(textOf(value))]);
}
