import type { ParameterDescriptor } from "./descriptors.js";

const undeclared = { style: "form", explode: true, allowReserved: false, json: false } as const;

/** The query as the contract's `style`, `explode` and `allowReserved` want it, without the `?`. What is absent or an empty list is left out. */
export function serializeQuery(
  parameters: readonly ParameterDescriptor[],
  values: Readonly<Record<string, unknown>>,
): string {
  const texts: string[] = [];
  for (const [name, given] of Object.entries(values)) {
    const value = Array.isArray(given) ? given.filter((item) => item !== undefined && item !== null) : given;
    const rule =
      parameters.find((parameter) => parameter.in === "query" && parameter.name === name) ?? undeclared;
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue;
    texts.push(...serializeParameter(name, value, rule));
  }
  return texts.join("&");
}

const delimiters: Readonly<Record<string, string>> = { spaceDelimited: "%20", pipeDelimited: "%7C" };

function serializeParameter(
  name: string,
  value: unknown,
  rule: Omit<ParameterDescriptor, "name" | "in">,
): string[] {
  const encode = (part: unknown): string => {
    const text = part instanceof Date ? part.toISOString() : String(part);
    const encoded = encodeURIComponent(text);
    return rule.allowReserved
      ? encoded.replace(/%(3A|2F|3F|5B|5D|40|21|24|27|28|29|2A|2C|3B)/g, decodeURIComponent)
      : encoded;
  };
  const key = encodeURIComponent(name);
  if (rule.json) return [`${key}=${encodeURIComponent(JSON.stringify(value))}`];
  if (Array.isArray(value)) {
    return rule.explode
      ? value.map((item) => `${key}=${encode(item)}`)
      : [`${key}=${value.map(encode).join(delimiters[rule.style] ?? ",")}`];
  }
  if (typeof value === "object" && value !== null && !(value instanceof Date)) {
    const entries = Object.entries(value).filter(([, part]) => part !== undefined);
    if (rule.style === "deepObject")
      return entries.flatMap(([inner, part]) => serializeDeep(`${name}[${inner}]`, part, encode));
    return rule.explode
      ? entries.map(([inner, part]) => `${encodeURIComponent(inner)}=${encode(part)}`)
      : [
          `${key}=${entries
            .flat()
            .map(encode)
            .join(delimiters[rule.style] ?? ",")}`,
        ];
  }
  return [`${key}=${encode(value)}`];
}

/** `filter[a][b]=1`; OpenAPI leaves what is nested deeper open, and this is how servers read it. */
function serializeDeep(name: string, value: unknown, encode: (part: unknown) => string): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => serializeDeep(name, item, encode));
  if (typeof value === "object" && !(value instanceof Date)) {
    return Object.entries(value).flatMap(([key, part]) => serializeDeep(`${name}[${key}]`, part, encode));
  }
  return [`${encodeURIComponent(name).replaceAll("%5B", "[").replaceAll("%5D", "]")}=${encode(value)}`];
}
