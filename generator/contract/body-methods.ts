import {
  isObject,
  type JsonObject,
  kindUnder,
  type PlaceKind,
  setOwn,
  valueAt,
} from "../load/document-walk.js";
import { fromPointer } from "../load/json-pointer.js";
import { buildSchema, isJson } from "./build-schema.js";
import { isExtension, readMethodName } from "./extensions.js";
import { pascalCase } from "./names.js";

/** A method of the client that sends the body of an operation. */
export interface BodyMethod {
  /** Last part of its name: the operation's own, or one made of that, or the name that the media type asks for. */
  readonly name: string;
  /** It has the operation's own name. */
  readonly isOwn: boolean;
  /** Those of the operation that it stands for, the best first, which it sends. */
  readonly mediaTypes: readonly string[];
}

export type BodyEncoding = "json" | "multipart" | "form" | "raw";

/** Best first: what a caller would sooner write. */
const encodings: readonly BodyEncoding[] = ["json", "multipart", "form", "raw"];

export function encodingOf(mediaType: string): BodyEncoding {
  if (isJson(mediaType)) return "json";
  if (mediaType.startsWith("multipart/")) return "multipart";
  return mediaType === "application/x-www-form-urlencoded" ? "form" : "raw";
}

/**
 * The methods of an operation by what its body may be: one, unless media types differ in what a caller has to give.
 * The best media type has the operation's own name; each other one of a shape of its own adds to that how it is sent,
 * or says its name itself.
 *
 * @param content media types as the document has them, in its order
 * @param name last part of the operation's name
 */
export function bodyMethods(document: JsonObject, content: JsonObject, name: string): readonly BodyMethod[] {
  const mediaTypes = Object.keys(content);
  if (mediaTypes.length < 2) return mediaTypes.length === 0 ? [] : [{ name, isOwn: true, mediaTypes }];
  const bodies = mediaTypes
    .map((mediaType) => readBody(document, mediaType, content[mediaType]))
    .sort((a, b) => encodings.indexOf(a.encoding) - encodings.indexOf(b.encoding));
  const own = bodies.find(({ givenName }) => givenName === null) ?? bodies[0];
  if (!own) return [];
  const others: Body[] = [];
  for (const body of bodies) {
    if (body === own) continue;
    const isNew = body.canBeSent && [own, ...others].every((known) => differs(known, body));
    if (body.givenName !== null || isNew) others.push(body);
  }
  const taken = new Set([name]);
  const named = others.map((body): BodyMethod => {
    const usual = body.givenName ?? name + suffixOf(body);
    const made = body.givenName === null && taken.has(usual) ? `${usual}As${subtypeOf(body)}` : usual;
    taken.add(made);
    return { name: made, isOwn: false, mediaTypes: [body.mediaType] };
  });
  const rest = bodies.filter((body) => !others.includes(body)).map(({ mediaType }) => mediaType);
  return [{ name, isOwn: true, mediaTypes: rest }, ...named];
}

interface Body {
  readonly mediaType: string;
  readonly encoding: BodyEncoding;
  readonly givenName: string | null;
  readonly holds: "files" | "text" | "bytes" | "values";
  /** Whether the client has a way to write it: an XML document of objects it has not. */
  readonly canBeSent: boolean;
  /** The schema without its words, as text: alike for alike demands. */
  readonly demands: string;
}

function readBody(document: JsonObject, mediaType: string, value: unknown): Body {
  const encoding = encodingOf(mediaType);
  const media = isObject(value) ? value : {};
  const schema = followed(document, media["schema"] ?? true);
  const { kind } = buildSchema(schema, "");
  const parts = encoding === "multipart" ? partsOf(document, schema) : [];
  const isPlain = kind === "string" || kind === "file" || kind === "any";
  const isRange = mediaType.includes("*");
  const plain = kind === "string" || (kind === "any" && mediaType.startsWith("text/")) ? "text" : "bytes";
  return {
    mediaType,
    encoding,
    givenName: readMethodName(media),
    holds: encoding === "raw" ? plain : parts.some((part) => mayBeFile(document, part)) ? "files" : "values",
    canBeSent: encoding === "raw" ? isPlain && !isRange : encoding !== "multipart" || parts.length > 0,
    demands: JSON.stringify(withoutWords(schema, "schema")),
  };
}

/** Whether what one takes is not what the other takes. */
function differs(a: Body, b: Body): boolean {
  if (a.holds !== b.holds) return true;
  return a.encoding === "raw" && b.encoding === "raw" ? false : a.demands !== b.demands;
}

function suffixOf(body: Body): string {
  switch (body.encoding) {
    case "json":
      return `As${subtypeOf(body)}`;
    case "multipart":
      return body.holds === "files" ? "WithFiles" : "AsMultipart";
    case "form":
      return "AsForm";
    case "raw":
      return body.holds === "text" ? "AsText" : "AsBytes";
  }
}

/** `application/merge-patch+json` → `MergePatch` */
function subtypeOf({ mediaType }: Body): string {
  const subtype = mediaType.slice(mediaType.indexOf("/") + 1);
  return pascalCase(subtype.replace(/\+json(?=$|;)/i, ""));
}

const maxDepth = 100;

function followed(document: JsonObject, schema: unknown): unknown {
  let at = schema;
  for (let hops = 0; hops < maxDepth && isObject(at) && typeof at["$ref"] === "string"; hops++)
    at = valueAt(document, fromPointer(at["$ref"]));
  return at;
}

/** Schemas of the properties of a form, in whatever branch they stand. */
function partsOf(document: JsonObject, schema: unknown): unknown[] {
  const parts: unknown[] = [];
  const seen = new Set<unknown>();
  const visit = (branch: unknown): void => {
    const at = followed(document, branch);
    if (!isObject(at) || seen.has(at)) return;
    seen.add(at);
    if (isObject(at["properties"])) parts.push(...Object.values(at["properties"]));
    for (const key of ["allOf", "oneOf", "anyOf"]) if (Array.isArray(at[key])) at[key].forEach(visit);
  };
  visit(schema);
  return parts;
}

/** Whether a part may be a file, or several. */
function mayBeFile(document: JsonObject, part: unknown, seen = new Set<unknown>()): boolean {
  const schema = followed(document, part);
  if (!isObject(schema) || seen.has(schema)) return false;
  seen.add(schema);
  const inside = [schema["items"], schema["oneOf"], schema["anyOf"], schema["allOf"]].flat();
  return buildSchema(schema, "").kind === "file" || inside.some((one) => mayBeFile(document, one, seen));
}

const words = new Set([
  "title",
  "description",
  "example",
  "examples",
  "externalDocs",
  "deprecated",
  "$comment",
]);

function withoutWords(value: unknown, kind: PlaceKind): unknown {
  if (kind === "data") return value;
  if (Array.isArray(value)) return value.map((item) => withoutWords(item, kind));
  if (!isObject(value)) return value;
  const bare: JsonObject = {};
  for (const [key, part] of Object.entries(value)) {
    if (kind === "schema" && (words.has(key) || isExtension(key))) continue;
    setOwn(bare, key, withoutWords(part, kindUnder(kind, key)));
  }
  return bare;
}
