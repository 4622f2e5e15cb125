import { isDeepStrictEqual } from "node:util";
import { textOf } from "../arbitraries/form-view.js";
import { array, object } from "../support/contract.js";
import { faultsOf } from "../support/json-schema.js";
import { parseMultipart, type RecordedPart } from "../support/multipart.js";
import type { RecordedRequest } from "../support/recorder.js";
import { type CallArguments, type GivenFile, givenFiles } from "./call-arguments.js";
import type { ClientBody, ClientContract, ClientOperation, ClientParameter } from "./client-contract.js";

/** HTTP's own headers, which no contract names. */
const ownHeaders = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "connection",
  "content-length",
  "content-type",
  "host",
  "sec-fetch-mode",
  "transfer-encoding",
  "user-agent",
]);

/**
 * What is wrong with a request as it came, by the contract and what the caller gave: a sentence for each fault. It is
 * read as a server would, and never written anew to compare: from its bytes back to the values.
 */
export function faultsOfRequest(
  contract: ClientContract,
  operation: ClientOperation,
  args: CallArguments,
  request: RecordedRequest,
  { prefix, key }: { readonly prefix: string; readonly key: string },
): string[] {
  const { method, target } = request;
  return [
    ...(method === operation.method ? [] : [`The method is ${method}, not ${operation.method}.`]),
    ...faultsOfTarget(operation, args, target, prefix),
    ...faultsOfHeaders(operation, args, request, key),
    ...(operation.credentials.length > 0 && (target.includes(key) || request.body.includes(key))
      ? ["The key is elsewhere than in its header."]
      : []),
    ...faultsOfBody(contract, operation, args, request),
  ];
}

/** What may stand in a request line's path or query as it is (RFC 3986), besides what separates its parts. */
const legal = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?[\]]|%[0-9A-Fa-f]{2})*$/;

function faultsOfTarget(
  operation: ClientOperation,
  args: CallArguments,
  target: string,
  prefix: string,
): string[] {
  if (!legal.test(target)) return [`The address has characters that none may have: ${target}`];
  if (!target.startsWith(`${prefix}/`)) return [`The address is not below ${prefix}: ${target}`];
  const [path = "", query = null] = target.slice(prefix.length).split(/\?(.*)/s);
  return [...faultsOfPath(operation, args, path), ...faultsOfQuery(operation, args, query)];
}

/** What stands in the places of a path's template, not decoded; `null`: it is another path. */
export function pathTexts(template: string, sent: string): [name: string, text: string][] | null {
  const names: string[] = [];
  const pattern = template.replace(/\{([^{}]+)\}|[.*+?^${}()|[\]\\]/g, (found, name?: string) => {
    if (name === undefined) return `\\${found}`;
    names.push(name);
    return "([^/]+?)";
  });
  const match = new RegExp(`^${pattern}$`).exec(sent);
  return match && names.map((name, index) => [name, match[index + 1] ?? ""]);
}

function faultsOfPath({ path, parameters }: ClientOperation, args: CallArguments, sent: string): string[] {
  const texts = pathTexts(path, sent);
  if (!texts) return [`The path ${sent} is not one of ${path}.`];
  return texts.flatMap(([name, text]) => {
    const parameter = parameters.find((one) => one.in === "path" && one.name === name);
    if (!parameter) return [`The contract does not say what ${name} is.`];
    const given = args.path[name];
    const read = readPathText(parameter, text, given);
    return differ(`The path's ${name}`, read, given, parameter.isJson ? asJson : asTexts);
  });
}

/** The value a path's text says, as texts; what `given` is a list or a map of is read as one. */
function readPathText(
  { name, style, explode, isJson }: ClientParameter,
  text: string,
  given: unknown,
): unknown {
  if (isJson) return parsed(decode(text));
  const isMap = typeof given === "object" && !Array.isArray(given);
  if (style === "label") return listOrMap(text.replace(/^\./, ""), explode ? "." : ",", explode, given);
  if (style === "matrix") {
    const items = text.split(";").slice(1);
    if (explode && isMap) return Object.fromEntries(items.map(pair));
    const values = items.map((item) => {
      const [key = "", value = ""] = item.split(/=(.*)/s);
      return key === name ? value : `not ${name}: ${item}`;
    });
    return explode && Array.isArray(given)
      ? values.map(decode)
      : listOrMap(values.join(";"), ",", explode, given);
  }
  return listOrMap(text, ",", explode, given);
}

