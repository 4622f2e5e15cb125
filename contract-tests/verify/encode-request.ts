import { encodeForm, textOf } from "../arbitraries/form-view.js";
import { array, object, type Parameter } from "../support/contract.js";
import type { Arguments, HttpRequest } from "./case.js";
import type { VerifiedOperation } from "./verified-contract.js";

/** What of an operation decides how its requests are written. */
export type Written = Pick<VerifiedOperation, "method" | "path" | "parameters" | "body" | "form" | "answers">;

/** Writes what a caller gives as HTTP, by OpenAPI's styles. Credentials are added when it is sent. */
export function encodeRequest(operation: Written, args: Arguments): HttpRequest {
  const { parameters } = operation;
  const of = (place: string): [Parameter, unknown][] =>
    parameters.flatMap((parameter) => {
      const given = object(args[parameter.in as keyof Arguments])[parameter.name];
      return (parameter.in as string) === place && given !== undefined
        ? [[parameter, given] as [Parameter, unknown]]
        : [];
    });
  const path = operation.path.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const found = of("path").find(([parameter]) => parameter.name === name);
    return found ? pathText(...found) : encodeURIComponent(textOf(args.path[name] ?? ""));
  });
  const query = of("query").flatMap(([parameter, value]) => queryPieces(parameter, value));
  const cookies = of("cookie").map(([{ name }, value]) => `${name}=${encode(value)}`);
  const body = encodeBody(operation, args.body);
  return {
    method: operation.method,
    target: `${path}${query.length > 0 ? `?${query.join("&")}` : ""}`,
    headers: [
      ["Accept", acceptOf(operation)],
      ...(body ? [["Content-Type", body.contentType] as const] : []),
      ...of("header").map(([parameter, value]) => [parameter.name, simpleText(parameter, value)] as const),
      ...(cookies.length > 0 ? [["Cookie", cookies.join("; ")] as const] : []),
    ],
    body: body?.bytes ?? null,
  };
}

function acceptOf({ answers }: Written): string {
  const types = answers.flatMap(({ content }) => content.map(({ mediaType }) => mediaType));
  return types.length > 0 ? [...new Set(types)].join(", ") : "*/*";
}

function encodeBody({ body, form }: Written, value: unknown): { contentType: string; bytes: Buffer } | null {
  if (!body || value === undefined) return null;
  if (form) return encodeForm(form, value);
  const contentType = body.mediaType;
  if (/[/+]json$/.test(contentType)) return { contentType, bytes: Buffer.from(JSON.stringify(value)) };
  if (contentType === "application/x-www-form-urlencoded") {
    const fields = Object.entries(object(value)).flatMap(([name, given]) =>
      [given].flat().map((one): [string, string] => [name, textOf(one)]),
    );
    return { contentType, bytes: Buffer.from(new URLSearchParams(fields).toString()) };
  }
  return {
    contentType: contentType.includes("*") ? "application/octet-stream" : contentType,
    bytes: Buffer.from(textOf(value)),
  };
}

/** Bodies that can be made: of all other media types no contract says what is valid. */
export function canMakeBody(mediaType: string): boolean {
  return /[/+]json$|^multipart\/form-data$|^application\/x-www-form-urlencoded$/.test(mediaType);
}

const encode = (value: unknown): string => encodeURIComponent(textOf(value));

function pathText({ name, style, explode }: Parameter, value: unknown): string {
  const joined = (separator: string): string => pairsOrItems(value, explode, encode).join(separator);
  if (style === "label") return `.${joined(explode ? "." : ",")}`;
  if (style === "matrix") {
    if (!explode || typeof value !== "object") return `;${name}=${joined(",")}`;
    return Array.isArray(value)
      ? value.map((item) => `;${name}=${encode(item)}`).join("")
      : `;${joined(";")}`;
  }
  return joined(",");
}

function simpleText({ explode }: Parameter, value: unknown): string {
  return pairsOrItems(value, explode, textOf).join(",");
}

function pairsOrItems(value: unknown, explode: boolean, text: (value: unknown) => string): string[] {
  if (Array.isArray(value)) return value.map(text);
  if (typeof value !== "object" || value === null) return [text(value)];
  return Object.entries(value).flatMap(([key, part]) =>
    explode ? [`${text(key)}=${text(part)}`] : [text(key), text(part)],
  );
}

/** The characters between values stand as they are; those inside are encoded. */
export function queryPieces({ name, style, explode }: Parameter, value: unknown): string[] {
  const key = encodeURIComponent(name);
  if (style === "deepObject" && typeof value === "object")
    return Object.entries(object(value)).map(([part, given]) => `${key}[${encode(part)}]=${encode(given)}`);
  const delimiter = { spaceDelimited: "%20", pipeDelimited: "%7C" }[style] ?? ",";
  if (Array.isArray(value)) {
    if (value.length === 0) return [];
    return explode
      ? array(value).map((item) => `${key}=${encode(item)}`)
      : [`${key}=${value.map(encode).join(delimiter)}`];
  }
  if (typeof value !== "object" || value === null) return [`${key}=${encode(value)}`];
  return explode
    ? Object.entries(value).map(([part, given]) => `${encode(part)}=${encode(given)}`)
    : [`${key}=${pairsOrItems(value, false, encode).join(delimiter)}`];
}
