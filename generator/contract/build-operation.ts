import { isObject, type JsonObject, valueAt } from "../load/document-walk.js";
import { fromPointer, toPointer } from "../load/json-pointer.js";
import { bodyMethods } from "./body-methods.js";
import { buildSchema, isJson } from "./build-schema.js";
import type {
  Example,
  FormField,
  Header,
  HttpMethod,
  Job,
  JobLink,
  Lines,
  Link,
  MediaType,
  Operation,
  Parameter,
  Part,
  RateLimit,
  RequestBody,
  Response,
  Schema,
  SecurityScheme,
  Server,
} from "./contract.js";
import {
  readBatch,
  readIdempotencyHeader,
  readItemRules,
  readJob,
  readMaxBytes,
  readRateLimitNames,
  readRequiredFeature,
} from "./extensions.js";
import { splitOperationId } from "./names.js";

/** The document an operation stands in, with what all operations share. */
export interface OperationContext {
  readonly document: JsonObject;
  readonly rateLimits: ReadonlyMap<string, RateLimit>;
  readonly securitySchemes: ReadonlyMap<string, SecurityScheme>;
}

/** The methods of an operation: one, unless its body may be of media types that differ in shape. */
export function buildOperations(context: OperationContext, path: string, method: HttpMethod): Operation[] {
  const operation = buildOperation(context, path, method);
  const { requestBody, id, name } = operation;
  if (requestBody === null || requestBody.mediaTypes.length < 2) return [operation];
  const { document } = context;
  const content = object(valueAt(document, [...fromPointer(requestBody.pointer), "content"]));
  const methods = bodyMethods(document, content, name);
  if (methods.length < 2) return [operation];
  return methods.map(({ name: own, isOwn, mediaTypes }) => {
    const body: RequestBody = {
      ...requestBody,
      // Who sends nothing has no use for a method that says how to.
      required: requestBody.required || !isOwn,
      mediaTypes: requestBody.mediaTypes.filter(({ mediaType }) => mediaTypes.includes(mediaType)),
    };
    const hasLines = body.mediaTypes.some(({ parts }) => parts.some(({ lines }) => lines !== null));
    return {
      ...operation,
      id: isOwn ? id : [...operation.group, own].join("."),
      name: own,
      requestBody: body,
      batch: hasLines ? operation.batch : null,
    };
  });
}

function buildOperation(context: OperationContext, path: string, method: HttpMethod): Operation {
  const { document } = context;
  const pathItem = object(valueAt(document, ["paths", path]));
  const operation = object(pathItem[method]);
  const pointer = toPointer(["paths", path, method]);
  const id = string(operation["operationId"]);
  const responses = Object.keys(object(operation["responses"])).map((status) =>
    buildResponse(document, status, [...fromPointer(pointer), "responses", status]),
  );
  const job = findJob(document, pointer);
  return {
    id,
    operationId: id,
    pointer,
    ...splitOperationId(id),
    method,
    path,
    servers: readServers(operation["servers"] ?? pathItem["servers"] ?? document["servers"]),
    summary: string(operation["summary"]),
    description: string(operation["description"]),
    deprecated: operation["deprecated"] === true,
    tags: array(operation["tags"]).filter((tag): tag is string => typeof tag === "string"),
    parameters: buildParameters(document, path, method),
    requestBody: buildRequestBody(document, operation, pointer),
    responses,
    ...effectiveSecurity(context, operation),
    rateLimits: readRateLimitNames(document, operation).flatMap((name) => context.rateLimits.get(name) ?? []),
    idempotencyHeader: readIdempotencyHeader(operation),
    requiredFeature: readRequiredFeature(operation),
    job,
    startsJob: job !== null && !safeMethods.includes(method),
    jobLink: findJobLink(responses),
    batch: readBatch(operation),
  };
}

