import { fromPointer } from "./json-pointer.js";

/**
 * Where the parts of a JSON text stand, found by looking at each container on the way once: a parser that keeps all
 * places takes many times as long as the engine's own. The text must be valid JSON.
 *
 * @returns the offset of the key or item at a pointer, or of the nearest parent that exists
 */
export function jsonPlaces(text: string): (pointer: string) => number {
  const containers = new Map<number, ReadonlyMap<string, Entry>>();
  return (pointer) => {
    let value = skipSpace(text, text.charCodeAt(0) === 0xfeff ? 1 : 0);
    let at = value;
    for (const token of fromPointer(pointer)) {
      if (!containers.has(value)) readContainer(text, value, containers, depthAtOnce);
      const entry = containers.get(value)?.get(token);
      if (!entry) break;
      ({ at, value } = entry);
    }
    return at;
  };
}

/** Containers within one that is looked at are noted this deep on the same way through the text. */
const depthAtOnce = 3;

interface Entry {
  /** Offset of the key, or of the item. */
  readonly at: number;
  /** Offset of the value. */
  readonly value: number;
}

const [quote, comma, colon, backslash] = [0x22, 0x2c, 0x3a, 0x5c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * Notes the entries of the container that starts here, and of those within it.
 *
 * @returns where it ends
 */
function readContainer(
  text: string,
  start: number,
  containers: Map<number, ReadonlyMap<string, Entry>>,
  depth: number,
): number {
  const entries = new Map<string, Entry>();
  containers.set(start, entries);
  const isMap = text.charCodeAt(start) === openBrace;
  if (!isMap && text.charCodeAt(start) !== openBracket) return endOfValue(text, start);
  let offset = skipSpace(text, start + 1);
  for (let index = 0; offset < text.length; index++) {
    const code = text.charCodeAt(offset);
    if (code === closeBrace || code === closeBracket) return offset + 1;
    const at = offset;
    let key = String(index);
    if (isMap) {
      offset = endOfString(text, at);
      const written = text.slice(at + 1, offset - 1);
      key = written.includes("\\") ? (JSON.parse(`"${written}"`) as string) : written;
      offset = skipSpace(text, offset);
      if (text.charCodeAt(offset) === colon) offset = skipSpace(text, offset + 1);
    }
    entries.set(key, { at, value: offset });
    const isContainer = text.charCodeAt(offset) === openBrace || text.charCodeAt(offset) === openBracket;
    const end =
      isContainer && depth > 1
        ? readContainer(text, offset, containers, depth - 1)
        : endOfValue(text, offset);
    offset = skipSpace(text, end);
    if (text.charCodeAt(offset) === comma) offset = skipSpace(text, offset + 1);
  }
  return offset;
}

function skipSpace(text: string, start: number): number {
  let offset = start;
  for (let code = text.charCodeAt(offset); code === 0x20 || (code >= 0x09 && code <= 0x0d); )
    code = text.charCodeAt(++offset);
  return offset;
}

function endOfString(text: string, start: number): number {
  let offset = start + 1;
  for (;;) {
    const end = text.indexOf('"', offset);
    if (end < 0) return text.length;
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes++;
    if (slashes % 2 === 0) return end + 1;
    offset = end + 1;
  }
}

function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let offset = start; offset < text.length; offset++) {
    const code = text.charCodeAt(offset);
    if (code === quote) offset = endOfString(text, offset) - 1;
    else if (code === openBrace || code === openBracket) depth++;
    else if (code === closeBrace || code === closeBracket) {
      if (depth === 0) return offset; // a number or a word ends where its container does
      if (--depth === 0) return offset + 1;
    } else if (code === comma && depth === 0) return offset;
    if (depth === 0 && code === quote) return offset + 1;
  }
  return text.length;
}
