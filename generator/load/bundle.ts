import { basename, dirname, extname, relative, resolve } from "node:path";
import { byCodeUnit } from "./canonical-order.js";
import {
  isObject,
  isSameValue,
  type JsonObject,
  kindUnder,
  type PlaceKind,
  setOwn,
  valueAt,
} from "./document-walk.js";
import { fromPointer, toPointer } from "./json-pointer.js";
import { isPartAt } from "./parts.js";
import type { Problem } from "./problem.js";
import type { SpecFile, SpecFileError } from "./spec-file.js";

/** Where a part of the bundled document was written. */
export interface Origin {
  readonly file: string;
  readonly pointer: string;
}

export interface Bundle {
  readonly document: JsonObject;
  readonly problems: readonly Problem[];
  /** The file and pointer that the value at a pointer of `document` came from. */
  readonly originOf: (pointer: string) => Origin;
  /** Pointer → a part that another state of the document may have in common with this one. */
  readonly parts: ReadonlyMap<string, Part>;
}

/** A part whose copy depends on nothing but what is written in it, and on there being what it refers to. */
interface Part {
  readonly written: unknown;
  readonly copied: unknown;
  readonly references: readonly Reference[];
}

/** A `$ref` of the document, and where it stands. */
interface Reference {
  readonly at: Steps;
  readonly reference: string;
}

/** A way through a document, key by key; `null` is its root. A list of them for each value would be most of the work. */
type Steps = { readonly above: Steps; readonly key: string; readonly depth: number } | null;

interface BundleInput {
  readonly rootPath: string;
  readonly files: ReadonlyMap<string, SpecFile>;
  /** Files that are named by a `$ref` and could not be used, with the reason. */
  readonly unusable: ReadonlyMap<string, SpecFileError>;
  /** Another state of the same document: parts that were left as they were are taken from it, and not copied again. */
  readonly like?: Pick<Bundle, "parts"> | null;
}

type Target = { readonly path: string; readonly tokens: readonly string[] };
/** A place in a file. */
type From = { readonly path: string; readonly steps: Steps };

/**
 * Makes one document of a spec's files. A file that `components` names by a `$ref` keeps that name wherever it is
 * used; another schema is hoisted into `components.schemas` under its file's name, since only a named schema may
 * be recursive; anything else is copied to where it is used.
 */
