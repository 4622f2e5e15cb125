import { isDeepStrictEqual } from "node:util";
import { dereferenceSpec } from "./spec-files.js";

export type JsonObject = Readonly<Record<string, unknown>>;
export type Schema = JsonObject | boolean;

/** The contract as the tests read it: the dereferenced document, and its operations with what they inherit. */
export interface Contract {
  readonly document: JsonObject;
  /** One for each method of a client: an operation with bodies of several shapes is there once for each of them. */
  readonly operations: readonly Operation[];
  readonly className: string;
  readonly apiKeyEnv: string;
  /** Code of a 429 that means the plan's number of jobs is used up. */
  readonly concurrencyCodes: readonly string[];
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** JSON pointer tokens of the operation. */
  readonly at: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly body: RequestBody | null;
  readonly responses: readonly DeclaredResponse[];
  /** Header of the key; `null` where the operation needs none. */
  readonly keyHeader: string | null;
  readonly idempotencyHeader: string | null;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly at: readonly string[];
  readonly required: boolean;
  readonly style: string;
  readonly explode: boolean;
  readonly schema: Schema;
  readonly examples: readonly Example[];
}

export interface RequestBody {
  readonly mediaType: string;
  readonly at: readonly string[];
  readonly required: boolean;
  readonly schema: Schema;
  readonly encoding: Readonly<Record<string, { readonly contentType?: string }>>;
  readonly examples: readonly Example[];
}

export interface DeclaredResponse {
  readonly status: string;
  /** `null`: an answer without a body. */
  readonly mediaType: string | null;
  readonly schema: Schema;
  readonly headers: readonly { readonly name: string; readonly required: boolean; readonly schema: Schema }[];
  readonly examples: readonly Example[];
  /** Operations that take a value of this answer: OpenAPI's links. */
  readonly links: readonly Link[];
}

export interface Example {
  readonly name: string;
  readonly value: unknown;
}