export function readServers(servers: unknown): Server[] {
  return array(servers)
    .filter(isObject)
    .map((server) => ({
      url: string(server["url"]).replace(/\{([^{}]+)\}/g, (whole, name: string) => {
        const value = object(object(server["variables"])[name])["default"];
        return value === undefined ? whole : String(value);
      }),
      description: string(server["description"]),
    }));
}

/** The job that an operation's success is, by the schema of its response. */
function findJob(document: JsonObject, pointer: string): Job | null {
  const responses = [...fromPointer(pointer), "responses"];
  const schemas = Object.keys(object(valueAt(document, responses)))
    .filter((status) => status.startsWith("2"))
    .map((status) => deref(document, [...responses, status]).tokens)
    .flatMap((tokens) =>
      Object.keys(object(valueAt(document, [...tokens, "content"]))).map((type) => [
        ...tokens,
        "content",
        type,
        "schema",
      ]),
    );
  return firstOf(schemas, (schema) => jobOf(document, schema));
}

const maxJobDepth = 4;

function jobOf(document: JsonObject, at: readonly string[], depth = 0): Job | null {
  const { value, tokens } = deref(document, at);
  const job = readJob(value);
  if (job || depth === maxJobDepth) return job;
  const branches = ["allOf", "oneOf", "anyOf"].flatMap((key) =>
    array(value[key]).map((_, index) => [...tokens, key, String(index)]),
  );
  return firstOf(branches, (branch) => jobOf(document, branch, depth + 1));
}

/** HTTP calls these safe: they start nothing. */
const safeMethods: readonly HttpMethod[] = ["get", "head", "options", "trace"];

/** The link that leads from a response's body to the operation that looks at what was made: `id: $response.body#/id`. */
function findJobLink(responses: readonly Response[]): JobLink | null {
  const links = responses
    .filter(({ status }) => status.startsWith("2"))
    .flatMap((response) => response.links);
  return firstOf(links, ({ operationId, parameters }) => {
    const [entry, ...others] = Object.entries(parameters);
    const [, property] = /^\$response\.body#\/([^/]+)$/.exec(entry?.[1] ?? "") ?? [];
    if (!entry || property === undefined || others.length > 0 || operationId === "") return null;
    return { operationId, parameter: entry[0].replace(/^path\./, ""), property };
  });
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | null): R | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}

/** Follows `$ref`s until the thing itself; returns it with its own pointer. */
export function deref(
  document: JsonObject,
  tokens: readonly string[],
): { value: JsonObject; tokens: readonly string[] } {
  let at = tokens;
  let value = object(valueAt(document, at));
  while (typeof value["$ref"] === "string") {
    at = fromPointer(value["$ref"]);
    value = object(valueAt(document, at));
  }
  return { value, tokens: at };
}

function buildParameters(document: JsonObject, path: string, method: HttpMethod): Parameter[] {
  const lists = [
    ["paths", path, method, "parameters"],
    ["paths", path, "parameters"],
  ];
  const byKey = new Map<string, Parameter>(); // an operation's own parameter replaces its path's
  for (const list of lists) {
    for (const index of array(valueAt(document, list)).keys()) {
      const parameter = buildParameter(document, [...list, String(index)]);
      const key = `${parameter.in} ${parameter.name}`;
      if (!byKey.has(key)) byKey.set(key, parameter);
    }
  }
  const inPath = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name);
  const rank = (parameter: Parameter): number =>
    parameter.in === "path" ? inPath.indexOf(parameter.name) : inPath.length;
  return [...byKey.values()].sort((a, b) => rank(a) - rank(b));
}

