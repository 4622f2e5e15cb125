import { Ajv2020, type ErrorObject, type Options, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { isExtension } from "../contract/extensions.js";
import { isObject, type JsonObject, kindUnder, type PlaceKind, setOwn } from "../load/document-walk.js";
import { fromPointer, toPointer } from "../load/json-pointer.js";
import { isTimeUp, withinTime } from "../load/time-limit.js";
import type { Node } from "./node.js";

/** Words that OpenAPI adds to JSON Schema; none of them changes what is valid. */
const openapiWords = new Set(["discriminator", "example", "externalDocs", "xml"]);
/** Words that would change what other words mean, and that bundling has done with. */
const identityWords = new Set(["$id", "$schema", "$vocabulary", "id", "nullable"]);

/**
 * Compiles the schemas of a document as a strict JSON Schema 2020-12 validator does. What rules of their own report
 * (patterns that don't compile, unknown formats and keywords) is left out of the schemas, so that one mistake does not hide
 * what else there is to say.
 */
export class SchemaValidator {
  readonly #ajv: Ajv2020;
  /** Only to see what compiles: the less code it makes, the sooner. */
  readonly #bareAjv: Ajv2020;
  readonly #roots: ReadonlyMap<string, Node>;
  readonly #ids = new Map<string, string>();
  readonly #compiled = new Map<string, ValidateFunction | null>();
  #added = false;

  /** @param roots the schemas that stand in no other schema */
  constructor(roots: readonly Node[]) {
    this.#ajv = strictAjv({ allErrors: true, verbose: true });
    this.#bareAjv = strictAjv({});
    this.#roots = new Map(roots.map((root) => [root.pointer, root]));
    for (const [index, root] of roots.entries()) this.#ids.set(root.pointer, `schema:${index}`);
  }

  knowsFormat(format: string): boolean {
    return Object.hasOwn(this.#ajv.formats, format);
  }

  knowsKeyword(keyword: string): boolean {
    return (
      Object.hasOwn(this.#ajv.RULES.keywords, keyword) ||
      openapiWords.has(keyword) ||
      identityWords.has(keyword) ||
      keyword === "definitions" ||
      isExtension(keyword)
    );
  }

  /** What the meta-schema of JSON Schema 2020-12 says against a schema. */
  metaErrors(schema: JsonObject): readonly ErrorObject[] {
    const validate = this.#ajv.getSchema("https://json-schema.org/draft/2020-12/schema");
    if (!validate || validate(schema)) return [];
    return validate.errors ?? [];
  }

  /** Why a schema can't be compiled, leaving aside what it refers to; `null` if it can. */
  objection(schema: JsonObject): string | null {
    const copy = this.#forAjv(schema, "schema", false) as JsonObject;
    try {
      this.#bareAjv.compile(copy);
      return null;
    } catch (error) {
      return (error as Error).message;
    } finally {
      this.#bareAjv.removeSchema(copy);
    }
  }

  /** What is wrong with a value, by the schema at a pointer; nothing if there is none, or one that can't be compiled. */
  errors(schema: Node, value: unknown): readonly ErrorObject[] {
    const validate = this.#compile(schema);
    if (validate === null) return [];
    try {
      return withinTime(mostMs, () => validate(value)) ? [] : (validate.errors ?? []);
    } catch (error) {
      if (!isTimeUp(error)) throw error;
      this.#compiled.set(schema.pointer, null); // once is enough
      return [tooLong];
    }
  }

  #compile({ pointer, value }: Node): ValidateFunction | null {
    let compiled = this.#compiled.get(pointer);
    if (compiled === undefined) {
      this.#addAll();
      const id = this.#ids.get(pointer);
      try {
        compiled = id
          ? (this.#ajv.getSchema(id) ?? null)
          : this.#ajv.compile(this.#forAjv(value, "schema", true) as JsonObject);
      } catch {
        compiled = null; // it has a rule of its own
      }
      this.#compiled.set(pointer, compiled);
    }
    return compiled;
  }

  #addAll(): void {
    if (this.#added) return;
    this.#added = true;
    for (const [pointer, { value }] of this.#roots) {
      this.#ajv.addSchema(this.#forAjv(value, "schema", true) as JsonObject, this.#ids.get(pointer));
    }
  }

  /** A copy for Ajv, each root schema under an id of its own. */
  #forAjv(value: unknown, kind: PlaceKind, withReferences: boolean): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#forAjv(item, kind, withReferences));
    if (!isObject(value) || kind === "data") return value;
    const result: JsonObject = {};
    for (const [key, part] of Object.entries(value)) {
      if (kind === "schema") {
        if (!this.knowsKeyword(key) || openapiWords.has(key) || identityWords.has(key)) continue;
        if (isExtension(key) || key === "examples" || key === "default") continue;
        if (key === "$ref") {
          if (withReferences) setOwn(result, key, this.#reference(String(part)));
          continue;
        }
        if (key === "pattern" && !isPattern(part)) continue;
        if (key === "format" && !this.knowsFormat(String(part))) continue;
        if (key === "patternProperties" && isObject(part)) {
          const good = Object.entries(part).filter(([pattern]) => isPattern(pattern));
          setOwn(result, key, this.#forAjv(Object.fromEntries(good), "schema-map", withReferences));
          continue;
        }
      }
      setOwn(result, key, this.#forAjv(part, kindUnder(kind, key), withReferences));
    }
    return result;
  }

  #reference(pointer: string): string {
    const tokens = fromPointer(pointer);
    for (let length = tokens.length; length > 0; length--) {
      const id = this.#ids.get(toPointer(tokens.slice(0, length)));
      if (id === undefined) continue;
      const rest = toPointer(tokens.slice(length).map(encodeURIComponent));
      return rest === "#" ? id : id + rest;
    }
    return pointer;
  }
}

/** A pattern, or branches within branches, can make a validator run for years. */
const mostMs = 3000;

const tooLong: ErrorObject = {
  keyword: "time",
  instancePath: "",
  schemaPath: "#",
  params: {},
  message: `can't be checked within ${mostMs / 1000} seconds; a pattern or the branches of the schema take too long`,
};

function strictAjv(options: Options): Ajv2020 {
  const ajv = new Ajv2020({
    ...options,
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    allowMatchingProperties: true,
    validateSchema: false,
    logger: false,
    code: { optimize: false }, // each validator runs a few times at most
  });
  addFormats.default(ajv);
  return ajv;
}

/** Why a regular expression does not compile as JSON Schema asks, with the flag `u`; `null` if it does. */
export function patternObjection(pattern: unknown): string | null {
  try {
    new RegExp(String(pattern), "u");
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

const isPattern = (pattern: unknown): boolean => patternObjection(pattern) === null;
