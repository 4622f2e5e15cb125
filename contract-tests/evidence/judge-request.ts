import { isWrongWhenSent } from "../arbitraries/form-view.js";
import type { Fault } from "../arbitraries/schema-judge.js";
import { object } from "../support/contract.js";
import { canMakeBody, queryPieces } from "../verify/encode-request.js";
import type { Refusal } from "./evidence.js";
import {
  type Content,
  isSameParameter,
  type JoinedContract,
  type Side,
  type SideOperation,
  type SideParameter,
} from "./joined-contract.js";
import { contentFor, letsIn, type MadeRequest, viewOf, written } from "./make-request.js";
import { faultsAsText, readQuery } from "./text-values.js";

/** All that a side objects to in a request, in the order in which a server would look. */
export function refusalsOf(joined: JoinedContract, side: Side, request: MadeRequest): readonly Refusal[] {
  const { method } = request.operation;
  const operation = operationFor(side, request);
  if (!operation) {
    const path = written(joined, request).target.split("?")[0] ?? "";
    const others = [...side.operations.values()].filter(
      (one) => one.kind === "operation" && matches(one.path, path),
    );
    return others.length > 0
      ? [
          refusal(
            "operation",
            "method",
            `must be one of ${others.map((one) => one.method).join(", ")}, not ${method}`,
          ),
        ]
      : [refusal("operation", "path", `must be a path that there is, not ${path}`)];
  }
  const { server, credentials } = request;
  const gone = server !== null && operation.servers.length > 0 && !operation.servers.includes(server);
  return [
    ...(gone ? [refusal("server", "servers", `must be one of ${operation.servers.join(", ")}`)] : []),
    ...(letsIn(operation, credentials)
      ? []
      : [refusal("security", "security", `must be ${shownWays(operation)}`)]),
    ...operation.parameters.flatMap((parameter) => ofParameter(joined, request, operation, parameter)),
    ...ofBody(joined, request, operation),
  ];
}

/** The operation of a side that answers the request: that of the same path, or of one that the request's path fits. */
export function operationFor(side: Side, { operation: { method, path } }: MadeRequest): SideOperation | null {
  const withoutNames = (text: string): string => text.replace(/\{[^}]*\}/g, "{}");
  const all = [...side.operations.values()].filter(
    (one) => one.kind === "operation" && one.method === method,
  );
  return (
    all.find((one) => one.path === path) ??
    all.find((one) => withoutNames(one.path) === withoutNames(path)) ??
    (path.includes("{") ? null : (all.find((one) => matches(one.path, path)) ?? null))
  );
}