function listOrMap(text: string, separator: string, explode: boolean, given: unknown): unknown {
  if (Array.isArray(given)) return text.split(separator).map(decode);
  if (typeof given !== "object" || given === null) return decode(text);
  const items = text.split(separator);
  if (explode) return Object.fromEntries(items.map(pair));
  const pairs = items.flatMap((item, index) =>
    index % 2 === 0 ? [[decode(item), decode(items[index + 1] ?? "")] as const] : [],
  );
  return Object.fromEntries(pairs);
}

function pair(text: string): [string, string] {
  const [key = "", value = ""] = text.split(/=(.*)/s);
  return [decode(key), decode(value)];
}

/** Undoes percent-encoding. A `+` is a blank to many servers, so none may stand for itself. */
function decode(text: string): string {
  return text.includes("+") ? `(a bare + in ${text})` : decodeURIComponent(text);
}

function faultsOfQuery({ parameters }: ClientOperation, args: CallArguments, query: string | null): string[] {
  if (query === "") return ["The address ends in a bare question mark."];
  const left = query === null ? [] : query.split("&").map((text) => text.split(/=(.*)/s));
  /** Takes the pairs of a name, or of names of a form, out of what is left. */
  const take = (isMine: (key: string) => boolean): [string, string][] => {
    const mine = left.filter(([key = ""]) => isMine(safely(key)));
    for (const one of mine) left.splice(left.indexOf(one), 1);
    return mine.map(([key = "", value = ""]) => [safely(key), value]);
  };
  const inQuery = parameters.filter((one) => one.in === "query");
  const faults = inQuery.flatMap((parameter) => {
    const given = args.query[parameter.name];
    const read = readQuery(parameter, given, take);
    const kept = parameter.isJson && given !== undefined ? asJson : asTexts;
    return differ(`The query's ${parameter.name}`, read, given, kept);
  });
  return [...faults, ...left.map(([key]) => `The query has ${key}, which nothing was given for.`)];
}

function readQuery(
  { name, style, explode, isJson, allowReserved }: ClientParameter,
  given: unknown,
  take: (isMine: (key: string) => boolean) => [string, string][],
): unknown {
  const isMap = typeof given === "object" && given !== null && !Array.isArray(given) && !isJson;
  if (isMap && style === "deepObject") {
    const pairs = take((key) => key.startsWith(`${name}[`) && key.endsWith("]"));
    return Object.fromEntries(pairs.map(([key, text]) => [key.slice(name.length + 1, -1), decode(text)]));
  }
  if (isMap && explode) {
    const keys = Object.keys(given);
    return Object.fromEntries(take((key) => keys.includes(key)).map(([key, text]) => [key, decode(text)]));
  }
  const mine = take((key) => key === name);
  if (mine.length === 0) return undefined;
  if (Array.isArray(given) && explode && !isJson) return mine.map(([, text]) => decode(text));
  if (mine.length > 1) return `(${mine.length} times)`;
  const text = mine[0]?.[1] ?? "";
  if (isJson) return parsed(decode(text));
  if (allowReserved) return /%(3A|2F|3F|40)/i.test(text) ? `(encoded: ${text})` : decode(text);
  const separator = { spaceDelimited: "%20", pipeDelimited: "%7C" }[style] ?? ",";
  return listOrMap(text, separator, false, given);
}

const safely = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return `(not JSON: ${text})`;
  }
}