export function bundle({ rootPath, files, unusable, like = null }: BundleInput): Bundle {
  const folder = dirname(rootPath);
  const root = files.get(rootPath)?.value as JsonObject;
  const problems: Problem[] = [];
  const origins = new Map<string, Origin>([["#", { file: rootPath, pointer: "#" }]]);
  const names = new Map<string, string>(); // "path#/pointer" → "#/components/…"
  const hoisted: JsonObject = {};
  const pending: { name: string; target: Target }[] = [];
  const parts = new Map<string, Part>();
  const references: Reference[] = [];
  const leads = new Map<string, boolean>();
  let isAlone = true; // whether the copy that is being made depends on nothing else

  const keyOf = (target: Target): string => target.path + toPointer(target.tokens);

  const fail = (from: From, rule: string, message: string, remedy: string): void => {
    isAlone = false;
    const pointer = toPointer(tokensOf(from.steps));
    const place = files.get(from.path)?.placeOf(pointer);
    problems.push({
      rule,
      severity: "error",
      file: relative(folder, from.path),
      line: place?.line ?? null,
      column: place?.column ?? null,
      pointer,
      message,
      remedy,
    });
  };

  /** What a `$ref` written in a file points at; `null` after reporting one that can't be followed. */
  const follow = (reference: string, at: From): Target | null => {
    const [filePart = "", fragment = ""] = splitReference(reference);
    if (/^[a-z][a-z0-9+.-]*:/i.test(filePart) || filePart.startsWith("//")) {
      const remote = /^(https?:|\/\/)/i.test(filePart);
      fail(
        at,
        "ref-remote",
        `The $ref ${quote(reference)} ${remote ? "points to the network" : "is not a path inside the spec's folder"}.`,
        `Copy the file into the spec's folder${remote ? "" : ", and write its path relative to this file"}.`,
      );
      return null;
    }
    const isPointer = fragment.startsWith("/") || (fragment === "" && reference !== "");
    const isRoot = at.path === rootPath && filePart === "" && ["", "/"].includes(fragment);
    if (!isPointer || isRoot) {
      fail(
        at,
        "ref-no-pointer",
        `The $ref ${quote(reference)} ${isRoot ? "means the whole document" : "is not a JSON pointer"}.`,
        "Write `#/` and the path of what is meant, such as `#/components/schemas/Thing`.",
      );
      return null;
    }
    const path = filePart === "" ? at.path : resolve(dirname(at.path), decode(filePart));
    const unusableFile = unusable.get(path);
    if (unusableFile) {
      fail(
        at,
        unusableFile.rule,
        `The $ref ${quote(reference)} can't be followed. ${unusableFile.message}`,
        unusableFile.remedy,
      );
      return null;
    }
    const file = files.get(path);
    const tokens = fromPointer(fragment);
    if (!file || valueAt(file.value, tokens) === undefined) {
      fail(
        at,
        "ref-dangling",
        `The $ref ${quote(reference)} points to nothing.`,
        file ? "Check the pointer behind the `#`." : "Check the file's name; it is case-sensitive.",
      );
      return null;
    }
    return { path, tokens };
  };

  nameComponents();
  const isOneFile = files.size === 1 && names.size === 0;

  const document = copy(root, "object", { path: rootPath, steps: null }, null, []) as JsonObject;
  while (pending.length > 0) {
    const { name, target } = pending.shift() as (typeof pending)[number];
    const tokens = ["components", "schemas", name];
    const value = valueAt(files.get(target.path)?.value, target.tokens);
    origins.set(toPointer(tokens), { file: target.path, pointer: toPointer(target.tokens) });
    setOwn(hoisted, name, copy(value, "schema", fromOf(target), stepsOf(tokens), [keyOf(target)]));
  }

  if (Object.keys(hoisted).length > 0) {
    const components = isObject(document["components"]) ? document["components"] : {};
    const schemas = isObject(components["schemas"]) ? components["schemas"] : {};
    document["components"] = { ...components, schemas: { ...schemas, ...hoisted } };
  }
  reportCircles();
  problems.sort(byPlace);
  return { document, problems, originOf, parts };

  function nameComponents(): void {
    const components = root["components"];
    if (!isObject(components)) return;
    for (const section of Object.keys(components).sort()) {
      const entries = components[section];
      if (!isObject(entries)) continue;
      for (const name of Object.keys(entries).sort()) {
        const entry = entries[name];
        if (!isObject(entry) || typeof entry["$ref"] !== "string") continue;
        const [filePart = "", fragment = ""] = splitReference(entry["$ref"]);
        if (filePart === "") continue;
        const target = { path: resolve(folder, decode(filePart)), tokens: fromPointer(fragment) };
        const key = keyOf(target);
        if (!names.has(key)) names.set(key, toPointer(["components", section, name]));
      }
    }
  }

  function copy(value: unknown, kind: PlaceKind, from: From, to: Steps, inlined: readonly string[]): unknown {
    if (Array.isArray(value)) {
      return value.map((item, index) => {
        const key = String(index);
        return copy(item, kind, child(from, key), step(to, key), inlined);
      });
    }
    if (!isObject(value)) return value;
    if (kind !== "data" && kind !== "schema-map" && typeof value["$ref"] === "string") {
      return copyReference(value, value["$ref"], kind, from, to, inlined);
    }
    const result: JsonObject = {};
    for (const key of keysInOrder(value)) {
      const part = value[key];
      const mapped = key === "mapping" && to?.key === "discriminator" && isObject(part);
      const [partFrom, partTo] = [child(from, key), step(to, key)];
      setOwn(
        result,
        key,
        mapped
          ? copyMapping(part, partFrom)
          : isOneFile && partTo.depth <= 3 && isPartAt(partTo.depth, firstOf(partTo))
            ? copyPart(part, kindUnder(kind, key), partFrom, partTo)
            : typeof part === "object"
              ? copy(part, kindUnder(kind, key), partFrom, partTo, inlined)
              : part,
      );
    }
    return result;
  }

  /** As {@link copy}; what another state of the document has as well is taken from there. */
  function copyPart(value: unknown, kind: PlaceKind, from: From, to: NonNullable<Steps>): unknown {
    const pointer = toPointer(tokensOf(to));
    const other = like?.parts.get(pointer);
    let part: Part | null = null;
    if (other && isSameValue(other.written, value) && other.references.every(leadsSomewhere)) {
      part = other;
      for (const reference of part.references) references.push(reference);
    } else {
      const first = references.length;
      isAlone = true;
      const copied = copy(value, kind, from, to, []);
      if (!isAlone) return copied;
      part = { written: value, copied, references: references.slice(first) };
    }
    parts.set(pointer, part);
    return part.copied;
  }

  function leadsSomewhere({ reference }: Reference): boolean {
    const known = leads.get(reference) ?? valueAt(root, fromPointer(reference)) !== undefined;
    leads.set(reference, known);
    return known;
  }

  function refer(at: Steps, reference: string, siblings: JsonObject): JsonObject {
    references.push({ at, reference });
    return { $ref: reference, ...siblings };
  }

  /** A discriminator's mapping refers to schemas by plain text, either a component's name or a reference. */
  function copyMapping(mapping: JsonObject, from: From): JsonObject {
    isAlone = false; // what a text means depends on the names of the components
    const result: JsonObject = {};
    for (const value of keysInOrder(mapping)) {
      const reference = mapping[value];
      const target = typeof reference === "string" ? followMapped(reference, child(from, value)) : null;
      const inRoot = target && target.path === rootPath && !names.has(keyOf(target));
      setOwn(
        result,
        value,
        !target ? reference : inRoot ? toPointer(target.tokens) : (names.get(keyOf(target)) ?? hoist(target)),
      );
    }
    return result;
  }

  /** A mapping's text is the name of a component if there is one, else a reference. */
  function followMapped(mapped: string, at: From): Target | null {
    const tokens = ["components", "schemas", mapped];
    return valueAt(root, tokens) === undefined ? follow(mapped, at) : { path: rootPath, tokens };
  }

  function copyReference(
    holder: JsonObject,
    reference: string,
    kind: PlaceKind,
    from: From,
    to: Steps,
    inlined: readonly string[],
  ): unknown {
    const target = follow(reference, child(from, "$ref"));
    if (!target) return {};
    const siblings: JsonObject = {};
    for (const key of keysInOrder(holder)) {
      if (key !== "$ref")
        setOwn(
          siblings,
          key,
          copy(holder[key], kindUnder(kind, key), child(from, key), step(to, key), inlined),
        );
    }
    const name = names.size === 0 ? undefined : names.get(keyOf(target));
    if (name !== undefined && name !== toPointer(tokensOf(to))) return refer(to, name, siblings);
    const inRoot = target.path === rootPath && name === undefined;
    if (inRoot && (kind === "schema" || (target.tokens[0] === "components" && !isPathItem(to))))
      return refer(to, toPointer(target.tokens), siblings);
    if (kind === "schema" && name === undefined) {
      return refer(to, hoist(target), siblings);
    }
    isAlone = false;
    if (inlined.includes(keyOf(target))) {
      fail(
        child(from, "$ref"),
        "ref-circular",
        `The $ref ${quote(reference)} leads back to itself.`,
        "Break the circle: only schemas may be recursive, and only through a property or an item.",
      );
      return {};
    }
    origins.set(toPointer(tokensOf(to)), { file: target.path, pointer: toPointer(target.tokens) });
    const value = copy(valueAt(files.get(target.path)?.value, target.tokens), kind, fromOf(target), to, [
      ...inlined,
      keyOf(target),
    ]);
    return isObject(value) ? { ...value, ...siblings } : value;
  }

  function hoist(target: Target): string {
    const own = target.tokens.at(-1) ?? basename(target.path, extname(target.path));
    const last = own.replace(/[^A-Za-z0-9._-]+/g, "_") || "Schema"; // what OpenAPI lets a component be called
    const taken = (name: string): boolean =>
      Object.hasOwn(hoisted, name) ||
      pending.some((entry) => entry.name === name) ||
      valueAt(root, ["components", "schemas", name]) !== undefined;
    let name = last;
    for (let count = 2; taken(name); count++) name = `${last}${count}`;
    const pointer = toPointer(["components", "schemas", name]);
    names.set(keyOf(target), pointer);
    pending.push({ name, target });
    return pointer;
  }

  /** A chain of `$ref`s that never reaches a schema. A schema that holds itself in a property is no circle. */
  function reportCircles(): void {
    const known = new Set<string>(); // references that lead somewhere, or have been reported
    for (const { at: place, reference: first } of references) {
      const seen = new Set<string>();
      let reference: unknown = first;
      while (typeof reference === "string" && !known.has(reference)) {
        if (seen.has(reference)) {
          const origin = originOf(toPointer(tokensOf(place)));
          fail(
            { path: origin.file, steps: stepsOf(fromPointer(origin.pointer)) },
            "ref-circular",
            `The $ref ${quote(first)} leads back to itself.`,
            "Break the circle: one of these must say what it is instead of referring on.",
          );
          break;
        }
        seen.add(reference);
        const at = valueAt(document, fromPointer(reference));
        reference = isObject(at) ? at["$ref"] : null;
      }
      for (const one of seen) known.add(one);
    }
  }

  function originOf(pointer: string): Origin {
    const tokens = fromPointer(pointer);
    for (let length = tokens.length; length >= 0; length--) {
      const origin = origins.get(toPointer(tokens.slice(0, length)));
      if (origin)
        return {
          file: origin.file,
          pointer: toPointer([...fromPointer(origin.pointer), ...tokens.slice(length)]),
        };
    }
    return { file: rootPath, pointer };
  }
}

