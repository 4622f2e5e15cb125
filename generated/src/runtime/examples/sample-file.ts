/** Kinds of files whose first bytes tell what they are, with the least that does. */
const kinds: readonly { readonly names: readonly string[]; readonly bytes: () => Uint8Array<ArrayBuffer> }[] =
  [
    { names: ["mp4"], bytes: () => bytesOf("\0\0\0\u0018ftypisom\0\0\u0002\0isommp41") },
    { names: ["wav", "wave"], bytes: emptyWave },
    { names: ["mp3", "mpeg"], bytes: silentFrame },
    { names: ["png"], bytes: () => bytesOf("\u0089PNG\r\n\u001a\n") },
    { names: ["jpg", "jpeg"], bytes: () => bytesOf("\u00ff\u00d8\u00ff") },
    { names: ["pdf"], bytes: () => bytesOf("%PDF-1.7\n") },
  ];

/**
 * A file as a contract's example means it. Text in its place is its content; but `<bytes of clip.mp4>` says only
 * which file: then its name is that, and it begins like one of its kind, with nothing in it to play.
 *
 * @param contentTypes of which it has the one that fits its name, or else the first
 */
export function sampleFile(written: unknown, part: string, contentTypes: readonly string[]): File {
  const text = typeof written === "string" ? written : JSON.stringify(written);
  const [, named] = /^<(?:[^<>]*\s)?([\w-][\w.-]*\.\w+)>$/.exec(text) ?? [];
  const extension = named?.split(".").at(-1)?.toLowerCase() ?? null;
  const fits = (type: string): boolean => extension !== null && sameKind(subtypeOf(type), extension);
  const type = contentTypes.find(fits) ?? contentTypes[0] ?? "";
  if (named === undefined) {
    const ending = /^[a-z][a-z0-9]{1,4}$/.test(subtypeOf(type)) ? `.${subtypeOf(type)}` : "";
    return new File([text], part + ending, { type });
  }
  const kind = kinds.find(({ names }) => names.includes(extension ?? "")) ?? kindOf(subtypeOf(type));
  return new File([kind?.bytes() ?? text], named, { type });
}

function kindOf(name: string): (typeof kinds)[number] | undefined {
  return kinds.find(({ names }) => names.includes(name));
}

function sameKind(subtype: string, extension: string): boolean {
  return subtype === extension || kindOf(subtype)?.names.includes(extension) === true;
}

function subtypeOf(type: string): string {
  return type
    .toLowerCase()
    .replace(/^[^/]*\/(x-)?|;.*$/g, "")
    .trim();
}

/** One byte a character. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Mono, 16 bits, 8,000 samples a second, and none of them. */
function emptyWave(): Uint8Array<ArrayBuffer> {
  const format = "\u0010\0\0\0\u0001\0\u0001\0\u0040\u001f\0\0\u0080\u003e\0\0\u0002\0\u0010\0";
  return bytesOf(`RIFF\u0024\0\0\0WAVEfmt ${format}data\0\0\0\0`);
}

/** One frame of MPEG-1 layer III, 128 kbit/s at 44.1 kHz. */
function silentFrame(): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(417);
  frame.set([0xff, 0xfb, 0x90, 0x00]);
  return frame;
}
