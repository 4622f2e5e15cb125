import { createHash } from "node:crypto";
import { array, type JsonObject, object, type RequestBody, type Schema } from "../support/contract.js";
import { beginningOf } from "../support/file-signatures.js";
import { type Part, partsOf } from "../support/parts.js";
import type { SchemaJudge } from "./schema-judge.js";

/**
 * A form as one JSON value: parts that hold JSON as what they hold, a file of JSON Lines as an array, another file as a
 * text that its bytes are made from. So all that is known about JSON values serves for forms too.
 */
export interface FormView {
  readonly schema: Schema;
  readonly parts: readonly Part[];
}

export function formView(judge: SchemaJudge, body: RequestBody): FormView {
  const form = resolved(judge, body.schema);
  const properties = Object.fromEntries(
    Object.entries(object(form["properties"])).map(([name, schema]) => [name, resolvedPart(judge, schema)]),
  );
  const parts = partsOf({
    ...body,
    mediaType: "multipart/form-data",
    schema: { ...form, properties },
  });
  const viewed = parts.map((part): [string, Schema] => {
    const one = viewOf(part);
    const whole = object(properties[part.name]);
    return [part.name, part.repeated ? { ...whole, items: one } : one];
  });
  return { schema: { ...form, properties: Object.fromEntries(viewed) }, parts };
}

function viewOf({ kind, lines, schema }: Part): Schema {
  if (lines !== null) {
    const { minItems, maxItems, uniqueBy } = lines;
    return {
      type: "array",
      items: lines.schema,
      ...(minItems !== null && { minItems }),
      ...(maxItems !== null && { maxItems }),
      ...(uniqueBy !== null && { "x-unique-by": uniqueBy }),
    };
  }
  if (kind === "file") return { type: "string", maxLength: 64, pattern: "^[\\x20-\\x7e]*$" };
  const { contentSchema } = object(schema);
  return contentSchema === undefined ? schema : (contentSchema as Schema);
}

function resolvedPart(judge: SchemaJudge, schema: unknown): JsonObject {
  const part = resolved(judge, schema as Schema);
  return part["items"] === undefined ? part : { ...part, items: resolved(judge, part["items"] as Schema) };
}

function resolved(judge: SchemaJudge, schema: Schema): JsonObject {
  const { $ref, ...rest } = object(schema);
  return typeof $ref === "string" ? { ...resolved(judge, judge.follow($ref)), ...rest } : object(schema);
}

export interface EncodedBody {
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** The value of a view as `multipart/form-data` (RFC 7578). */
export function encodeForm({ parts }: FormView, value: unknown): EncodedBody {
  const pieces = Object.entries(object(value)).flatMap(([name, given]) => {
    const part = parts.find((one) => one.name === name);
    return part?.repeated
      ? array(given).map((one) => pieceOf(name, part, one))
      : [pieceOf(name, part, given)];
  });
  // The same form has the same bytes, so that a run can be told again.
  const seed = createHash("sha256");
  for (const piece of pieces) seed.update(piece);
  const boundary = `specwright-${seed.digest("hex").slice(0, 24)}`;
  const bytes = Buffer.concat([
    ...pieces.flatMap((piece) => [Buffer.from(`--${boundary}\r\n`), piece, Buffer.from("\r\n")]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
  return { contentType: `multipart/form-data; boundary=${boundary}`, bytes };
}

function pieceOf(name: string, part: Part | undefined, value: unknown): Buffer {
  const isFile = part?.kind === "file" || (part !== undefined && part.lines !== null);
  const type = part?.contentTypes[0] ?? "application/octet-stream";
  const head = [
    `Content-Disposition: form-data; name="${escaped(name)}"${isFile ? `; filename="${fileName(part)}"` : ""}`,
    ...(isFile ? [`Content-Type: ${type}`] : []),
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), contentOf(part, value)]);
}

/** The bytes of a part. */
export function contentOf(part: Part | undefined, value: unknown): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (part?.lines)
    return Buffer.from(
      Array.isArray(value) ? value.map((line) => `${JSON.stringify(line)}\n`).join("") : textOf(value),
    );
  if (part?.kind === "file")
    return Buffer.concat([beginningOf(part.contentTypes[0]), Buffer.from(textOf(value))]);
  return Buffer.from(part?.kind === "json" ? JSON.stringify(value) : textOf(value));
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function fileName({ name, lines }: Part): string {
  return `${escaped(name)}${lines ? ".jsonl" : ".bin"}`;
}

/** The three characters that WHATWG's form encoding escapes in names. */
function escaped(text: string): string {
  return text.replace(/["\r\n]/g, (character) => encodeURIComponent(character));
}

/** An example of the spec, where parts are texts, as a value of the view. */
export function viewOfExample({ parts }: FormView, example: unknown): unknown {
  return Object.fromEntries(
    Object.entries(object(example)).map(([name, given]) => {
      const part = parts.find((one) => one.name === name);
      const one = (text: unknown): unknown => {
        if (part?.lines)
          return String(text)
            .trimEnd()
            .split("\n")
            .map((line) => JSON.parse(line) as unknown);
        if (part?.kind === "file") return String(text).slice(0, 64);
        return part?.kind === "json" && typeof text === "string" ? (JSON.parse(text) as unknown) : text;
      };
      return [name, part?.repeated ? array(given).map(one) : one(given)];
    }),
  );
}

/**
 * Whether a value of the view is wrong as it is sent, too: a form's texts have no type, and `1` is as good a text as
 * any.
 */
export function isWrongWhenSent(judge: SchemaJudge, view: FormView, value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const properties = object(object(view.schema)["properties"]);
  const read = Object.fromEntries(
    Object.entries(value).map(([name, given]) => {
      const part = view.parts.find((one) => one.name === name);
      if (part?.kind === "file" && !part.lines) return [name, ""]; // any bytes are a file
      if (part?.kind !== "text" || part.repeated) return [name, given];
      return [
        name,
        readings(textOf(given)).find((one) => judge.isValid(properties[name] as Schema, one)) ??
          textOf(given),
      ];
    }),
  );
  return !judge.isValid(view.schema, read);
}

/** What a text may be taken for. */
export function readings(text: string): unknown[] {
  const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(text) ? [Number(text)] : [];
  const word = { true: true, false: false, null: null }[text];
  return [text, ...number, ...(word === undefined ? [] : [word])];
}
