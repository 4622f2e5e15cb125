import { array, type Contract, type Operation, object } from "./contract.js";
import { fileOf, partsOf } from "./parts.js";
import type { RequestExample } from "./request-examples.js";

/** The package under test: all it exports. */
export type ClientModule = Readonly<Record<string, unknown>>;

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly idempotencyKey?: string;
}

/** What the client's method is given: path parameters, one object for body, parts and parameters, options. */
export interface Call {
  readonly positions: readonly unknown[];
  /** What of it is the body; files as they are sent. */
  readonly body: unknown;
}

/** A key that nothing else could be taken for. */
export const apiKey = "sk-contract-4f1c9a7e2b6d";

export function newClient(contract: Contract, module: ClientModule, options: object): object {
  const Client = module[contract.className] as new (options: object) => object;
  // One call is one request here, and hundreds of them follow each other.
  return new Client({ maxRetries: 0, rateLimit: false, ...options });
}

/** Calls `a.b` of the operation's id on the client. */
export async function callOperation(client: object, { id }: Operation, call: Call): Promise<unknown> {
  const names = id.split(".");
  const resource = names.slice(0, -1).reduce<unknown>((at, name) => object(at)[name], client);
  const method = object(resource)[names.at(-1) ?? ""];
  if (typeof method !== "function") throw new Error(`The client has no ${id}.`);
  return method.apply(resource, [...call.positions]);
}

/** Turns an example, in the spec's values, into what a caller of the client writes. */
export function toCall(operation: Operation, example: RequestExample, options: CallOptions = {}): Call {
  const { path, parameters, idempotencyHeader } = operation;
  const given = { ...example.parameters };
  let { idempotencyKey } = options;
  if (idempotencyHeader !== null && Object.hasOwn(given, idempotencyHeader)) {
    idempotencyKey = String(given[idempotencyHeader]);
    delete given[idempotencyHeader];
  }
  const body = argumentsOfBody(operation, example.body);
  const inPath = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => example.path[name as string]);
  const hasParameters = parameters.some((one) => one.in !== "path" && one.name !== idempotencyHeader);
  const args = hasParameters ? withParameters(operation, given, body) : body;
  return {
    positions: [
      ...inPath,
      ...(operation.body || hasParameters ? [args] : []),
      { ...options, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) },
    ],
    body,
  };
}

/** Parameters and the body's properties share one object; only where two would meet, the body stands apart. */
function withParameters({ body, parameters }: Operation, given: object, sent: unknown): unknown {
  if (!body) return given;
  const { type, properties } = object(body.schema);
  const meet = parameters.some(
    ({ name, in: place }) => place !== "path" && (Object.hasOwn(object(properties), name) || name === "body"),
  );
  return meet || type !== "object" ? { ...given, body: sent } : { ...given, ...object(sent) };
}

function argumentsOfBody({ body }: Operation, value: unknown): unknown {
  if (body?.mediaType !== "multipart/form-data" || value === undefined) return value;
  const parts = partsOf(body);
  return Object.fromEntries(
    Object.entries(object(value)).map(([name, text]) => {
      const part = parts.find((one) => one.name === name);
      const convert = (one: unknown): unknown => {
        if (part?.kind === "file") return one instanceof Blob ? one : fileOf(part, one);
        return part?.kind === "json" && typeof one === "string" ? JSON.parse(one) : one;
      };
      return [name, part?.repeated ? array(text).map(convert) : convert(text)];
    }),
  );
}