function buildParameter(document: JsonObject, tokens: readonly string[]): Parameter {
  const found = deref(document, tokens);
  const { value } = found;
  const place = string(value["in"]) as Parameter["in"];
  const style = string(value["style"]) || (place === "query" || place === "cookie" ? "form" : "simple");
  const [mediaType] = Object.keys(object(value["content"]));
  const schemaTokens = mediaType === undefined ? ["schema"] : ["content", mediaType, "schema"];
  return {
    name: string(value["name"]),
    pointer: toPointer(found.tokens),
    in: place,
    required: value["required"] === true,
    deprecated: value["deprecated"] === true,
    description: string(value["description"]),
    style,
    explode: typeof value["explode"] === "boolean" ? value["explode"] : style === "form",
    allowReserved: value["allowReserved"] === true,
    json: mediaType !== undefined && isJson(mediaType),
    schema: buildSchema(valueAt(value, schemaTokens) ?? true, toPointer([...found.tokens, ...schemaTokens])),
  };
}

function buildRequestBody(document: JsonObject, operation: JsonObject, pointer: string): RequestBody | null {
  if (!isObject(operation["requestBody"])) return null;
  const { value, tokens } = deref(document, [...fromPointer(pointer), "requestBody"]);
  return {
    pointer: toPointer(tokens),
    required: value["required"] === true,
    description: string(value["description"]),
    mediaTypes: buildMediaTypes(document, tokens),
  };
}

function buildMediaTypes(document: JsonObject, holder: readonly string[]): MediaType[] {
  return Object.keys(object(valueAt(document, [...holder, "content"]))).map((mediaType) => {
    const tokens = [...holder, "content", mediaType];
    const value = object(valueAt(document, tokens));
    const schema =
      value["schema"] === undefined ? null : buildSchema(value["schema"], toPointer([...tokens, "schema"]));
    const parts =
      schema && mediaType.startsWith("multipart/")
        ? buildParts(document, tokens, object(value["encoding"]))
        : [];
    return {
      mediaType,
      pointer: toPointer(tokens),
      schema,
      parts,
      fields: mediaType === urlEncoded ? buildFields(object(value["encoding"])) : [],
      examples: buildExamples(document, tokens),
    };
  });
}

export function buildExamples(document: JsonObject, holder: readonly string[]): Example[] {
  const value = object(valueAt(document, holder));
  if (Object.hasOwn(value, "example")) return [{ name: "example", summary: "", value: value["example"] }];
  return Object.keys(object(value["examples"])).flatMap((name): Example[] => {
    const example = deref(document, [...holder, "examples", name]).value;
    return Object.hasOwn(example, "value")
      ? [{ name, summary: string(example["summary"]), value: example["value"] }]
      : [];
  });
}

const urlEncoded = "application/x-www-form-urlencoded";

/** A field whose encoding says none of these is written by its content type: a text, or JSON. */
function buildFields(encoding: JsonObject): FormField[] {
  return Object.entries(encoding)
    .filter(([, value]) =>
      ["style", "explode", "allowReserved"].some((key) => Object.hasOwn(object(value), key)),
    )
    .map(([name, value]) => {
      const { style, explode, allowReserved } = object(value);
      const given = string(style) || "form";
      return {
        name,
        style: given,
        explode: typeof explode === "boolean" ? explode : given === "form",
        allowReserved: allowReserved === true,
      };
    });
}

function buildParts(document: JsonObject, mediaTypeTokens: readonly string[], encoding: JsonObject): Part[] {
  const parts = new Map<string, Part>();
  const seen = new Set<string>(); // branches may share schemas, many times over, or lead back to themselves
  const collect = (at: readonly string[]): void => {
    const { value, tokens } = deref(document, at);
    const pointer = toPointer(tokens);
    if (seen.has(pointer)) return;
    seen.add(pointer);
    for (const key of ["allOf", "oneOf", "anyOf"]) {
      for (const index of array(value[key]).keys()) collect([...tokens, key, String(index)]);
    }
    const required = array(value["required"]);
    for (const name of Object.keys(object(value["properties"]))) {
      if (!parts.has(name))
        parts.set(
          name,
          buildPart(
            document,
            [...tokens, "properties", name],
            name,
            required.includes(name),
            object(encoding[name]),
          ),
        );
    }
  };
  collect([...mediaTypeTokens, "schema"]);
  return [...parts.values()];
}

