import { basename, dirname, extname, relative, resolve } from "node:path";
import { byCodeUnit } from "./canonical-order.js";
import { isObject, type JsonObject, kindUnder, type PlaceKind, setOwn, valueAt } from "./document-walk.js";
import { fromPointer, toPointer } from "./json-pointer.js";
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
}

interface BundleInput {
  readonly rootPath: string;
  readonly files: ReadonlyMap<string, SpecFile>;
  /** Files that are named by a `$ref` and could not be used, with the reason. */
  readonly unusable: ReadonlyMap<string, SpecFileError>;
}

type Target = { readonly path: string; readonly tokens: readonly string[] };

/**
 * Makes one document of a spec's files. A file that `components` names by a `$ref` keeps that name wherever it is
 * used; another schema is hoisted into `components.schemas` under its file's name, since only a named schema may
 * be recursive; anything else is copied to where it is used.
 */
export function bundle({ rootPath, files, unusable }: BundleInput): Bundle {
  const folder = dirname(rootPath);
  const root = files.get(rootPath)?.value as JsonObject;
  const problems: Problem[] = [];
  const origins = new Map<string, Origin>([["#", { file: rootPath, pointer: "#" }]]);
  const names = new Map<string, string>(); // "path#/pointer" → "#/components/…"
  const hoisted: JsonObject = {};
  const pending: { name: string; target: Target }[] = [];

  const keyOf = (target: Target): string => target.path + toPointer(target.tokens);

  const fail = (at: Target, rule: string, message: string, remedy: string): void => {
    const place = files.get(at.path)?.placeOf(toPointer(at.tokens));
    problems.push({
      rule,
      severity: "error",
      file: relative(folder, at.path),
      line: place?.line ?? null,
      column: place?.column ?? null,
      pointer: toPointer(at.tokens),
      message,
      remedy,
    });
  };

  /** What a `$ref` written in a file points at; `null` after reporting one that can't be followed. */
  const follow = (reference: string, at: Target): Target | null => {
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

  const document = copy(root, "object", { path: rootPath, tokens: [] }, [], []) as JsonObject;
  while (pending.length > 0) {
    const { name, target } = pending.shift() as (typeof pending)[number];
    const tokens = ["components", "schemas", name];
    const value = valueAt(files.get(target.path)?.value, target.tokens);
    origins.set(toPointer(tokens), { file: target.path, pointer: toPointer(target.tokens) });
    setOwn(hoisted, name, copy(value, "schema", target, tokens, [keyOf(target)]));
  }
  if (Object.keys(hoisted).length > 0) {
    const components = isObject(document["components"]) ? document["components"] : {};
    const schemas = isObject(components["schemas"]) ? components["schemas"] : {};
    document["components"] = { ...components, schemas: { ...schemas, ...hoisted } };
  }
  reportCircles();
  problems.sort(byPlace);
  return { document, problems, originOf };

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

  function copy(
    value: unknown,
    kind: PlaceKind,
    from: Target,
    to: readonly string[],
    inlined: readonly string[],
  ): unknown {
    if (Array.isArray(value)) {
      return value.map((item, index) =>
        copy(item, kind, child(from, String(index)), [...to, String(index)], inlined),
      );
    }
    if (!isObject(value)) return value;
    if (kind !== "data" && kind !== "schema-map" && typeof value["$ref"] === "string") {
      return copyReference(value, value["$ref"], kind, from, to, inlined);
    }
    const result: JsonObject = {};
    for (const [key, part] of inOrder(value)) {
      const mapped = key === "mapping" && to.at(-1) === "discriminator" && isObject(part);
      setOwn(
        result,
        key,
        mapped
          ? copyMapping(part, child(from, key))
          : copy(part, kindUnder(kind, key), child(from, key), [...to, key], inlined),
      );
    }
    return result;
  }

  /** A discriminator's mapping refers to schemas by plain text, either a component's name or a reference. */
  function copyMapping(mapping: JsonObject, from: Target): JsonObject {
    const result: JsonObject = {};
    for (const [value, reference] of inOrder(mapping)) {
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
  function followMapped(mapped: string, at: Target): Target | null {
    const tokens = ["components", "schemas", mapped];
    return valueAt(root, tokens) === undefined ? follow(mapped, at) : { path: rootPath, tokens };
  }

  function copyReference(
    holder: JsonObject,
    reference: string,
    kind: PlaceKind,
    from: Target,
    to: readonly string[],
    inlined: readonly string[],
  ): unknown {
    const target = follow(reference, child(from, "$ref"));
    if (!target) return {};
    const siblings: JsonObject = {};
    for (const [key, part] of inOrder(holder)) {
      if (key !== "$ref")
        setOwn(siblings, key, copy(part, kindUnder(kind, key), child(from, key), [...to, key], inlined));
    }
    const here = toPointer(to);
    const name = names.get(keyOf(target));
    if (name !== undefined && name !== here) return { $ref: name, ...siblings };
    const inRoot = target.path === rootPath && name === undefined;
    if (inRoot && (kind === "schema" || (target.tokens[0] === "components" && !isPathItem(to))))
      return { $ref: toPointer(target.tokens), ...siblings };
    if (kind === "schema" && name === undefined) {
      return { $ref: hoist(target), ...siblings };
    }
    if (inlined.includes(keyOf(target))) {
      fail(
        child(from, "$ref"),
        "ref-circular",
        `The $ref ${quote(reference)} leads back to itself.`,
        "Break the circle: only schemas may be recursive, and only through a property or an item.",
      );
      return {};
    }
    origins.set(here, { file: target.path, pointer: toPointer(target.tokens) });
    const value = copy(valueAt(files.get(target.path)?.value, target.tokens), kind, target, to, [
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
    const visit = (value: unknown, kind: PlaceKind, tokens: readonly string[]): void => {
      if (Array.isArray(value)) {
        for (const [index, item] of value.entries()) visit(item, kind, [...tokens, String(index)]);
        return;
      }
      if (!isObject(value)) return;
      const seen = new Set<string>();
      let at: unknown = value;
      while (kind !== "data" && kind !== "schema-map" && isObject(at) && typeof at["$ref"] === "string") {
        const reference = at["$ref"];
        if (known.has(reference)) break;
        if (seen.has(reference)) {
          const origin = originOf(toPointer(tokens));
          fail(
            { path: origin.file, tokens: fromPointer(origin.pointer) },
            "ref-circular",
            `The $ref ${quote(String(value["$ref"]))} leads back to itself.`,
            "Break the circle: one of these must say what it is instead of referring on.",
          );
          break;
        }
        seen.add(reference);
        at = valueAt(document, fromPointer(reference));
      }
      for (const step of seen) known.add(step);
      for (const [key, part] of Object.entries(value)) visit(part, kindUnder(kind, key), [...tokens, key]);
    };
    visit(document, "object", []);
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

/** A map's entries in one order: which of two namesakes is hoisted first, and keeps its name, must not depend on the author's. */
function inOrder(map: JsonObject): [key: string, value: unknown][] {
  return Object.entries(map).sort(([a], [b]) => byCodeUnit(a, b));
}

function byPlace(a: Problem, b: Problem): number {
  return (
    byCodeUnit(a.file ?? "", b.file ?? "") ||
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0)
  );
}

/** A path is read where it stands, and 3.1's meta-schema knows no `$ref` there. */
function isPathItem(to: readonly string[]): boolean {
  return to.length === 2 && to[0] === "paths";
}

function child(target: Target, token: string): Target {
  return { path: target.path, tokens: [...target.tokens, token] };
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
