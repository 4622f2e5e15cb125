import type { PartDescriptor } from "./descriptors.js";
import { InvalidArgumentError } from "./errors.js";

const wav = /^(RIFF|RF64|BW64).{4}WAVE/s;
/** ID3, or a frame of layer II or III; AAC and UTF-16 text begin with as many ones, but say another layer. */
const mpeg = /^(ID3|\xff[\xe2-\xe5\xf2-\xf5\xfa-\xfd])/;

/**
 * What is certain enough to refuse a file for, by its first bytes as text, a character for each. QuickTime is MP4's own
 * container; M4A, HEIF and AVIF only share its first box.
 */
const certain: Readonly<Record<string, RegExp>> = {
  "video/mp4": /^(\0\0\0\x08(free|skip|wide))*.{4}ftyp(?!M4[ABP]|he|mi|msf|avi[fs])/s,
  "audio/wav": wav,
  "audio/x-wav": wav,
  "audio/wave": wav,
  "audio/vnd.wave": wav,
  "audio/mpeg": mpeg,
  "audio/mp3": mpeg,
};

/** What only helps to say what else a file looks like. */
const likely: Readonly<Record<string, RegExp>> = {
  "audio/mp4": /^.{4}ftypM4/s,
  "audio/aac": /^\xff[\xf0\xf1\xf8\xf9]/,
  "audio/ogg": /^OggS/,
  "audio/flac": /^fLaC/,
  "video/webm": /^\x1aE\xdf\xa3/,
  "video/x-msvideo": /^RIFF.{4}AVI/s,
  "image/png": /^\x89PNG/,
  "image/jpeg": /^\xff\xd8/,
  "application/zip": /^PK\x03/,
  "application/json": /^\s*[[{]/,
  "text/html": /^\s*</,
};

/** What a file is, or looks like, by its first 64 bytes; empty if nothing is known that begins so. */
export function mediaTypeOf(head: Uint8Array): string {
  return Object.entries({ ...certain, ...likely }).find(([, kind]) => matches(kind, head))?.[0] ?? "";
}

/**
 * Looks at the first bytes of a file, whatever it is called. Files are checked only where all that a part takes is known.
 *
 * @returns which of the part's content types it is; empty if it was not checked
 * @throws {InvalidArgumentError} for a file of another kind, an empty one, and one that can't be read
 */
export async function checkKind({ name, contentTypes }: PartDescriptor, file: Blob): Promise<string> {
  const refuse = (what: string): InvalidArgumentError =>
    new InvalidArgumentError(name, `${name} ${what}. Nothing was sent.`);
  let head: Uint8Array;
  try {
    head = new Uint8Array(await file.slice(0, 64).arrayBuffer());
  } catch {
    throw refuse("can't be read; it may have been changed or removed since it was opened");
  }
  const kinds = contentTypes.map((type) => certain[type]);
  if (kinds.length === 0 || kinds.includes(undefined)) return "";
  const index = kinds.findIndex((kind) => kind && matches(kind, head));
  if (index >= 0) return contentTypes[index] ?? "";
  const found = mediaTypeOf(head);
  const looks =
    head.length === 0 ? "is empty" : found === "" ? "does not begin like it" : `looks like ${found}`;
  throw refuse(`must be ${contentTypes.join(" or ")}, but ${looks}`);
}

function matches(kind: RegExp, head: Uint8Array): boolean {
  // In a frame, the third byte says the rates: of each, the highest value means none that there is. That of ID3 is a 3.
  const [, , rates = 0] = head;
  const isFrame = kind !== mpeg || (rates < 0xf0 && (rates & 0x0c) < 0x0c);
  return isFrame && kind.test(String.fromCharCode(...head));
}
