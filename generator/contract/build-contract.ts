import { isObject, type JsonObject, valueAt } from "../load/document-walk.js";
import { fromPointer, toPointer } from "../load/json-pointer.js";
import type { LoadedSpec } from "../load/load-spec.js";
import { type Problem, SpecError } from "../load/problem.js";
import { buildExamples, buildOperations, deref, readServers } from "./build-operation.js";
import { buildSchema } from "./build-schema.js";
import { checkPathParameters } from "./check-path-parameters.js";
import type {
  Contract,
  ErrorShape,
  HttpMethod,
  MediaType,
  NamedSchema,
  Operation,
  SecurityScheme,
  Tag,
  Webhook,
} from "./contract.js";
import {
  checkExtensions,
  keys,
  readClientNames,
  readErrorShape,
  readMethodName,
  readPlans,
  readRateLimitNames,
  readRateLimits,
  readWebhookSignature,
} from "./extensions.js";

const methods: readonly HttpMethod[] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/**
 * Reads a loaded spec into the one model that everything after it works on.
 *
 * @throws {SpecError} with every problem that makes the contract ambiguous: extensions with a wrong name or shape,
 * operations without an id, ids used twice, two operations that would have one name.
 */
export function buildContract(spec: LoadedSpec): Contract {
  const { problems: wrong, readable: document } = checkExtensions(spec.document);
  const info = object(document["info"]);
  const title = string(info["title"]);
  const problems: Problem[] = [];
  const report = (at: string, rule: string, message: string, remedy: string): void => {
    problems.push(spec.problemAt(at, { rule, message, remedy }));
  };

  for (const { at, ...problem } of wrong) problems.push(spec.problemAt(at, problem));

  const rateLimits = readRateLimits(document);
  const securitySchemes = readSecuritySchemes(document);
  const operations: Operation[] = [];
  for (const [path, pathItem] of Object.entries(object(document["paths"]))) {
    for (const method of methods) {
      if (!isObject(object(pathItem)[method])) continue;
      operations.push(...buildOperations({ document, rateLimits, securitySchemes }, path, method));
    }
  }
  const plans = readPlans(document);
  const contract: Contract = {
    title,
    version: string(info["version"]),
    summary: string(info["summary"]),
    description: string(info["description"]),
    client: readClientNames(document, title),
    servers: readServers(document["servers"]),
    plans,
    error: findErrorShape(document),
    tags: readTags(document),
    operations,
    webhooks: buildWebhooks(document),
    schemas: buildNamedSchemas(document),
  };
  // What is wrong with an operation is told once, of the method that has its own name.
  const whole = contract.operations.filter((operation) => !isFurther(operation));
  checkOperationNames(contract.operations, report);
  checkMethodNames(document, whole, report);
  checkPathParameters(whole, report);
  // What a wrong extension would have declared is not missing.
  const isSound = (key: string): boolean => document[key] !== undefined || spec.document[key] === undefined;
  checkReferences({ ...contract, operations: whole }, document, rateLimits, isSound, report);
  if (problems.length > 0) throw new SpecError(problems);
  return contract;
}

type Report = (at: string, rule: string, message: string, remedy: string) => void;

/** Whether it is a method beside the one that has the operation's own name. */
const isFurther = ({ id, operationId }: Operation): boolean => id !== operationId;

function checkOperationNames(all: readonly Operation[], report: Report): void {
  const ids = new Map<string, Operation>();
  const names = new Map<string, Operation>();
  const operations = all.filter((operation) => !isFurther(operation));
  for (const operation of operations) {
    const where = `${operation.method.toUpperCase()} ${operation.path}`;
    const at = `${operation.pointer}/operationId`;
    if (operation.id === "") {
      report(
        operation.pointer,
        "operation-id-missing",
        `${where} has no operationId.`,
        "Give it one, such as `things.create`; it names the client's method.",
      );
      continue;
    }
    const same = ids.get(operation.id);
    ids.set(operation.id, operation);
    if (same) {
      const other = `${same.method.toUpperCase()} ${same.path}`;
      report(
        at,
        "operation-id-duplicate",
        `${where} has the operationId of ${other}: ${JSON.stringify(operation.id)}.`,
        "Give each operation an id of its own.",
      );
      continue;
    }
    const name = [...operation.group, operation.name].join(".");
    if (
      !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(operation.name) ||
      !operation.group.every((part) => /^[\p{ID_Start}$_]/u.test(part))
    ) {
      report(
        at,
        "operation-name",
        `${JSON.stringify(operation.id)} gives no name a method can have.`,
        "Begin each part with a letter.",
      );
    }
    const namesake = names.get(name);
    names.set(name, operation);
    if (namesake) {
      report(
        at,
        "operation-name-duplicate",
        `The ids ${JSON.stringify(namesake.id)} and ${JSON.stringify(operation.id)} give one name: ${name}.`,
        "Change one of them by more than its separators.",
      );
    }
  }
  for (const operation of all.filter((one) => isFurther(one) && one.operationId !== "")) {
    const name = [...operation.group, operation.name].join(".");
    const namesake = names.get(name);
    names.set(name, operation);
    const [media] = operation.requestBody?.mediaTypes ?? [];
    if (!namesake || !media) continue;
    const of = ({ method, path }: Operation): string => `${method.toUpperCase()} ${path}`;
    report(
      media.pointer,
      "operation-name-duplicate",
      `The method that sends ${of(operation)} as ${media.mediaType} would be called ${name}, as that of ${of(namesake)} is.`,
      `Give the media type a name of its own, such as \`${keys.method}: ${operation.name}2\`.`,
    );
  }
  for (const operation of operations) {
    const group = operation.group.join(".");
    const namesake = names.get(group);
    if (group !== "" && namesake) {
      report(
        `${namesake.pointer}/operationId`,
        "operation-name-duplicate",
        `${JSON.stringify(namesake.id)} would be both a method and the group of ${JSON.stringify(operation.id)}.`,
        "Rename one of them.",
      );
      names.delete(group);
    }
  }
}

