import type { ParameterDescriptor } from "./descriptors.js";

/** The query as the contract wants it, without the `?`. What is absent or an empty list is left out. */
export function serializeQuery(
  parameters: readonly ParameterDescriptor[],
  values: Readonly<Record<string, unknown>>,
): string {
  const texts: string[] = [];
  for (const [name, given] of Object.entries(values)) {
    const items = [given].flat().filter((item) => item !== undefined && item !== null);
    if (items.length === 0) continue;
    const declared = parameters.find((parameter) => parameter.in === "query" && parameter.name === name);
    const value = Array.isArray(given) ? items : given;
    const text = declared?.write
      ? declared.write(declared, value)
      : writeForm(declared ?? { name, in: "query" }, items);
    if (text !== "") texts.push(text);
  }
  return texts.join("&");
}

function writeForm({ name, explode = true }: ParameterDescriptor, items: readonly unknown[]): string {
  const key = `${encodeURIComponent(name)}=`;
  return key + items.map(encodeText).join(explode ? `&${key}` : ",");
}

/** A value that is one text, for a URL; dates as ISO 8601. */
export function encodeText(value: unknown): string {
  return encodeURIComponent(value instanceof Date ? value.toISOString() : String(value));
}
