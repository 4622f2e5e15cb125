import { encodingOf } from "../contract/body-methods.js";
import { isJson } from "../contract/build-schema.js";
import type {
  Contract,
  FormField,
  MediaType,
  Operation,
  Parameter,
  Part,
  Response,
  Schema,
} from "../contract/contract.js";
import { capitalise } from "../contract/names.js";
import type { OperationTypes } from "./schema-types.js";
import type { OperationNames } from "./type-names.js";

/**
 * How an operation looks at the call site: what its arguments object holds, which media type it sends and which it
 * reads. Decided once here; the types, the descriptors and the methods all follow it.
 */
export interface CallShape {
  readonly arguments: "none" | "parameters" | "body" | "merged" | "split";
  /** Name of the arguments object in the signature. */
  readonly label: "query" | "request" | "args";
  /** Whether the arguments object may be left out. */
  readonly optional: boolean;
  readonly pathParameters: readonly Parameter[];
  /** Those of the query and of headers that a caller gives. */
  readonly parameters: readonly (Parameter & { readonly in: "query" | "header" })[];
  /** Headers that a caller gives by the call's `headers`, for the arguments object has a query parameter of that name. */
  readonly otherHeaders: readonly string[];
  /** Member of a split arguments object that holds the body. */
  readonly bodyMember: string;
  readonly body:
    | (MediaType & { readonly encoding: "json" | "multipart" | "form" | "raw"; readonly required: boolean })
    | null;
  readonly result: "json" | "text" | "blob" | "none";
  readonly resultShape: "object" | "array" | "any";
  readonly successes: readonly { status: string; mediaType: string }[];
  /** Statuses of the successes without content, beside those with JSON: then there is no result. */
  readonly emptyStatuses: readonly string[];
  /** Media types that a result may come in; empty: nothing is read. */
  readonly accept: readonly string[];
}

/** Headers that OpenAPI says are not parameters, or that the client sets itself. */
const ownHeaders = new Set(["accept", "content-type", "authorization"]);

export function callShape(contract: Contract, operation: Operation): CallShape {
  const isGiven = (parameter: Parameter): parameter is CallShape["parameters"][number] => {
    if (parameter.in === "query") return true;
    const name = parameter.name.toLowerCase();
    const isKey = operation.security.some(
      (scheme) => scheme.kind === "header" && scheme.header.toLowerCase() === name,
    );
    return (
      parameter.in === "header" &&
      !ownHeaders.has(name) &&
      !isKey &&
      name !== operation.idempotencyHeader?.toLowerCase()
    );
  };
  const given = operation.parameters.filter(isGiven);
  const inQuery = new Set(given.filter((parameter) => parameter.in === "query").map(({ name }) => name));
  const isTaken = (parameter: Parameter): boolean => parameter.in === "header" && inQuery.has(parameter.name);
  const parameters = given.filter((parameter) => !isTaken(parameter));
  const body = chooseBody(operation);
  const members = body?.schema ? memberNames(contract, body.schema) : null;
  const collides = parameters.some(({ name }) => members?.has(name) || name === "body");
  const shape = !body
    ? parameters.length > 0
      ? "parameters"
      : "none"
    : parameters.length === 0
      ? "body"
      : members && !collides && body.required // of what is merged, a body that is left out could not be told
        ? "merged"
        : "split";
  const bodyOptional = !body?.required;
  return {
    arguments: shape,
    label: shape === "parameters" ? "query" : shape === "split" ? "args" : "request",
    optional: bodyOptional && parameters.every(({ required }) => !required),
    pathParameters: operation.parameters.filter((parameter) => parameter.in === "path"),
    parameters,
    otherHeaders: given.filter(isTaken).map(({ name }) => name),
    bodyMember: freeName(
      "body",
      parameters.map(({ name }) => name),
    ),
    body,
    ...chooseResult(contract, operation),
  };
}

function freeName(name: string, taken: readonly string[]): string {
  return taken.includes(name) ? freeName(`request${capitalise(name)}`, taken) : name;
}

/** What openapi-typescript's output must be asked for, to have a named type for each part of the call. */
export function operationTypes(
  operation: Operation,
  shape: CallShape,
  names: OperationNames,
): OperationTypes {
  const { body, parameters, successes } = shape;
  const form = shape.arguments === "merged" || shape.arguments === "split" ? shape.arguments : "none";
  return {
    operationId: operation.operationId,
    arguments:
      shape.arguments === "none" || shape.arguments === "body"
        ? null
        : {
            name: names.arguments,
            parameters: parameters.map((parameter) => ({ name: parameter.name, in: parameter.in })),
            body: form,
            bodyMember: shape.bodyMember,
          },
    body: body && { name: names.body, mediaType: body.mediaType, required: body.required },
    result:
      shape.result === "json"
        ? { name: names.result, responses: successes, mayBeEmpty: shape.emptyStatuses.length > 0 }
        : null,
  };
}