function matches(template: string, path: string): boolean {
  const pattern = template.split(/\{[^{}]+\}/).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pattern.join("[^/]+")}$`).test(path);
}

function ofParameter(
  joined: JoinedContract,
  request: MadeRequest,
  operation: SideOperation,
  parameter: SideParameter,
): Refusal[] {
  const { name, in: place, schema, required } = parameter;
  const object = (keyword: string, message: string): Refusal[] => [
    { in: place, name, pointer: "", keyword, message },
  ];
  let value: unknown;
  try {
    value = valueFor(request, operation, parameter);
  } catch (error) {
    return object("style", (error as Error).message);
  }
  if (value === undefined) return required ? object("required", "is required") : [];
  if (parameter.mediaType !== null) {
    try {
      value = typeof value === "string" ? JSON.parse(value) : value;
    } catch {
      return object("content", `must be ${parameter.mediaType}`);
    }
    return joined.judge.faults(schema, value).map((fault) => asRefusal(place, name, fault));
  }
  return faultsAsText(joined.judge, schema, value).map((fault) => asRefusal(place, name, fault));
}

/** What a parameter of the one side is read as in a request that was written by the other. */
function valueFor({ operation, args }: MadeRequest, to: SideOperation, parameter: SideParameter): unknown {
  if (parameter.in === "path")
    return object(args.path)[nameAtSamePlace(operation.path, to.path, parameter.name)];
  const given = object(args[parameter.in]);
  const from = operation.parameters.find((one) => isSameParameter(one, parameter));
  if (!from) return undefined;
  const value = given[from.name];
  const isSameStyle =
    from.mediaType === parameter.mediaType &&
    from.style === parameter.style &&
    from.explode === parameter.explode;
  if (value === undefined || isSameStyle || parameter.in !== "query") return value;
  if (from.mediaType !== null) return JSON.stringify(value);
  const pieces = operation.parameters.flatMap((one) =>
    one.in === "query" && one.mediaType === null && given[one.name] !== undefined
      ? queryPieces(one, given[one.name])
      : [],
  );
  const types = [object(parameter.schema)["type"]].flat();
  return readQuery(parameter, pieces, types.includes("array") || Array.isArray(value));
}

/** Names of a path's parameters mean nothing; their places do. */
function nameAtSamePlace(fromPath: string, toPath: string, name: string): string {
  const names = (path: string): string[] =>
    [...path.matchAll(/\{([^{}]+)\}/g)].map(([, one]) => one as string);
  return names(fromPath)[names(toPath).indexOf(name)] ?? name;
}

function ofBody(joined: JoinedContract, { content, args }: MadeRequest, { body }: SideOperation): Refusal[] {
  if (!body)
    return content ? [refusal("body", "requestBody", "must be absent: the operation takes none")] : [];
  if (!content) return body.required ? [refusal("body", "required", "is required")] : [];
  const other = contentFor(body.content, content.mediaType);
  if (!other) {
    const taken = body.content.map(({ mediaType }) => mediaType).join(", ");
    return body.content.length === 0
      ? []
      : [refusal("body", "content", `must be ${taken}, not ${content.mediaType}`)];
  }
  return faultsOfBody(joined, other, args.body).map((fault) => asRefusal("body", null, fault));
}

/** What is wrong with a body as it is sent, by the words of Ajv; nothing where no contract says how a value becomes bytes. */
export function faultsOfBody(joined: JoinedContract, content: Content, value: unknown): readonly Fault[] {
  const { judge } = joined;
  const view = viewOf(joined, content);
  if (!canMakeBody(essenceOf(content.mediaType)) && !/^(text\/|\*|application\/\*)/.test(content.mediaType))
    return [];
  if (view) return isWrongWhenSent(judge, view, value) ? judge.faults(view.schema, value) : [];
  return isText(content.mediaType)
    ? faultsAsText(judge, content.schema, value)
    : judge.faults(content.schema, value);
}

export const essenceOf = (mediaType: string): string => (mediaType.split(";")[0] ?? "").trim();

/** Media types in which values have no type but are texts. */
export const isText = (mediaType: string): boolean =>
  /^application\/x-www-form-urlencoded|^text\//.test(mediaType);

export function asRefusal(place: Refusal["in"], name: string | null, fault: Fault): Refusal {
  const { allowedValues, allowedValue } = fault.params as Record<string, unknown>;
  const allowed = allowedValues ?? allowedValue;
  const list = allowed === undefined ? "" : `: ${JSON.stringify(allowed).slice(0, 200)}`;
  return {
    in: place,
    name,
    pointer: fault.instancePath,
    keyword: fault.keyword,
    message: `${fault.message ?? "is not valid"}${list}`,
  };
}

export function refusal(place: Refusal["in"], keyword: string, message: string): Refusal {
  return { in: place, name: null, pointer: "", keyword, message };
}

function shownWays({ credentials }: SideOperation): string {
  const way = (list: SideOperation["credentials"][number]): string =>
    list
      .map(({ scheme, scopes }) => `${scheme}${scopes.length > 0 ? ` with ${scopes.join(", ")}` : ""}`)
      .join(" and ");
  return `let in by ${credentials.map(way).join(", or by ")}`;
}
