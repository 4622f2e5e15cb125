const chunkBits = 20;
const chunkBytes = 2 ** chunkBits;
const firstChunkBytes = 2 ** 14; // most inputs are small
const offsetMask = chunkBytes - 1;
const maxChunks = 2 ** (32 - chunkBits);
/** Before an id that is not plain ASCII, and so kept as JSON: only there two halves of a surrogate pair keep apart. */
const jsonMark = 0xff;

/**
 * Which line had which id, of millions of lines: exact, in the bytes of the ids and 10 to 20 bytes a line beside them.
 * A `Map` would take several times as much, and keep alive whatever text an id was sliced from.
 *
 * The ids stand one after the other in chunks of bytes, each after its length; a hash table of line numbers leads to
 * them.
 */
export class SeenIds {
  readonly #chunks: Uint8Array[] = [new Uint8Array(firstChunkBytes)];
  /** Where in the last chunk the next id will stand. */
  #offset = 0;
  /** Place of each line's id, its chunk in the upper bits; lines count from 1. */
  #places = new Uint32Array(1024);
  #slots = new Uint32Array(2048); // line numbers; 0 is free
  #lines = 0;

  /**
   * Adds the id of the next line.
   *
   * @returns the line that had it first; 0 if none had
   * @throws {RangeError} if all ids together have more than 4 GiB
   */
  add(id: string): number {
    const length = this.#write(id);
    const chunk = this.#chunks[this.#chunks.length - 1] as Uint8Array;
    const start = this.#offset;
    const end = start + length;
    const mask = this.#slots.length - 1;
    let slot = hash(chunk, start, end) & mask;
    for (let line = this.#slots[slot] ?? 0; line > 0; line = this.#slots[slot] ?? 0) {
      if (this.#holds(line, chunk, start, end)) return line; // what was written is written over by the next
      slot = (slot + 1) & mask;
    }
    this.#lines++;
    this.#slots[slot] = this.#lines;
    if (this.#lines === this.#places.length) this.#places = grown(this.#places, 1.5);
    this.#places[this.#lines] = (this.#chunks.length - 1) * chunkBytes + start;
    this.#offset = end;
    if (this.#lines > this.#slots.length * 0.75) this.#rehash();
    return 0;
  }

  /** Writes an id after the others, its length first, into a new chunk if the last has no room; returns the bytes of both. */
  #write(id: string): number {
    const isPlain = !/[^\x00-\x7f]/.test(id);
    const bytes = isPlain ? null : new TextEncoder().encode(JSON.stringify(id));
    const size = bytes ? bytes.length + 1 : id.length;
    const needed = 4 + size;
    const last = this.#chunks[this.#chunks.length - 1] as Uint8Array;
    if (this.#offset + needed > last.length) {
      if (this.#chunks.length === maxChunks) throw new RangeError("The ids have more than 4 GiB.");
      this.#chunks.push(new Uint8Array(Math.max(chunkBytes, needed)));
      this.#offset = 0;
    }
    const chunk = this.#chunks[this.#chunks.length - 1] as Uint8Array;
    let at = this.#offset;
    for (let rest = size; ; rest >>>= 7) {
      chunk[at++] = rest > 127 ? (rest & 127) | 128 : rest;
      if (rest <= 127) break;
    }
    if (bytes) {
      chunk[at++] = jsonMark;
      chunk.set(bytes, at);
      return at + bytes.length - this.#offset;
    }
    for (let index = 0; index < id.length; index++) chunk[at++] = id.charCodeAt(index);
    return at - this.#offset;
  }

  #holds(line: number, bytes: Uint8Array, start: number, end: number): boolean {
    const place = this.#places[line] ?? 0;
    const chunk = this.#chunks[place >>> chunkBits] as Uint8Array;
    const ahead = (place & offsetMask) - start;
    // The lengths stand first: what has another length differs there, so nothing beyond the id decides.
    for (let at = start; at < end; at++) if (chunk[at + ahead] !== bytes[at]) return false;
    return true;
  }

  #rehash(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let line = 1; line <= this.#lines; line++) {
      const place = this.#places[line] ?? 0;
      const chunk = this.#chunks[place >>> chunkBits] as Uint8Array;
      const start = place & offsetMask;
      let slot = hash(chunk, start, endOf(chunk, start)) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = line;
    }
  }
}

/** Where an id that stands after its length ends. */
function endOf(chunk: Uint8Array, start: number): number {
  let size = 0;
  let at = start;
  for (let shift = 0; ; shift += 7) {
    const byte = chunk[at++] ?? 0;
    size += (byte & 127) * 2 ** shift;
    if (byte < 128) return at + size;
  }
}

function grown(array: Uint32Array, factor: number): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(Math.ceil(array.length * factor));
  longer.set(array);
  return longer;
}

/** FNV-1a, its bits mixed once more at the end: the table takes the low ones. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let at = start; at < end; at++) value = Math.imul(value ^ (bytes[at] ?? 0), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}