function chooseBody({ requestBody }: Operation): CallShape["body"] {
  if (!requestBody) return null;
  const rank = ["json", "multipart", "form", "raw"];
  const [best] = requestBody.mediaTypes
    .map((mediaType) => ({
      ...mediaType,
      encoding: encodingOf(mediaType.mediaType),
      required: requestBody.required,
    }))
    .sort((a, b) => rank.indexOf(a.encoding) - rank.indexOf(b.encoding));
  return best ?? null;
}

export function isSuccess({ status }: Response): boolean {
  return status.startsWith("2");
}

function chooseResult(
  contract: Contract,
  { responses }: Operation,
): Pick<CallShape, "result" | "resultShape" | "successes" | "emptyStatuses" | "accept"> {
  const declared = responses.filter(isSuccess);
  const successes = declared.length > 0 ? declared : responses.filter(({ status }) => status === "default");
  const json = successes.flatMap(({ status, mediaTypes }) =>
    mediaTypes.filter(({ mediaType }) => isJson(mediaType)).map(({ mediaType }) => ({ status, mediaType })),
  );
  if (json.length > 0) {
    const schemas = successes.flatMap(({ mediaTypes }) =>
      mediaTypes.filter(({ mediaType }) => isJson(mediaType)),
    );
    const [shape = "any", ...others] = new Set(schemas.map(({ schema }) => shapeOf(contract, schema)));
    const empty = successes.filter(({ mediaTypes }) => mediaTypes.length === 0);
    return {
      result: "json",
      resultShape: others.length === 0 ? shape : "any",
      successes: json,
      emptyStatuses: empty.map(({ status }) => status),
      accept: unique(json.map(({ mediaType }) => mediaType)),
    };
  }
  const declaredTypes = successes.flatMap(({ mediaTypes }) => mediaTypes.map(({ mediaType }) => mediaType));
  const [other] = declaredTypes;
  const rest = { resultShape: "any", successes: [], emptyStatuses: [] } as const;
  if (other === undefined) return { result: "none", ...rest, accept: [] };
  const isText = (mediaType: string): boolean => mediaType.startsWith("text/");
  const accept = unique(declaredTypes.filter((mediaType) => isText(mediaType) === isText(other)));
  return { result: isText(other) ? "text" : "blob", ...rest, accept };
}

const unique = (items: readonly string[]): string[] => [...new Set(items)];

type Shape = CallShape["resultShape"];

/** What every value of a schema is at least. `known` holds each schema's own answer, so that what is shared is read once. */
function shapeOf(contract: Contract, schema: Schema | null, known = new Map<string, Shape>()): Shape {
  if (!schema || schema.nullable) return "any";
  switch (schema.kind) {
    case "object":
    case "array":
      return schema.kind;
    case "tuple":
      return "array";
    case "ref":
      return ofNamed(contract, schema.name, known, "any", (target) => shapeOf(contract, target, known));
    case "union": {
      const [shape = "any", ...others] = new Set(
        schema.variants.map((variant) => shapeOf(contract, variant, known)),
      );
      return others.length === 0 ? shape : "any";
    }
    default:
      return "any";
  }
}

type Members = ReadonlySet<string> | null;

/** Names of the properties that a value of a schema may have; `null` unless it is always an object. */
function memberNames(contract: Contract, schema: Schema, known = new Map<string, Members>()): Members {
  switch (schema.kind) {
    case "object":
      return schema.nullable ? null : new Set(schema.properties.map(({ name }) => name));
    case "ref":
      return ofNamed(contract, schema.name, known, null, (target) => memberNames(contract, target, known));
    case "union":
    case "intersection": {
      const parts = (schema.kind === "union" ? schema.variants : schema.parts).map((part) =>
        memberNames(contract, part, known),
      );
      const objects = parts.filter((part) => part !== null);
      if (parts.length === 0 || objects.length < parts.length || schema.nullable) return null;
      return new Set(objects.flatMap((part) => [...part]));
    }
    default:
      return null;
  }
}