/** A body's media types may not all have names of their own: one is what the operation's own method sends. */
function checkMethodNames(document: JsonObject, operations: readonly Operation[], report: Report): void {
  for (const { requestBody } of operations) {
    const isNamed = ({ pointer }: MediaType): boolean =>
      readMethodName(object(valueAt(document, fromPointer(pointer)))) !== null;
    const [own] = requestBody?.mediaTypes ?? [];
    if (!own || !isNamed(own)) continue;
    report(
      `${own.pointer}/${keys.method}`,
      "extension-misplaced",
      `${own.mediaType} is what the operation's own method sends, and has its name.`,
      `Leave ${keys.method} out here, or on another media type of this body.`,
    );
  }
}

/** What an extension names must exist. */
function checkReferences(
  contract: Contract,
  document: JsonObject,
  rateLimits: ReadonlyMap<string, unknown>,
  isSound: (key: string) => boolean,
  report: Report,
): void {
  const features = new Set(contract.plans?.plans.flatMap((plan) => plan.features));
  for (const operation of contract.operations) {
    const holder = object(object(object(document["paths"])[operation.path])[operation.method]);
    for (const name of readRateLimitNames(document, holder)) {
      if (rateLimits.has(name) || !isSound(keys.rateLimits)) continue;
      const own = holder[keys.rateLimit] === undefined ? "#" : operation.pointer;
      report(
        `${own}/${keys.rateLimit}`,
        "rate-limit-unknown",
        `No rate limit is called ${JSON.stringify(name)}.`,
        `Known: ${[...rateLimits.keys()].join(", ") || "none"}.`,
      );
    }
    const header = operation.idempotencyHeader;
    if (
      header !== null &&
      !operation.parameters.some(
        (parameter) => parameter.in === "header" && sameHeader(parameter.name, header),
      )
    ) {
      report(
        `${operation.pointer}/${keys.idempotency}`,
        "idempotency-header-undeclared",
        `${operation.id} has no header parameter ${JSON.stringify(header)}.`,
        "Declare it, so that the server's rules for it are part of the contract.",
      );
    }
    const feature = operation.requiredFeature;
    if (feature !== null && !features.has(feature) && isSound(keys.plans)) {
      report(
        `${operation.pointer}/${keys.feature}`,
        "feature-unknown",
        `No plan has the feature ${JSON.stringify(feature)}.`,
        `Known: ${[...features].join(", ") || "none"}.`,
      );
    }
  }
}

function sameHeader(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function readTags(document: JsonObject): Tag[] {
  return array(document["tags"])
    .filter(isObject)
    .map((tag) => ({ name: string(tag["name"]), description: string(tag["description"]) }));
}

function readSecuritySchemes(document: JsonObject): Map<string, SecurityScheme> {
  const schemes = new Map<string, SecurityScheme>();
  for (const name of Object.keys(object(object(document["components"])["securitySchemes"]))) {
    const { value } = deref(document, ["components", "securitySchemes", name]);
    schemes.set(name, securityScheme(name, value));
  }
  return schemes;
}

function securityScheme(name: string, scheme: JsonObject): SecurityScheme {
  const type = string(scheme["type"]);
  if (type === "apiKey" && scheme["in"] === "header")
    return { kind: "header", name, header: string(scheme["name"]), prefix: "" };
  const bearer =
    type === "oauth2" ||
    type === "openIdConnect" ||
    (type === "http" && string(scheme["scheme"]).toLowerCase() === "bearer");
  if (bearer) return { kind: "header", name, header: "Authorization", prefix: "Bearer " };
  return { kind: "unsupported", name }; // a key in a query or cookie would end up in logs; basic is no key
}

function findErrorShape(document: JsonObject): ErrorShape | null {
  for (const [name, schema] of Object.entries(object(object(document["components"])["schemas"]))) {
    const shape = isObject(schema) ? readErrorShape(name, schema) : null;
    if (shape) return shape;
  }
  return null;
}

function buildWebhooks(document: JsonObject): Webhook[] {
  return Object.keys(object(document["webhooks"])).flatMap((name) => {
    const { value, tokens } = deref(document, ["webhooks", name]);
    return methods
      .filter((method) => isObject(value[method]))
      .map((method): Webhook => {
        const webhook = object(value[method]);
        const body = deref(document, [...tokens, method, "requestBody"]);
        const content = [...body.tokens, "content", "application/json"];
        const schema = object(object(body.value["content"])["application/json"])["schema"];
        return {
          name,
          method,
          pointer: toPointer([...tokens, method]),
          summary: string(webhook["summary"]),
          description: string(webhook["description"]),
          payload: schema === undefined ? null : buildSchema(schema, toPointer([...content, "schema"])),
          examples: buildExamples(document, content),
          signature: readWebhookSignature(webhook),
        };
      });
  });
}

function buildNamedSchemas(document: JsonObject): NamedSchema[] {
  const pointer = toPointer(["components", "schemas"]);
  return Object.entries(object(object(document["components"])["schemas"])).map(([name, schema]) => ({
    name,
    schema: buildSchema(schema, pointer + toPointer([name]).slice(1)),
  }));
}

const object = (value: unknown): JsonObject => (isObject(value) ? value : {});
const array = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const string = (value: unknown): string => (typeof value === "string" ? value : "");
