import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { isAlias, isCollection, isMap, isPair, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { jsonPlaces } from "./json-places.js";
import { fromPointer } from "./json-pointer.js";
import { lineStarts } from "./line-starts.js";

/**
 * What a spec may cost before it is refused. Nobody's contract comes near these; a hostile file does at once
 * (a YAML "alias bomb" of nine lines stands for 387 million nodes).
 */
export const specLimits = { bytes: 64 * 1024 * 1024, depth: 256, aliases: 1000, nodes: 20_000_000 } as const;

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One file of a spec: its value, and where in the text each part of the value stands. */
export interface SpecFile {
  readonly path: string;
  readonly text: string;
  readonly value: unknown;
  /** Place of the value at a pointer, or of the nearest parent that exists. */
  readonly placeOf: (pointer: string) => Place;
}

/** A file that can't be read or parsed; `place` where the parser stopped, if it said. */
export class SpecFileError extends Error {
  readonly rule: string;
  readonly remedy: string;
  readonly place: Place | null;

  constructor(rule: string, message: string, remedy: string, place: Place | null = null) {
    super(message);
    this.rule = rule;
    this.remedy = remedy;
    this.place = place;
  }
}

export async function readSpecFile(path: string): Promise<SpecFile> {
  return parseSpecText(path, await readText(path));
}

async function readText(path: string): Promise<string> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) {
    throw found.code === "ENOENT" || found.code === "ENOTDIR"
      ? new SpecFileError("file-missing", "There is no such file.", "Check the path; it is case-sensitive.")
      : new SpecFileError(
          "file-unreadable",
          `The file can't be read (${found.code}).`,
          "Check its permissions.",
        );
  }
  if (!found.isFile()) {
    throw new SpecFileError("file-missing", "This is not a file.", "Name a YAML or JSON file.");
  }
  if (found.size > specLimits.bytes) {
    throw new SpecFileError(
      "spec-too-large",
      `The file has ${found.size} bytes; at most ${specLimits.bytes} are read.`,
      "Split the spec, or leave out what is not part of the contract.",
    );
  }
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new SpecFileError(
      "file-unreadable",
      `The file can't be read (${error.code}).`,
      "Check its permissions.",
    );
  });
  if (!isUtf8(bytes))
    throw new SpecFileError("file-not-utf-8", "The file is not UTF-8 text.", "Save it as UTF-8.");
  // Checkouts differ in line endings, and editors in whether they begin with a mark; the contract must not.
  return bytes
    .toString("utf8")
    .replace(/^\ufeff/, "")
    .replaceAll("\r\n", "\n");
}

/** Parses YAML or JSON within {@link specLimits}. */
export function parseSpecText(path: string, text: string): SpecFile {
  if (text.trim() === "") {
    throw new SpecFileError("file-empty", "The file is empty.", "Write the spec, or name another file.", {
      line: 1,
      column: 1,
    });
  }
  return (path.endsWith(".json") && parseJson(path, text)) || yamlFile(path, text);
}

type Parsed = Omit<SpecFile, "path">;

/**
 * The YAML that is in use, by its digest: two states of a spec have most of their files in common, and parsing them takes
 * longer than all the rest.
 */
const inUse = new Map<string, WeakRef<Parsed>>();
const maxKept = 1000;

function yamlFile(path: string, text: string): SpecFile {
  const key = createHash("sha256").update(text).digest("base64");
  const parsed = inUse.get(key)?.deref() ?? parseYaml(text);
  if (inUse.size >= maxKept) for (const [old, kept] of inUse) if (!kept.deref()) inUse.delete(old);
  inUse.set(key, new WeakRef(parsed));
  const { value } = parsed;
  return { path, text, value, placeOf: (pointer) => parsed.placeOf(pointer) };
}

/** JSON by the engine's own parser, 50 times as fast as YAML's; `null` hands a mistake to the YAML parser, which says where it is. */
function parseJson(path: string, text: string): SpecFile | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  checkDepth(value);
  let places: SpecFile["placeOf"] | undefined;
  const file: SpecFile = {
    path,
    text,
    value,
    placeOf: (pointer) => {
      places ??= placesIn(file); // only who tells of a place needs them
      return places(pointer);
    },
  };
  return file;
}

function placesIn(file: Pick<SpecFile, "text">): SpecFile["placeOf"] {
  const offsetOf = jsonPlaces(file.text);
  const starts = lineStarts(file);
  return (pointer) => {
    const offset = offsetOf(pointer);
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 };
  };
}

