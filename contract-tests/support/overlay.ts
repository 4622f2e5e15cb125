import { dirname, resolve } from "node:path";
import { exec } from "jsonpath-rfc9535";
import { parse } from "yaml";
import { object } from "./contract.js";
import { readerOf } from "./spec-files.js";

type Values = Record<string, unknown>;

/**
 * A spec as OpenAPI Overlays leave it: one document, to be served or tested like any other. It is a reading of its own,
 * so that what the generator misreads of an overlay does not pass here too; only the query language is a library's.
 *
 * @throws {Error} for an action that selects nothing
 */
export async function overlaidSpec(specPath: string, overlayPaths: readonly string[]): Promise<Values> {
  const readFile = readerOf(specPath);
  const read = async (path: string): Promise<unknown> => parse(await readFile(path));
  const document = await oneDocument(resolve(specPath), read);
  for (const path of overlayPaths) {
    const { actions } = (await read(resolve(path))) as { actions: readonly Values[] };
    for (const { target, update, remove } of actions) {
      const places = select(document, String(target));
      if (places.length === 0) throw new Error(`${path}: ${String(target)} selects nothing.`);
      for (const { value, holder, key } of places.reverse()) {
        if (remove === true && Array.isArray(holder)) holder.splice(Number(key), 1);
        else if (remove === true) delete (holder as Values)[key];
        else if (Array.isArray(value)) value.push(structuredClone(update));
        else merge(value as Values, update as Values);
      }
    }
  }
  return document;
}

/** Files that the root names as components become references to those, all others are written out. */
async function oneDocument(rootPath: string, read: (path: string) => Promise<unknown>): Promise<Values> {
  const root = (await read(rootPath)) as Values;
  const names = new Map<string, string>();
  for (const [section, entries] of Object.entries(object(root["components"]))) {
    for (const [name, entry] of Object.entries(object(entries))) {
      const file = object(entry)["$ref"];
      if (typeof file === "string")
        names.set(resolve(dirname(rootPath), file), `#/components/${section}/${name}`);
    }
  }
  const inline = async (value: unknown, file: string, at: string): Promise<unknown> => {
    if (Array.isArray(value)) return Promise.all(value.map((item) => inline(item, file, "")));
    if (typeof value === "string" && /^\.\.?\/.*\.yaml$/.test(value)) {
      return names.get(resolve(dirname(file), value)) ?? value; // a discriminator's mapping
    }
    if (typeof value !== "object" || value === null) return value;
    const { $ref, ...rest } = value as Values;
    const siblings = Object.fromEntries(
      await Promise.all(
        Object.entries(rest).map(async ([key, part]) => [key, await inline(part, file, `${at}/${key}`)]),
      ),
    );
    if (typeof $ref !== "string") return siblings;
    const path = resolve(dirname(file), $ref);
    const name = names.get(path);
    if (name !== undefined && name !== at) return { $ref: name, ...siblings };
    return { ...object(await inline(await read(path), path, "")), ...siblings };
  };
  return (await inline(root, rootPath, "#")) as Values;
}

interface Place {
  readonly value: unknown;
  readonly holder: unknown;
  readonly key: string | number;
}

function select(document: Values, query: string): Place[] {
  const places: Place[] = [];
  exec(document as never, query, (value, path) => {
    const holder = path.slice(0, -1).reduce<unknown>((at, key) => (at as Values)[key], document);
    places.push({ value, holder, key: path.at(-1) ?? "" });
  });
  return places;
}

function merge(into: Values, change: Values): void {
  for (const [key, part] of Object.entries(change)) {
    const old = into[key];
    if (Array.isArray(old) && Array.isArray(part)) old.push(...structuredClone(part));
    else if (Object.keys(object(old)).length > 0 && Object.keys(object(part)).length > 0)
      merge(old as Values, part as Values);
    else into[key] = structuredClone(part);
  }
}