export interface Link {
  readonly name: string;
  readonly operationId: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

export async function loadContract(specPath: string): Promise<Contract> {
  const document = object(await dereferenceSpec(specPath));
  const client = object(document["x-client"]);
  return {
    document,
    operations: operationsOf(document).flatMap((operation) => methodsOf(document, operation)),
    className: String(client["className"]),
    apiKeyEnv: String(client["apiKeyEnv"]),
    concurrencyCodes: [object(document["x-plans"])["errorCode"] ?? []].flat() as string[],
  };
}

/** Reads the operations of a document. `keyHeader` says which header takes an operation's key. */
export function operationsOf(document: JsonObject, keyHeader = keyHeaderOf): Operation[] {
  return Object.entries(object(document["paths"])).flatMap(([path, pathItem]) =>
    Object.entries(object(pathItem))
      .filter(([method]) => methods.includes(method))
      .map(([method, value]) => ({
        ...readOperation(path, method, object(pathItem), object(value)),
        keyHeader: keyHeader(document, object(value)),
      })),
  );
}

/**
 * The methods that a client has of an operation, as it is promised: JSON, or else the first media type, has the
 * operation's name; another one with another schema says its name, or adds to that how it is sent.
 */
export function methodsOf(document: JsonObject, operation: Operation): Operation[] {
  const [paths = "", path = "", method = ""] = operation.at;
  const declared = object(object(object(object(document[paths])[path])[method])["requestBody"]);
  const bodies = Object.keys(object(declared["content"])).map((mediaType) => ({
    body: readBody(declared, operation.at, mediaType),
    given: object(object(declared["content"])[mediaType])["x-method"],
  }));
  const unnamed = bodies.filter(({ given }) => given === undefined);
  const own = unnamed.find(({ body }) => body.mediaType === "application/json") ?? unnamed[0];
  if (!own) return [operation];
  const further = bodies.filter(
    ({ body, given }) =>
      body !== own.body && (given !== undefined || !isDeepStrictEqual(body.schema, own.body.schema)),
  );
  return [
    { ...operation, body: own.body },
    ...further.map(({ body, given }) => ({
      ...operation,
      id:
        given === undefined
          ? `${operation.id}${suffixOf(body)}`
          : operation.id.replace(/[^.]*$/, String(given)),
      body: { ...body, required: true },
    })),
  ];
}

function suffixOf({ mediaType }: RequestBody): string {
  if (mediaType === "multipart/form-data") return "WithFiles";
  if (mediaType === "application/x-www-form-urlencoded") return "AsForm";
  if (mediaType.startsWith("text/")) return "AsText";
  throw new Error(`The suite does not know what a method that sends ${mediaType} is called.`);
}

function readOperation(
  path: string,
  method: string,
  pathItem: JsonObject,
  operation: JsonObject,
): Omit<Operation, "keyHeader"> {
  const at = ["paths", path, method];
  const own = array(operation["parameters"]).map((value, index) =>
    readParameter(object(value), [...at, "parameters", String(index)]),
  );
  const shared = array(pathItem["parameters"]).map((value, index) =>
    readParameter(object(value), ["paths", path, "parameters", String(index)]),
  );
  const idempotency = object(operation["x-idempotency"]);
  return {
    id: String(operation["operationId"]),
    method: method.toUpperCase(),
    path,
    at,
    parameters: [
      ...shared.filter((one) => !own.some((other) => other.name === one.name && other.in === one.in)),
      ...own,
    ],
    body: operation["requestBody"] ? readBody(object(operation["requestBody"]), at) : null,
    responses: Object.entries(object(operation["responses"])).map(([status, value]) =>
      readResponse(status, object(value)),
    ),
    idempotencyHeader: (idempotency["header"] as string | undefined) ?? null,
  };
}

function readParameter(value: JsonObject, at: readonly string[]): Parameter {
  const place = value["in"] as Parameter["in"];
  const style = (value["style"] as string | undefined) ?? (place === "query" ? "form" : "simple");
  return {
    name: String(value["name"]),
    in: place,
    at,
    required: value["required"] === true,
    style,
    explode: (value["explode"] as boolean | undefined) ?? style === "form",
    schema: (value["schema"] as Schema | undefined) ?? true,
    examples: examplesOf(value),
  };
}

function readBody(
  body: JsonObject,
  at: readonly string[],
  mediaType = Object.keys(object(body["content"]))[0] ?? "",
): RequestBody {
  const value = object(body["content"])[mediaType];
  return {
    mediaType,
    at: [...at, "requestBody", "content", mediaType],
    required: body["required"] === true,
    schema: (object(value)["schema"] as Schema | undefined) ?? true,
    encoding: object(object(value)["encoding"]) as RequestBody["encoding"],
    examples: examplesOf(object(value)),
  };
}

function readResponse(status: string, response: JsonObject): DeclaredResponse {
  const [[mediaType, value] = [null, {}]] = Object.entries(object(response["content"]));
  return {
    status,
    mediaType,
    schema: (object(value)["schema"] as Schema | undefined) ?? true,
    headers: Object.entries(object(response["headers"])).map(([name, header]) => ({
      name,
      required: object(header)["required"] === true,
      schema: (object(header)["schema"] as Schema | undefined) ?? true,
    })),
    examples: examplesOf(object(value)),
    links: Object.entries(object(response["links"])).map(([name, link]) => ({
      name,
      operationId: String(object(link)["operationId"]),
      parameters: object(object(link)["parameters"]) as Record<string, string>,
    })),
  };
}

function examplesOf(holder: JsonObject): Example[] {
  if (Object.hasOwn(holder, "example")) return [{ name: "example", value: holder["example"] }];
  return Object.entries(object(holder["examples"])).map(([name, example]) => ({
    name,
    value: object(example)["value"],
  }));
}

function keyHeaderOf(document: JsonObject, operation: JsonObject): string | null {
  const [requirement] = array(operation["security"] ?? document["security"]);
  const [name] = Object.keys(object(requirement));
  if (name === undefined) return null;
  const scheme = object(object(object(document["components"])["securitySchemes"])[name]);
  if (scheme["type"] !== "apiKey" || scheme["in"] !== "header")
    throw new Error(`The suite tests keys in a header only; ${name} is another kind.`);
  return String(scheme["name"]);
}

export function object(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