function parseYaml(text: string): Parsed {
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  let document: ReturnType<typeof parseDocument>;
  let value: unknown;
  try {
    // The parser recurses, so refuse depth by the text before it overflows the stack.
    checkTextDepth(text);
    document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false, // the parser's own check takes a minute for 60,000 keys
      version: "1.2",
      merge: true, // `<<` is of YAML 1.1, and much used
    });
    const [error] = document.errors;
    if (error) {
      if (/call stack/i.test(error.message)) throw tooDeep(); // the parser takes its own overflow for a mistake of ours
      throw new SpecFileError(
        "file-not-yaml",
        `Not YAML: ${error.message}`,
        "Mend the syntax at this place.",
        place(error.pos[0]),
      );
    }
    checkKeys(document.contents, place);
    value = document.toJS({ maxAliasCount: specLimits.aliases });
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep();
    if (error instanceof ReferenceError) {
      throw new SpecFileError(
        "too-many-aliases",
        `The file's YAML aliases stand for more than ${specLimits.aliases} copies.`,
        "Use `$ref` to share a part of the contract.",
      );
    }
    if (error instanceof Error && error.message.startsWith("Merge sources")) {
      throw new SpecFileError(
        "file-not-yaml",
        `Not YAML: ${error.message}.`,
        "Mend what stands behind `<<`.",
      );
    }
    throw error;
  }
  checkDepth(value);
  const placeOf = (pointer: string): Place => {
    let node = document.contents as Node | null;
    let at = node?.range?.[0] ?? 0;
    for (const token of fromPointer(pointer)) {
      if (isAlias(node)) node = node.resolve(document) ?? null;
      if (!isCollection(node)) break;
      if (isMap(node)) {
        const pair = node.items.find(
          (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === token,
        );
        if (!pair) break;
        at = (pair.key as Node).range?.[0] ?? at;
        node = pair.value as Node | null;
      } else {
        const item = node.items[Number(token)] as Node | undefined;
        if (!item) break;
        at = item.range?.[0] ?? at;
        node = item;
      }
    }
    return place(at);
  };
  return { text, value, placeOf };
}

function tooDeep(): SpecFileError {
  return new SpecFileError(
    "spec-too-deep",
    `The file is nested more than ${specLimits.depth} levels deep.`,
    "Name the inner parts under `components` and refer to them by `$ref`.",
  );
}

/**
 * Refuses a key that is given twice, and one that is no plain text: written out, keys within keys take more time and
 * memory than there is.
 */
function checkKeys(node: unknown, place: (offset: number) => Place): void {
  if (!isCollection(node)) return;
  const keys = new Set<string>();
  for (const item of node.items) {
    checkKeys(isPair(item) ? item.value : item, place);
    if (!isPair(item)) continue;
    const key = item.key as Node | null;
    const name = isScalar(key) ? String(key.value ?? "") : key === null ? "" : null;
    if (name !== null && !keys.has(name)) {
      keys.add(name);
      continue;
    }
    const what =
      name === null ? "A key must be a plain text, not a list, a map or an alias" : "Map keys must be unique";
    const at = place(key?.range?.[0] ?? node.range?.[0] ?? 0);
    throw new SpecFileError("file-not-yaml", `Not YAML: ${what}`, "Mend the syntax at this place.", at);
  }
}

/** An upper bound that needs no parser: how deep brackets nest, and how far a line is indented, also by `-`, `?` and `:`. */
function checkTextDepth(text: string): void {
  let open = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x5b || code === 0x7b) open++;
    else if ((code === 0x5d || code === 0x7d) && open > 0) open--;
    if (open > specLimits.depth * 8) throw tooDeep();
  }
  for (const indent of text.matchAll(/^(?: |[-?:][ \t])+/gm)) {
    if (indent[0].length > specLimits.depth * 8) throw tooDeep();
  }
}

function checkDepth(value: unknown): void {
  let nodes = 0;
  const visit = (part: unknown, depth: number): void => {
    if (typeof part !== "object" || part === null) return;
    if (depth > specLimits.depth) throw tooDeep();
    if (++nodes > specLimits.nodes) {
      throw new SpecFileError(
        "spec-too-large",
        `The file stands for more than ${specLimits.nodes} values.`,
        "Leave out what is not part of the contract.",
      );
    }
    for (const child of Array.isArray(part) ? part : Object.values(part)) visit(child, depth + 1);
  };
  visit(value, 0);
}
