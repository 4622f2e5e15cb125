import { isJson } from "../../contract/build-schema.js";
import { isObject, type JsonObject, setOwn, valueAt } from "../../load/document-walk.js";
import { fromPointer, toPointer } from "../../load/json-pointer.js";
import { DemandedProperties, type Direction } from "./demanded-properties.js";
import {
  dataKeywords,
  formatChecks,
  inPlaceKeywords,
  isPattern,
  schemaKeywords,
  unsupportedKeywords,
} from "./keywords.js";
import { byTag } from "./tagged-union.js";

/** A schema as a validator is compiled from it: checks only, and each `$ref` the id of another. */
export interface CollectedSchema {
  readonly id: string;
  readonly schema: JsonObject;
  /** Where it stands in the document. */
  readonly pointer: string;
}

interface Place {
  readonly id: string;
  readonly inPlace: boolean;
  readonly direction: Direction;
}

/** A reference that checks the value it stands at, not a part of it. */
interface InPlace {
  readonly from: string;
  readonly holder: JsonObject;
  readonly pointer: string;
}

/**
 * Takes the schemas that validators are wanted for out of a document, with all they refer to. They mean what the
 * package's types say: a file is what an upload takes, a part that is JSON text is the value. What a spec says and no validator can
 * be made of (a pattern that does not compile, a keyword with a value it can't have) is left out, and said.
 */
export class SchemaCollector {
  readonly #document: JsonObject;
  readonly #demanded: DemandedProperties;
  readonly #ids = new Map<string, string>();
  readonly #schemas: CollectedSchema[] = [];
  readonly #inPlace: InPlace[] = [];
  readonly #leftOut: string[] = [];

  constructor(document: JsonObject) {
    this.#document = document;
    this.#demanded = new DemandedProperties(document);
  }

  /** @returns the id of the schema at a place of the document */
  at(pointer: string, wanted: Direction = null): string {
    const end = this.#end(pointer);
    // Most schemas are the same either way, and have one validator.
    const direction = wanted !== null && this.#demanded.differs(end, wanted) ? wanted : null;
    const key = `${direction} ${end}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#nextId(key);
    this.#fill(id, valueAt(this.#document, fromPointer(end)), end, direction);
    return id;
  }

  /** @returns the id of a schema that is made of others */
  made(schema: JsonObject, pointer: string): string {
    const id = this.#nextId(null);
    this.#schemas.push({ id, schema, pointer });
    return id;
  }

  /** All that was collected, in the order of the first mention. */
  finish(): { readonly schemas: readonly CollectedSchema[]; readonly leftOut: readonly string[] } {
    this.#breakCircles();
    const number = ({ id }: CollectedSchema): number => Number(id.slice(1));
    return { schemas: this.#schemas.toSorted((a, b) => number(a) - number(b)), leftOut: this.#leftOut };
  }

  #count = 0;

  #nextId(key: string | null): string {
    const id = `s${this.#count++}`;
    if (key !== null) this.#ids.set(key, id);
    return id;
  }

  /** Where a chain of schemas that are nothing but a reference ends. */
  #end(pointer: string): string {
    let end = toPointer(fromPointer(pointer));
    for (const seen = new Set([end]); ; seen.add(end)) {
      const value = valueAt(this.#document, fromPointer(end));
      if (!isObject(value) || typeof value["$ref"] !== "string" || Object.keys(value).some(isCheck))
        return end;
      const next = toPointer(fromPointer(value["$ref"]));
      if (seen.has(next)) return end;
      end = next;
    }
  }

  #fill(id: string, value: unknown, pointer: string, direction: Direction): void {
    if (value === undefined) this.#leftOut.push(`${pointer}: there is no such schema`);
    const schema = this.#read(value, pointer, { id, inPlace: true, direction });
    this.#schemas.push({ id, schema: asObject(schema), pointer });
  }

  #read(value: unknown, pointer: string, place: Place): unknown {
    if (typeof value === "boolean") return value;
    if (!isObject(value)) return true;
    if (isFile(value)) return { file: true };
    const json = jsonInText(value);
    if (json !== null) return this.#read(json.schema, `${pointer}/contentSchema`, { ...place });
    const result: JsonObject = {};
    for (const [key, part] of Object.entries(value)) {
      const at = pointer + toPointer([key]).slice(1);
      if (key === "$ref") this.#refer(result, String(part), at, place);
      else if (key === "required" && Array.isArray(part))
        this.#keep(result, key, this.#demanded.of(value, place.direction), at);
      else if (Object.hasOwn(dataKeywords, key)) this.#keep(result, key, part, at);
      else if (key === "format" && typeof part === "string") {
        if (Object.hasOwn(formatChecks, part)) result["format"] = part;
      } else if (schemaKeywords.has(key)) {
        const inPlace = place.inPlace && inPlaceKeywords.has(key);
        this.#readUnder(result, key, part, at, { ...place, inPlace });
      } else if (unsupportedKeywords.has(key)) this.#leftOut.push(`${at}: this keyword is not supported`);
    }
    const tag = byTag(value, (schema) => this.#deref(schema));
    if (tag && Array.isArray(result["oneOf"])) {
      const { oneOf, ...rest } = result;
      return { ...rest, allOf: [...list(rest["allOf"]), tag(oneOf)] };
    }
    return result;
  }

