import type { ParameterDescriptor } from "./descriptors.js";
import { InvalidArgumentError } from "./errors.js";

/**
 * Fills a path template. Every value is encoded, so that it stays inside its segment.
 *
 * @throws {InvalidArgumentError} for a value that is missing or empty, and for one that would make a segment `.` or
 * `..`, which every URL parser takes for a step to another path
 */
export function fillPath(
  template: string,
  parameters: readonly ParameterDescriptor[],
  values: Readonly<Record<string, unknown>>,
): string {
  const filled = template.split("/").map((segment) => {
    const text = segment.replace(/\{([^{}]+)\}/g, (_, name: string) => {
      const parameter = parameters.find((candidate) => candidate.in === "path" && candidate.name === name);
      const value = values[name];
      const encoded = value === undefined || value === null ? "" : pathText(name, parameter, value);
      if (encoded === "")
        throw new InvalidArgumentError(name, `The path parameter ${name} must not be empty.`);
      return encoded;
    });
    if (text !== segment && /^\.{1,2}$/.test(text)) {
      const name = /\{([^{}]+)\}/.exec(segment)?.[1] ?? segment;
      throw new InvalidArgumentError(name, `The path parameter ${name} must not make a segment "${text}".`);
    }
    return text;
  });
  return filled.join("/");
}

function pathText(name: string, parameter: ParameterDescriptor | undefined, value: unknown): string {
  const { style = "simple", explode = false, json = false } = parameter ?? {};
  if (json) return encode(name, JSON.stringify(value));
  const isMap = typeof value === "object" && !Array.isArray(value) && !(value instanceof Date);
  const entries = isMap
    ? Object.entries(value as object)
    : [value].flat().map((item) => [name, item] as const);
  const texts = entries.map(([key, item]) => {
    const text = encode(name, item);
    if (!isMap) return style === "matrix" && explode ? `${name}=${text}` : text;
    return encode(name, key) + (explode ? "=" : ",") + text;
  });
  switch (style) {
    case "label":
      return `.${texts.join(explode ? "." : ",")}`;
    case "matrix":
      return `;${explode ? texts.join(";") : `${name}=${texts.join(",")}`}`;
    default:
      return texts.join(",");
  }
}

function encode(name: string, value: unknown): string {
  const text = value instanceof Date ? value.toISOString() : String(value);
  try {
    return encodeURIComponent(text);
  } catch {
    throw new InvalidArgumentError(name, `The path parameter ${name} is not well-formed Unicode text.`);
  }
}
