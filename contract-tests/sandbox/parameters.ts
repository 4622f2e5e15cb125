import type { IncomingMessage } from "node:http";
import type { Fault } from "./fault.js";
import type { OperationParameter, SandboxOperation } from "./sandbox-contract.js";
import type { SpecNode } from "./spec-node.js";
import type { Check, Validators } from "./validators.js";

/** The values of an operation's parameters, by name, as their schemas speak of them. */
export type ParameterValues = ReadonlyMap<string, unknown>;

/** What is asked of a request; `headersDistinct` costs as much as all its headers, and is asked for what is there alone. */
type ParameterSource = Pick<IncomingMessage, "headers" | "headersDistinct">;

interface ReadParameter {
  readonly parameter: OperationParameter;
  readonly check: Check;
  /** The name of the header it is, in small letters. */
  readonly header: string | null;
  readonly list: boolean;
}

/** Reads and checks the parameters of one operation. */
export class ParameterReader {
  readonly #parameters: readonly ReadParameter[];
  readonly #names: readonly string[];
  readonly #queryNames: ReadonlySet<string>;

  constructor(operation: SandboxOperation, validators: Validators) {
    this.#names = [...operation.path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name as string);
    this.#parameters = operation.parameters.map((parameter) => ({
      parameter,
      check: validators.of(parameter.schema),
      header: parameter.in === "header" ? parameter.name.toLowerCase() : null,
      list: isList(parameter),
    }));
    this.#queryNames = new Set(
      operation.parameters.filter((one) => one.in === "query").map(({ name }) => name),
    );
  }

  /**
   * @param inPath what stood for the path's parameters, undecoded
   * @param query what stood behind the question mark, undecoded
   * @param strict whether a parameter that the contract does not name is a fault
   */
  read(
    inPath: readonly string[],
    query: string,
    request: ParameterSource,
    strict: boolean,
    otherNames: readonly string[],
  ): { readonly values: ParameterValues; readonly faults: readonly Fault[] } {
    const values = new Map<string, unknown>();
    const faults: Fault[] = [];
    const pairs = pairsOf(query);
    for (const one of this.#parameters) {
      const { parameter, check, header } = one;
      if (header !== null && request.headers[header] === undefined && !parameter.required) continue;
      const { name, in: place, required, schema } = parameter;
      const fault = (rule: string, message: string): void =>
        void faults.push({ pointer: name, in: place, rule, message });
      let raw: Raw;
      try {
        raw = this.#rawOf(one, inPath, pairs, request);
      } catch (error) {
        fault("encoding", (error as Error).message);
        continue;
      }
      if (raw === undefined) {
        if (required) fault("required", "is required");
        continue;
      }
      const value = fromText(schema, raw);
      values.set(name, value);
      for (const { pointer, rule, message } of check(value) ?? [])
        fault(rule, pointer ? `${message}, at ${pointer}` : message);
    }
    if (strict) {
      for (const name of new Set(pairs.map(([key]) => key)))
        if (!this.#isKnown(name) && !otherNames.includes(name))
          faults.push({
            pointer: name,
            in: "query",
            rule: "unknown",
            message: "is not one that the contract names",
          });
    }
    return { values, faults };
  }

  #isKnown(name: string): boolean {
    return this.#queryNames.has(name) || this.#queryNames.has(name.replace(/\[.*$/, ""));
  }

  #rawOf(
    { parameter, header, list }: ReadParameter,
    inPath: readonly string[],
    pairs: readonly Pair[],
    request: ParameterSource,
  ): Raw {
    const { name, in: place } = parameter;
    switch (place) {
      case "path": {
        const text = inPath[this.#names.indexOf(name)] ?? "";
        return list ? text.split(",").map(decoded) : decoded(text);
      }
      case "query":
        return fromQuery(parameter, pairs);
      case "header": {
        const given = request.headersDistinct[header ?? ""];
        if (given === undefined) return undefined;
        if (given.length > 1 && !list) throw new Error("was sent more than once");
        return list ? given.flatMap((text) => text.split(",").map((one) => one.trim())) : given[0];
      }
      case "cookie": {
        const cookie = (request.headersDistinct["cookie"] ?? [])
          .join("; ")
          .split(/;\s*/)
          .find((one) => one.startsWith(`${name}=`));
        return cookie === undefined ? undefined : decoded(cookie.slice(name.length + 1));
      }
    }
  }
}

type Pair = readonly [name: string, value: string];
type Raw = string | readonly string[] | Readonly<Record<string, string>> | undefined;

function pairsOf(query: string): Pair[] {
  return query
    .split("&")
    .filter((piece) => piece !== "")
    .map((piece) => {
      const [name = "", value = ""] = piece.replaceAll("+", "%20").split(/=(.*)/s);
      return [loose(name), value];
    });
}

const delimiters: Readonly<Record<string, RegExp>> = {
  form: /,/,
  spaceDelimited: /%20/,
  pipeDelimited: /%7[Cc]|\|/,
};

function fromQuery(parameter: OperationParameter, pairs: readonly Pair[]): Raw {
  const { name, style, explode } = parameter;
  if (style === "deepObject") {
    const inside = pairs.flatMap(([key, value]): [string, string][] => {
      const [, part] = new RegExp(`^${escaped(name)}\\[([^\\]]*)\\]`).exec(key) ?? [];
      return part === undefined ? [] : [[part, decoded(value)]];
    });
    return inside.length === 0 ? undefined : Object.fromEntries(inside);
  }
  const found = pairs.filter(([key]) => key === name).map(([, value]) => value);
  if (found.length === 0) return undefined;
  if (isList(parameter)) {
    if (explode) return found.map(decoded);
    if (found.length > 1) throw new Error("was sent more than once; its values go into one, with separators");
    if (found[0] === "") return undefined; // no style can write an empty list
    return (found[0] as string).split(delimiters[style] ?? /,/).map(decoded);
  }
  if (found.length > 1) throw new Error("was sent more than once");
  return decoded(found[0] as string);
}

function isList({ schema }: OperationParameter): boolean {
  return typesOf(schema).includes("array");
}

/** A text as the value that the schema speaks of; left as it is where it can't be one, for the schema to refuse. */
export function fromText(schema: SpecNode, raw: unknown): unknown {
  if (Array.isArray(raw)) return raw.map((text) => fromText(schema.at("items"), text));
  if (typeof raw === "object" && raw !== null)
    return Object.fromEntries(
      Object.entries(raw).map(([name, text]) => [name, fromText(schema.at("properties", name), text)]),
    );
  const text = String(raw);
  const types = typesOf(schema);
  if (types.includes("string") || types.length === 0) return text;
  if (
    (types.includes("number") || types.includes("integer")) &&
    /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)
  )
    return Number(text);
  if (types.includes("boolean") && (text === "true" || text === "false")) return text === "true";
  if (types.includes("null") && text === "null") return null;
  if (types.includes("object") || types.includes("array")) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  }
  return text;
}

const known = new WeakMap<SpecNode, readonly string[]>();

function typesOf(schema: SpecNode): readonly string[] {
  let types = known.get(schema);
  if (!types) {
    types = schema.at("type").texts();
    if (types.length === 0)
      types = ["anyOf", "oneOf", "allOf"].flatMap((keyword) => schema.at(keyword).items().flatMap(typesOf));
    known.set(schema, types);
  }
  return types;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error("is not percent-encoded UTF-8");
  }
}

function loose(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