function buildPart(
  document: JsonObject,
  at: readonly string[],
  name: string,
  required: boolean,
  encoding: JsonObject,
): Part {
  const described = object(valueAt(document, at));
  let { value, tokens } = deref(document, at);
  let schema = buildSchema(value, toPointer(tokens));
  let repeated = false;
  if (schema.kind === "array") {
    const item = deref(document, [...tokens, "items"]);
    const itemSchema = buildSchema(item.value, toPointer(item.tokens));
    // OpenAPI sends an array of files or texts as parts of one name, an array of anything else as JSON.
    if (!isStructured(itemSchema)) {
      ({ value, tokens } = item);
      schema = itemSchema;
      repeated = true;
    }
  }
  return {
    name,
    pointer: toPointer(at),
    required,
    description: string(described["description"]) || string(value["description"]),
    kind: schema.kind === "file" ? "file" : isStructured(schema) ? "json" : "text",
    repeated,
    contentTypes: string(encoding["contentType"])
      .split(",")
      .map((type) => type.trim())
      .filter((type) => type !== ""),
    maxBytes: readMaxBytes(value),
    lines: buildLines(value, tokens),
  };
}

function buildLines(schema: JsonObject, tokens: readonly string[]): Lines | null {
  const rules = readItemRules(schema);
  if (!rules) return null;
  const { minItems, maxItems, uniqueBy } = rules;
  return {
    schema: buildSchema(rules.schema, toPointer([...tokens, ...rules.path])),
    minItems,
    maxItems,
    uniqueBy,
  };
}

/** A value that has no plain text form of its own. */
function isStructured(schema: Schema): boolean {
  return ["json", "object", "array", "tuple", "union", "intersection"].includes(schema.kind);
}

function buildResponse(document: JsonObject, status: string, at: readonly string[]): Response {
  const { value, tokens } = deref(document, at);
  return {
    status,
    pointer: toPointer(tokens),
    description: string(value["description"]),
    headers: Object.keys(object(value["headers"])).map((name): Header => {
      const header = deref(document, [...tokens, "headers", name]).value;
      return {
        name,
        required: header["required"] === true,
        description: string(header["description"]),
        example: headerExample(document, [...tokens, "headers", name]),
      };
    }),
    mediaTypes: buildMediaTypes(document, tokens),
    links: Object.keys(object(value["links"])).map((name): Link => {
      const link = deref(document, [...tokens, "links", name]).value;
      const parameters = Object.entries(object(link["parameters"])).map(([key, expression]) => [
        key,
        String(expression),
      ]);
      return { name, operationId: string(link["operationId"]), parameters: Object.fromEntries(parameters) };
    }),
  };
}

function headerExample(document: JsonObject, at: readonly string[]): string | null {
  const { tokens } = deref(document, at);
  const schema = deref(document, [...tokens, "schema"]).value;
  const [example] = [
    ...buildExamples(document, tokens).map(({ value }) => value),
    schema["example"],
    array(schema["examples"])[0],
    schema["default"],
  ].filter((value) => value !== undefined && value !== null);
  if (example === undefined) return null;
  return typeof example === "object" ? JSON.stringify(example) : String(example);
}

function effectiveSecurity(
  { document, securitySchemes }: OperationContext,
  operation: JsonObject,
): Pick<Operation, "security" | "anonymous"> {
  const requirements = array(operation["security"] ?? document["security"]).filter(isObject);
  const found = requirements.flatMap((requirement) =>
    Object.keys(requirement).flatMap((name) => securitySchemes.get(name) ?? []),
  );
  const isEmpty = (requirement: JsonObject): boolean => Object.keys(requirement).length === 0;
  return {
    security: [...new Set(found)],
    anonymous: requirements.length === 0 || requirements.some(isEmpty),
  };
}

const object = (value: unknown): JsonObject => (isObject(value) ? value : {});
const array = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const string = (value: unknown): string => (typeof value === "string" ? value : "");