/** What is found of a named schema, once; while it is being looked at, and if there is none, `otherwise`. */
function ofNamed<T>(
  contract: Contract,
  name: string,
  known: Map<string, T>,
  otherwise: T,
  find: (schema: Schema) => T,
): T {
  if (!known.has(name)) {
    known.set(name, otherwise); // it may lead back to itself
    const target = contract.schemas.find((schema) => schema.name === name);
    if (target) known.set(name, find(target.schema));
  }
  return known.get(name) ?? otherwise;
}

/** What the runtime needs to know of an operation, but for its parameters, as plain data; what is usual is left out. */
export function operationDescriptor(contract: Contract, operation: Operation, shape: CallShape): object {
  const baseUrl = serverUrl(operation, serverUrl(contract));
  const { body, emptyStatuses } = shape;
  return {
    id: operation.id,
    method: operation.method.toUpperCase(),
    path: operation.path,
    ...(baseUrl !== serverUrl(contract) && { baseUrl }),
    arguments: shape.arguments,
    bodyMember: shape.bodyMember,
    ...(body && {
      body: {
        mediaType: body.mediaType,
        encoding: body.encoding,
        required: body.required,
        parts: body.parts.map(partDescriptor),
      },
    }),
    result: shape.result,
    resultShape: shape.resultShape,
    ...(emptyStatuses.length > 0 && { emptyStatuses }),
    accept: shape.accept.filter((mediaType) => /^[\x20-\x7e]+$/.test(mediaType)).join(", "),
    auth: headerScheme(operation),
    ...(operation.anonymous && { anonymous: true }),
    idempotencyHeader: operation.idempotencyHeader,
    rateLimits: operation.rateLimits.map(({ name }) => name),
  };
}

/** A parameter as the runtime needs it, and the function of `parameter-styles.ts` that writes it, if it takes one. */
export function parameterDescriptor(
  contract: Contract,
  { name, in: place, style, explode, allowReserved, json, schema }: Parameter,
): { rule: object; write: "writeQuery" | "writePath" | null } {
  if (place !== "query" && place !== "path") return { rule: { name, in: place }, write: null };
  const usual = place === "query" ? { style: "form", explode: true } : { style: "simple", explode: false };
  const isPlain = style === usual.style && !allowReserved && !json && !mayBeObject(contract, schema);
  return {
    rule: {
      name,
      in: place,
      ...(style !== usual.style && { style }),
      ...(explode !== usual.explode && { explode }),
      ...(allowReserved && { allowReserved }),
      ...(json && { json }),
    },
    write: isPlain ? null : place === "query" ? "writeQuery" : "writePath",
  };
}

/** The same for a field of a URL-encoded form that has a style. */
export function fieldDescriptor({ name, style, explode, allowReserved }: FormField): {
  rule: object;
  write: "writeQuery";
} {
  return {
    rule: {
      name,
      in: "form",
      ...(style !== "form" && { style }),
      ...(!explode && { explode }),
      ...(allowReserved && { allowReserved }),
    },
    write: "writeQuery",
  };
}

function mayBeObject(contract: Contract, schema: Schema, known = new Map<string, boolean>()): boolean {
  switch (schema.kind) {
    case "ref":
      return ofNamed(contract, schema.name, known, false, (target) => mayBeObject(contract, target, known));
    case "union":
      return schema.variants.some((variant) => mayBeObject(contract, variant, known));
    case "any":
    case "object":
    case "intersection":
    case "json":
      return true;
    default:
      return false;
  }
}

/**
 * The first server, if it is a whole address or can be told from another; a client of a contract without one must be
 * told where to go.
 */
export function serverUrl({ servers }: Pick<Contract, "servers">, base = ""): string {
  const url = servers[0]?.url ?? "";
  const whole = base !== "" && URL.canParse(url, base) ? new URL(url, base).href : url;
  return /^https?:\/\//i.test(whole) ? whole.replace(/(?<!\/)\/+$/, "") : "";
}

/** How an operation takes the key; `null` where it takes none that the client could send. */
export function headerScheme({ security }: Operation): { header: string; prefix: string } | null {
  for (const scheme of security) {
    if (scheme.kind === "header") return { header: scheme.header, prefix: scheme.prefix };
  }
  return null;
}

function partDescriptor({ name, kind, repeated, contentTypes, maxBytes, lines }: Part): object {
  const rules = lines && { minItems: lines.minItems, maxItems: lines.maxItems, uniqueBy: lines.uniqueBy };
  return {
    name,
    kind,
    ...(repeated && { repeated }),
    contentTypes,
    maxBytes,
    ...(rules && { lines: rules }),
  };
}