/** A map's keys in one order: which of two namesakes is hoisted first, and keeps its name, must not depend on the author's. */
function keysInOrder(map: JsonObject): readonly string[] {
  return Object.keys(map).sort(byCodeUnit);
}

function byPlace(a: Problem, b: Problem): number {
  return (
    byCodeUnit(a.file ?? "", b.file ?? "") ||
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0)
  );
}

/** A path is read where it stands, and 3.1's meta-schema knows no `$ref` there. */
function isPathItem(to: Steps): boolean {
  return to?.depth === 2 && firstOf(to) === "paths";
}

function step(above: Steps, key: string): NonNullable<Steps> {
  return { above, key, depth: (above?.depth ?? 0) + 1 };
}

const child = ({ path, steps }: From, key: string): From => ({ path, steps: step(steps, key) });
const stepsOf = (tokens: readonly string[]): Steps => tokens.reduce<Steps>(step, null);
const fromOf = ({ path, tokens }: Target): From => ({ path, steps: stepsOf(tokens) });

function tokensOf(steps: Steps): string[] {
  const tokens: string[] = [];
  for (let at = steps; at !== null; at = at.above) tokens.push(at.key);
  return tokens.reverse();
}

function firstOf(steps: NonNullable<Steps>): string {
  let at = steps;
  while (at.above !== null) at = at.above;
  return at.key;
}

export function splitReference(reference: string): [file: string, fragment: string] {
  const hash = reference.indexOf("#");
  return hash < 0 ? [reference, ""] : [reference.slice(0, hash), reference.slice(hash + 1)];
}

function decode(filePart: string): string {
  try {
    return decodeURIComponent(filePart);
  } catch {
    return filePart;
  }
}

const quote = (text: string): string => JSON.stringify(text);