function faultsOfHeaders(
  operation: ClientOperation,
  args: CallArguments,
  { headers, body }: RecordedRequest,
  key: string,
): string[] {
  const { parameters, idempotencyHeader, credentials } = operation;
  const of = (name: string): string[] =>
    headers.filter(([one]) => one.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  const once = (name: string, isRight: (value: string) => boolean): string[] => {
    const values = of(name);
    return values.length === 1 && isRight(values[0] ?? "")
      ? []
      : [`The header ${name} is ${JSON.stringify(values)}.`];
  };
  const declared = parameters.filter((one) => one.in === "header" && one.name !== idempotencyHeader);
  const idempotency = parameters.find(({ name }) => name === idempotencyHeader);
  const known = new Set([
    ...ownHeaders,
    ...[
      ...declared.map(({ name }) => name),
      ...credentials.map(({ name }) => name),
      idempotencyHeader ?? "",
    ].map((name) => name.toLowerCase()),
  ]);
  return [
    ...headers
      .filter(([name]) => !known.has(name.toLowerCase()))
      .map(([name]) => `There is a header ${name}.`),
    ...credentials.flatMap(({ name, prefix }) => once(name, (value) => value === prefix + key)),
    ...(credentials.length === 0 && JSON.stringify(headers).includes(key) ? ["The key is sent to all."] : []),
    ...declared.flatMap((parameter) => {
      const given = args.header[parameter.name];
      const [text] = of(parameter.name);
      const read =
        text === undefined
          ? undefined
          : parameter.isJson
            ? parsed(text)
            : headerValue(parameter, text, given);
      return differ(`The header ${parameter.name}`, read, given);
    }),
    ...(idempotencyHeader === null
      ? []
      : once(idempotencyHeader, (value) =>
          args.idempotencyKey === undefined
            ? faultsOf(idempotency?.schema ?? true, value).length === 0
            : value === args.idempotencyKey,
        )),
    ...(of("transfer-encoding").length > 0 || body.length === 0
      ? []
      : once("content-length", (it) => it === String(body.length))),
    ...faultsOfAccept(operation, of("accept")),
  ];
}

function headerValue({ explode }: ClientParameter, text: string, given: unknown): unknown {
  if (Array.isArray(given)) return text.split(",").map((item) => item.trim());
  if (typeof given !== "object" || given === null) return text;
  const items = text.split(",").map((item) => item.trim());
  return explode
    ? Object.fromEntries(items.map((item) => item.split(/=(.*)/s).slice(0, 2) as [string, string]))
    : Object.fromEntries(
        items.flatMap((item, index) => (index % 2 === 0 ? [[item, items[index + 1] ?? ""]] : [])),
      );
}

/** Asks for a media type that a success may have, where one has any. */
function faultsOfAccept({ answers }: ClientOperation, accept: readonly string[]): string[] {
  const successes = answers.filter(({ status }) => status.startsWith("2"));
  const types = (successes.length > 0 ? successes : answers).flatMap(({ content }) =>
    content.map(({ mediaType }) => mediaType),
  );
  const asked = accept.flatMap((value) => value.split(/\s*,\s*/)).map((type) => type.toLowerCase());
  const isRight =
    types.length === 0 ? asked.length <= 1 : asked.length > 0 && asked.every((type) => types.includes(type));
  return isRight ? [] : [`Accept is ${JSON.stringify(accept)}; the contract answers ${types.join(", ")}.`];
}

function faultsOfBody(
  { sent }: ClientContract,
  { body }: ClientOperation,
  args: CallArguments,
  request: RecordedRequest,
): string[] {
  const type = request.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? null;
  if (!body || args.body === undefined) {
    return [
      ...(request.body.length === 0 ? [] : [`There is a body of ${request.body.length} bytes.`]),
      ...(type === null ? [] : [`There is a content type ${type} without a body.`]),
    ];
  }
  const { mediaType, schema, form } = body;
  if (type?.split(";")[0]?.trim().toLowerCase() !== mediaType)
    return [`The content type is ${type}, not ${mediaType}.`];
  if (form) return faultsOfForm(body, args, type, request.body);
  if (/[/+]json$/.test(mediaType)) {
    const value = parsed(request.body.toString("utf8"));
    const faults = sent.judge
      .faults(schema, value)
      .map(({ instancePath, message }) => `${instancePath} ${message}`);
    return [
      ...(type === mediaType ? [] : [`The content type is ${type}: JSON has no parameters.`]),
      ...faults.map((fault) => `The body is not valid: ${fault}.`),
      ...differ("The body", value, args.body, asJson),
    ];
  }
  if (mediaType === "application/x-www-form-urlencoded") return faultsOfFields(body, args, request.body);
  const [file] = givenFiles(body, args);
  const bytes = file?.bytes ?? Buffer.from(String(args.body));
  return request.body.equals(bytes) ? [] : [`The body has other bytes: ${request.body.toString("latin1")}`];
}

/** The fields of a form as HTML's forms are read: a blank is a `+`. */
function faultsOfFields({ encoding }: ClientBody, args: CallArguments, bytes: Buffer): string[] {
  const left = bytes
    .toString("latin1")
    .split("&")
    .map((text) => text.split(/=(.*)/s).slice(0, 2));
  const read = (text = ""): string => safely(text.replaceAll("+", " "));
  const take = (isMine: (key: string) => boolean): [string, string][] => {
    const mine = left.filter(([key]) => isMine(read(key)));
    for (const one of mine) left.splice(left.indexOf(one), 1);
    return mine.map(([key, value]) => [read(key), value ?? ""]);
  };
  const faults = Object.entries(object(args.body)).flatMap(([name, given]) => {
    const { style, explode } = object(encoding[name]) as { style?: string; explode?: boolean };
    const isMap = typeof given === "object" && given !== null && !Array.isArray(given);
    if (style !== undefined) {
      const parameter = {
        name,
        style,
        explode: explode ?? style === "form",
        isJson: false,
        allowReserved: false,
      };
      const value = readQuery(parameter as ClientParameter, given, (isMine) =>
        take(isMine).map(([key, text]) => [key, text.replaceAll("+", "%20")]),
      );
      return differ(`The form's ${name}`, value, given);
    }
    const texts = take((key) => key === name).map(([, text]) => read(text));
    // Without a style an object is JSON, by OpenAPI's default of its content type.
    if (isMap) return differ(`The form's ${name}`, parsed(texts.join()), given, asJson);
    return differ(`The form's ${name}`, Array.isArray(given) ? texts : texts[0], given);
  });
  return [...faults, ...left.map(([key]) => `The form has ${key}, which nothing was given for.`)];
}

function faultsOfForm(body: ClientBody, args: CallArguments, type: string, bytes: Buffer): string[] {
  let parts: RecordedPart[];
  try {
    parts = parseMultipart(type, bytes);
  } catch (error) {
    return [`The form can't be read: ${(error as Error).message}`];
  }
  const files = givenFiles(body, args);
  const declared = body.form?.parts ?? [];
  const faults = Object.entries(object(args.body)).flatMap(([name, given]) => {
    const part = declared.find((one) => one.name === name);
    const sent = parts.filter((one) => one.name === name);
    const mine = files.filter((file) => file.part === name);
    const items = part?.repeated ? array(given) : [given];
    if (sent.length !== items.length)
      return [`The form has ${sent.length} parts ${name}, not ${items.length}.`];
    return sent.flatMap((one, index) => {
      const file = mine[index];
      if (file) return faultsOfFile(one, file, part?.contentTypes ?? []);
      const text = one.bytes.toString("utf8");
      const read = part?.kind === "json" ? parsed(text) : text;
      return [
        // A file name would make it a file.
        ...(one.fileName === null ? [] : [`The part ${name} has a file name.`]),
        ...(one.contentType === null || part?.kind === "json"
          ? []
          : [`The part ${name} has a content type.`]),
        ...differ(`The part ${name}`, read, items[index], part?.kind === "json" ? asJson : asTexts),
      ];
    });
  });
  const strays = parts.filter(({ name }) => !Object.hasOwn(object(args.body), name));
  return [
    ...faults,
    ...strays.map(({ name }) => `The form has a part ${name}, which nothing was given for.`),
  ];
}

function faultsOfFile(sent: RecordedPart, file: GivenFile, contentTypes: readonly string[]): string[] {
  const fileName = file.fileName ?? file.part;
  const allowed: readonly (string | null)[] =
    file.type !== null ? [file.type] : contentTypes.length > 0 ? contentTypes : [null];
  const type = sent.contentType;
  // Of a file without a type nothing is known but its bytes, which not all types can be told by.
  const isRight = allowed.includes(type) || (file.type === null && type === "application/octet-stream");
  return [
    ...(sent.fileName === fileName
      ? []
      : [`The file ${file.part} is called ${sent.fileName}, not ${fileName}.`]),
    ...(isRight ? [] : [`The file ${file.part} is of type ${type}, not ${allowed.join(" or ")}.`]),
    ...(sent.bytes.equals(file.bytes) ? [] : [`The file ${file.part} has other bytes.`]),
  ];
}

/** A value as what is left of it in texts. */
function asTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(textOf);
  if (typeof value !== "object" || value === null) return value === undefined ? undefined : textOf(value);
  const entries = Object.entries(value);
  return entries.length === 0
    ? undefined
    : Object.fromEntries(entries.map(([key, part]) => [key, textOf(part)]));
}

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

function differ(what: string, read: unknown, given: unknown, of = asTexts): string[] {
  const wanted = of(given);
  const found = of === asTexts ? (isEmpty(read) ? undefined : read) : read;
  if (isDeepStrictEqual(wanted, found)) return [];
  return [`${what} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}.`];
}

/** An empty map is as good as none: nothing of it stands in an address. */
const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;