  #keep(result: JsonObject, key: string, value: unknown, at: string): void {
    if (dataKeywords[key]?.(value)) result[key] = key === "required" ? [...new Set(list(value))] : value;
    else
      this.#leftOut.push(
        `${at}: ${key === "pattern" ? "no regular expression with the flag u" : "a value that says nothing"}`,
      );
  }

  #readUnder(result: JsonObject, key: string, value: unknown, at: string, place: Place): void {
    const shape = schemaKeywords.get(key);
    if (shape === "one" && (isObject(value) || typeof value === "boolean")) {
      result[key] = this.#read(value, at, place);
    } else if (shape === "list" && Array.isArray(value) && value.length > 0) {
      result[key] = value.map((item, index) => this.#read(item, `${at}/${index}`, place));
    } else if (shape === "map" && isObject(value)) {
      const parts: JsonObject = {};
      for (const [name, part] of Object.entries(value)) {
        const under = at + toPointer([name]).slice(1);
        if (key === "patternProperties" && !isPattern(name)) {
          this.#leftOut.push(`${under}: no regular expression with the flag u`);
        } else setOwn(parts, name, this.#read(part, under, place));
      }
      result[key] = parts;
    } else this.#leftOut.push(`${at}: no schema`);
  }

  #refer(result: JsonObject, reference: string, at: string, place: Place): void {
    const target = valueAt(this.#document, fromPointer(reference));
    if (!isObject(target) && typeof target !== "boolean") {
      this.#leftOut.push(`${at}: it leads to no schema`);
      return;
    }
    result["$ref"] = this.at(reference, place.direction);
    if (place.inPlace) this.#inPlace.push({ from: place.id, holder: result, pointer: at });
  }

  /** A schema that refers to itself at the same value says nothing, and would be followed for ever. */
  #breakCircles(): void {
    const byId = new Map<string, InPlace[]>();
    for (const reference of this.#inPlace) {
      byId.set(reference.from, [...(byId.get(reference.from) ?? []), reference]);
    }
    const state = new Map<string, "open" | "done">();
    const visit = (id: string): void => {
      state.set(id, "open");
      for (const { holder, pointer } of byId.get(id) ?? []) {
        const target = String(holder["$ref"]);
        if (state.get(target) === "open") {
          delete holder["$ref"];
          this.#leftOut.push(`${pointer}: it leads back to itself`);
        } else if (!state.has(target)) visit(target);
      }
      state.set(id, "done");
    };
    for (const id of byId.keys()) if (!state.has(id)) visit(id);
  }

  #deref(schema: unknown): unknown {
    if (!isObject(schema) || typeof schema["$ref"] !== "string") return schema;
    return valueAt(this.#document, fromPointer(this.#end(schema["$ref"])));
  }
}

/** A root of its own must be an object for the compiler. */
function asObject(schema: unknown): JsonObject {
  return isObject(schema) ? schema : schema === false ? { not: {} } : {};
}

const isCheck = (key: string): boolean =>
  Object.hasOwn(dataKeywords, key) || schemaKeywords.has(key) || key === "format";

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What the types of the package say is a file. */
function isFile(schema: JsonObject): boolean {
  if (schema["format"] === "binary") return true;
  const mediaType = mediaTypeOfText(schema);
  return mediaType !== null && !isJson(mediaType) && !mediaType.startsWith("text/");
}

/** What the types of the package say is a value, and is sent as JSON text. */
function jsonInText(schema: JsonObject): { readonly schema: unknown } | null {
  const mediaType = mediaTypeOfText(schema);
  return mediaType !== null && isJson(mediaType) ? { schema: schema["contentSchema"] ?? true } : null;
}

function mediaTypeOfText(schema: JsonObject): string | null {
  const mediaType = schema["contentMediaType"];
  const isText = schema["type"] === "string" && schema["contentEncoding"] === undefined;
  return isText && typeof mediaType === "string" ? mediaType : null;
}
