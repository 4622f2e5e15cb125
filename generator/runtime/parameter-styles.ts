import type { ParameterDescriptor } from "./descriptors.js";
import { encodeText } from "./query.js";

const delimiters: Readonly<Record<string, string>> = { spaceDelimited: "%20", pipeDelimited: "%7C" };

/** A query parameter in any style, of any shape: see OpenAPI's `style`, `explode` and `allowReserved`. */
export function writeQuery(parameter: ParameterDescriptor, value: unknown): string {
  const { name, style = "form", explode = true } = parameter;
  const key = encodeURIComponent(name);
  if (parameter.json) return `${key}=${encodeURIComponent(JSON.stringify(value))}`;
  const encode = (part: unknown): string => {
    const text = encodeText(part);
    return parameter.allowReserved
      ? text.replace(/%(3A|2F|3F|5B|5D|40|21|24|27|28|29|2A|2C|3B)/g, decodeURIComponent)
      : text;
  };
  const join = (items: readonly unknown[]): string => items.map(encode).join(delimiters[style] ?? ",");
  if (Array.isArray(value)) {
    return explode ? value.map((item) => `${key}=${encode(item)}`).join("&") : `${key}=${join(value)}`;
  }
  if (!isMap(value)) return `${key}=${encode(value)}`;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  if (style === "deepObject")
    return entries.flatMap(([inner, part]) => writeDeep(`${name}[${inner}]`, part, encode)).join("&");
  return explode
    ? entries.map(([inner, part]) => `${encodeURIComponent(inner)}=${encode(part)}`).join("&")
    : `${key}=${join(entries.flat())}`;
}

/** `filter[a][b]=1`; OpenAPI leaves what is nested deeper open, and this is how servers read it. */
function writeDeep(name: string, value: unknown, encode: (part: unknown) => string): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => writeDeep(name, item, encode));
  if (isMap(value))
    return Object.entries(value).flatMap(([key, part]) => writeDeep(`${name}[${key}]`, part, encode));
  return [`${encodeURIComponent(name).replaceAll("%5B", "[").replaceAll("%5D", "]")}=${encode(value)}`];
}

/** A path parameter in any style, of any shape. */
export function writePath(parameter: ParameterDescriptor, value: unknown): string {
  const { name, style = "simple", explode = false } = parameter;
  if (parameter.json) return encodeURIComponent(JSON.stringify(value));
  const texts = isMap(value)
    ? Object.entries(value).map(([key, part]) => encodeText(key) + (explode ? "=" : ",") + encodeText(part))
    : [value].flat().map((item) => (style === "matrix" && explode ? `${name}=` : "") + encodeText(item));
  switch (style) {
    case "label":
      return `.${texts.join(explode ? "." : ",")}`;
    case "matrix":
      return `;${explode ? texts.join(";") : `${name}=${texts.join(",")}`}`;
    default:
      return texts.join(",");
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
