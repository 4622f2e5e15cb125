import { isUtf8 } from "node:buffer";
import type { Fault } from "./fault.js";
import { fromText } from "./parameters.js";
import type { FormPart } from "./read-form.js";
import type { ReceivedForm } from "./read-multipart.js";
import type { Check, Validators } from "./validators.js";

/** A form as its schema speaks of it. */
export interface CheckedForm {
  /** JSON parts as values; files as their names. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly faults: readonly Fault[];
}

/** Checks forms of one operation: each part by its own schema, then the whole. */
export class FormChecker {
  readonly #parts: readonly { readonly part: FormPart; readonly check: Check }[];
  readonly #whole: Check;

  constructor(parts: readonly FormPart[], whole: Check, validators: Validators) {
    this.#parts = parts.map((part) => ({
      part,
      check: part.kind === "file" ? () => null : validators.of(part.schema),
    }));
    this.#whole = whole;
  }

  check({ texts, files }: ReceivedForm): CheckedForm {
    const faults: Fault[] = [];
    /** What the form's own schema is shown: JSON is text to it. */
    const shown: Record<string, unknown> = {};
    const value: Record<string, unknown> = {};
    const put = (target: Record<string, unknown>, name: string, one: unknown): void => {
      Object.defineProperty(target, name, {
        value: one,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    };
    for (const { part, check } of this.#parts) {
      const { name, kind, repeated } = part;
      const pointer = `/${escapeToken(name)}`;
      const given = texts.filter((one) => one.name === name);
      const uploaded = files.filter((one) => one.part === name);
      const count = given.length + uploaded.length;
      if (count === 0) continue;
      if (count > 1 && !repeated)
        faults.push({ pointer, rule: "repeated", message: "was sent more than once" });
      if (kind !== "file" && uploaded.length > 0)
        faults.push({ pointer, rule: "file", message: "is a file; the contract says text" });
      if (kind === "file" && given.length > 0)
        faults.push({ pointer, rule: "file", message: "is text; the contract says a file" });
      for (const file of uploaded) {
        const objection = kind === "file" ? objectionTo(part, file.bytes, file.length) : null;
        if (objection !== null) faults.push({ pointer, ...objection });
      }
      const items = kind === "file" ? uploaded.map(({ fileName }) => fileName ?? name) : [];
      const raw: unknown[] = [...items];
      const values: unknown[] = [...items];
      for (const [index, { text }] of given.entries()) {
        const at = repeated ? `${pointer}/${index}` : pointer;
        const read = kind === "json" ? jsonOf(text) : { value: fromText(part.schema, text) };
        if (read === null) {
          faults.push({ pointer: at, rule: "json", message: "is not JSON" });
          continue;
        }
        raw.push(part.jsonIsText ? text : read.value);
        values.push(read.value);
        for (const fault of check(read.value) ?? []) faults.push({ ...fault, pointer: at + fault.pointer });
      }
      put(shown, name, repeated ? raw : raw[0]);
      put(value, name, repeated ? values : values[0]);
    }
    const known = new Set(this.#parts.map(({ part }) => part.name));
    for (const { name, text } of texts) if (!known.has(name)) put(shown, name, text);
    for (const { part, fileName } of files) if (!known.has(part)) put(shown, part, fileName ?? part);
    const ofWhole = (this.#whole(shown) ?? []).filter(
      ({ pointer }) =>
        !faults.some(
          (one) => one.pointer === pointer || (one.pointer.startsWith(`${pointer}/`) && pointer !== ""),
        ),
    );
    return { value, faults: [...faults, ...ofWhole] };
  }
}

function jsonOf(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

/** How files begin, as their standards say: all that can be known of one without decoding it. */
const beginnings: Readonly<Record<string, (bytes: Buffer) => boolean>> = {
  "video/mp4": (bytes) => text(bytes, 4, 8) === "ftyp",
  "video/quicktime": (bytes) => ["ftyp", "moov", "mdat", "wide", "free"].includes(text(bytes, 4, 8)),
  "video/webm": (bytes) => bytes.subarray(0, 4).equals(Buffer.from("1a45dfa3", "hex")),
  "audio/wav": (bytes) => text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 12) === "WAVE",
  "audio/mpeg": (bytes) =>
    text(bytes, 0, 3) === "ID3" ||
    (bytes[0] === 0xff && (Number(bytes[1]) & 0xe0) === 0xe0 && (Number(bytes[1]) & 0x06) !== 0),
  "audio/ogg": (bytes) => text(bytes, 0, 4) === "OggS",
  "audio/flac": (bytes) => text(bytes, 0, 4) === "fLaC",
  "image/png": (bytes) => text(bytes, 1, 4) === "PNG",
  "image/jpeg": (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8,
  "application/pdf": (bytes) => text(bytes, 0, 5) === "%PDF-",
};

const text = (bytes: Buffer, from: number, to: number): string => bytes.toString("latin1", from, to);

function objectionTo(
  { contentTypes, lines }: FormPart,
  bytes: Buffer,
  length: number,
): { rule: string; message: string } | null {
  if (lines !== null) return isUtf8(bytes) ? null : { rule: "jsonLines", message: "is not in UTF-8" };
  if (length === 0) return { rule: "contentType", message: "is empty" };
  const tellable = contentTypes.filter((type) => Object.hasOwn(beginnings, type));
  if (tellable.length < contentTypes.length || tellable.length === 0) return null;
  return tellable.some((type) => beginnings[type]?.(bytes))
    ? null
    : { rule: "contentType", message: `begins like no ${contentTypes.join(" and no ")}` };
}

const escapeToken = (token: string): string => token.replaceAll("~", "~0").replaceAll("/", "~1");
