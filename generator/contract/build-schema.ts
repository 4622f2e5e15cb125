import { isObject, type JsonObject } from "../load/document-walk.js";
import { fromPointer, toPointer } from "../load/json-pointer.js";
import type { Property, Schema } from "./contract.js";
import { readJob, readMaxSeconds } from "./extensions.js";

type Kind = Schema extends infer S ? (S extends Schema ? Omit<S, keyof Base> : never) : never;
type Base = Pick<Schema, "pointer" | "title" | "description" | "deprecated" | "nullable" | "maxSeconds">;

/** Reads one schema of a bundled 3.1 document; what JSON Schema can say but no client needs is left out. */
export function buildSchema(schema: unknown, pointer: string): Schema {
  if (!isObject(schema)) return { ...base({}, pointer), kind: schema === false ? "never" : "any" };
  const types = typesOf(schema);
  const nullable = types.includes("null") && types.length > 1;
  return {
    ...base(schema, pointer),
    nullable: nullable || hasNullBranch(schema),
    ...kindOf(schema, types, pointer),
  } as Schema;
}

function base(schema: JsonObject, pointer: string): Base {
  return {
    pointer,
    title: text(schema["title"]) ?? "",
    description: text(schema["description"]) ?? "",
    deprecated: schema["deprecated"] === true,
    nullable: false,
    maxSeconds: readMaxSeconds(schema),
  };
}

function kindOf(schema: JsonObject, types: readonly string[], pointer: string): Kind {
  const under = (key: string, value: unknown = schema[key]): Schema =>
    buildSchema(value, `${pointer}${toPointer([key]).slice(1)}`);
  const list = (key: string): Schema[] =>
    array(schema[key]).map((item, index) => buildSchema(item, `${pointer}/${key}/${index}`));

  if (typeof schema["$ref"] === "string")
    return { kind: "ref", name: fromPointer(schema["$ref"]).at(-1) ?? "" };

  const values = enumValues(schema);
  if (values) return { kind: "enum", values };

  const shape = isObject(schema["properties"]) || types.includes("object") ? objectKind(schema, under) : null;
  for (const key of ["oneOf", "anyOf"] as const) {
    const branches = array(schema[key]);
    if (branches.length === 0 || branches.every(isOnlyRequired)) continue;
    const variants = list(key).filter((variant) => variant.kind !== "null");
    const discriminator = isObject(schema["discriminator"])
      ? text(schema["discriminator"]["propertyName"])
      : null;
    const [only] = variants;
    const union: Kind =
      variants.length === 1 && only ? withoutBase(only) : { kind: "union", variants, discriminator };
    if (!shape || (shape.kind === "object" && shape.properties.length === 0)) return union;
    return {
      kind: "intersection",
      parts: [{ ...base(schema, pointer), ...shape } as Schema, { ...base({}, pointer), ...union } as Schema],
    };
  }
  if (array(schema["allOf"]).length > 0) {
    const parts = list("allOf");
    const [only] = parts;
    if (parts.length === 1 && only && !shape) return withoutBase(only);
    return {
      kind: "intersection",
      parts: shape ? [...parts, { ...base({}, pointer), ...shape } as Schema] : parts,
    };
  }
  if (shape) return shape;

  const proper = types.filter((type) => type !== "null");
  if (proper.length > 1) {
    const variants = proper.map((type) => buildSchema({ ...schema, type }, pointer));
    return { kind: "union", variants, discriminator: null };
  }
  switch (proper[0] ?? (isObject(schema["items"]) ? "array" : undefined)) {
    case "string":
      return stringKind(schema, under);
    case "integer":
    case "number":
      return {
        kind: "number",
        integer: proper[0] === "integer",
        format: text(schema["format"]),
        minimum: number(schema["minimum"]) ?? number(schema["exclusiveMinimum"]),
        maximum: number(schema["maximum"]) ?? number(schema["exclusiveMaximum"]),
      };
    case "boolean":
      return { kind: "boolean" };
    case "array":
      if (array(schema["prefixItems"]).length > 0) {
        const rest = schema["items"] === false ? null : under("items", schema["items"] ?? true);
        return { kind: "tuple", items: list("prefixItems"), rest };
      }
      return {
        kind: "array",
        items: under("items", schema["items"] ?? true),
        minItems: number(schema["minItems"]),
        maxItems: number(schema["maxItems"]),
      };
    default:
      return { kind: types.length > 0 && proper.length === 0 ? "null" : "any" };
  }
}

function objectKind(schema: JsonObject, under: (key: string, value?: unknown) => Schema): Kind {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const required = array(schema["required"]);
  const additional = schema["additionalProperties"] ?? schema["unevaluatedProperties"];
  const pointer = under("properties").pointer;
  return {
    kind: "object",
    properties: Object.entries(properties).map(([name, value]): Property => {
      const flags = isObject(value) ? value : {};
      return {
        name,
        required: required.includes(name),
        readOnly: flags["readOnly"] === true,
        writeOnly: flags["writeOnly"] === true,
        schema: buildSchema(value, pointer + toPointer([name]).slice(1)),
      };
    }),
    additional: additional === false ? null : under("additionalProperties", additional ?? true),
    job: readJob(schema),
  };
}

function stringKind(schema: JsonObject, under: (key: string) => Schema): Kind {
  const mediaType = text(schema["contentMediaType"]);
  if (schema["format"] === "binary" || (mediaType !== null && schema["contentEncoding"] === undefined)) {
    if (mediaType !== null && isJson(mediaType)) return { kind: "json", schema: under("contentSchema") };
    if (mediaType === null || !mediaType.startsWith("text/")) return { kind: "file", mediaType };
  }
  return {
    kind: "string",
    format: text(schema["format"]),
    pattern: text(schema["pattern"]),
    minLength: number(schema["minLength"]),
    maxLength: number(schema["maxLength"]),
  };
}

export function isJson(mediaType: string): boolean {
  return /^(application|text)\/([^;]+\+)?json\s*(;|$)/i.test(mediaType);
}

function enumValues(schema: JsonObject): (string | number | boolean)[] | null {
  const values = Array.isArray(schema["enum"])
    ? schema["enum"]
    : Object.hasOwn(schema, "const")
      ? [schema["const"]]
      : null;
  const proper = values?.filter((value) => value !== null);
  return proper && proper.length > 0 && proper.every(isScalar) ? proper : null;
}

const isScalar = (value: unknown): value is string | number | boolean =>
  ["string", "number", "boolean"].includes(typeof value);

/** A branch such as `{required: [url]}` narrows an object; it names no variant of it. */
export function isOnlyRequired(branch: unknown): boolean {
  return isObject(branch) && Object.keys(branch).every((key) => key === "required" || key === "not");
}

const isNull = (branch: unknown): boolean => isObject(branch) && branch["type"] === "null";

function hasNullBranch(schema: JsonObject): boolean {
  const branches = [...array(schema["oneOf"]), ...array(schema["anyOf"])];
  return branches.some(isNull) || (Array.isArray(schema["enum"]) && schema["enum"].includes(null));
}

function withoutBase(schema: Schema): Kind {
  const { pointer, title, description, deprecated, nullable, maxSeconds, ...kind } = schema;
  return kind as Kind;
}

function typesOf(schema: JsonObject): string[] {
  const type = schema["type"];
  return typeof type === "string"
    ? [type]
    : array(type).filter((item): item is string => typeof item === "string");
}

const array = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
