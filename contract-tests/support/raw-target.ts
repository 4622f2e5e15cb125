import { array, type Operation, object, type Parameter } from "./contract.js";
import type { RequestExample } from "./request-examples.js";

/** Path and query as they must stand on the request line; the order of the query's parameters is free. */
export function expectedTarget(
  { path, parameters }: Operation,
  example: RequestExample,
): { path: string; query: string[] } {
  const filled = path.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const parameter = parameters.find((one) => one.in === "path" && one.name === name);
    if (parameter?.style !== "simple") throw new Error(`The suite does not know the style of ${name}.`);
    return [example.path[name]].flat().map(encode).join(",");
  });
  const query = parameters
    .filter(({ in: place, name }) => place === "query" && example.parameters[name] !== undefined)
    .flatMap((parameter) => serialize(parameter, example.parameters[parameter.name]));
  return { path: filled, query: byName(query) };
}

export function sentTarget(target: string): { path: string; query: string[] } {
  const [path = "", query = ""] = target.split(/\?(.*)/s);
  return { path, query: byName(query === "" ? [] : query.split("&")) };
}

/** OpenAPI's styles of a query: the characters between values stand as they are, those inside are encoded. */
function serialize({ name, style, explode }: Parameter, value: unknown): string[] {
  const key = encode(name);
  const isObject = typeof value === "object" && !Array.isArray(value);
  if (style === "deepObject")
    return Object.entries(object(value)).map(([part, text]) => `${key}[${encode(part)}]=${encode(text)}`);
  const delimiter = { form: ",", spaceDelimited: "%20", pipeDelimited: "%7C" }[style];
  if (delimiter === undefined || isObject) throw new Error(`The suite does not know the style of ${name}.`);
  if (!Array.isArray(value)) return [`${key}=${encode(value)}`];
  return explode
    ? array(value).map((item) => `${key}=${encode(item)}`)
    : [`${key}=${array(value).map(encode).join(delimiter)}`];
}

function encode(value: unknown): string {
  return encodeURIComponent(String(value));
}

/** Sorted by name alone: the items of one parameter keep their order. */
function byName(pieces: readonly string[]): string[] {
  const nameOf = (piece: string): string => piece.split("=")[0] ?? "";
  return [...pieces].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0));
}
