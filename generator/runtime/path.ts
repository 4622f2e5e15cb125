import type { ParameterDescriptor } from "./descriptors.js";
import { InvalidArgumentError } from "./errors.js";
import { encodeText } from "./query.js";

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
  let current = "";
  const refuse = (what: string): never => {
    throw new InvalidArgumentError(current, `The path parameter ${current} ${what}.`);
  };
  const fill = (_: string, name: string): string => {
    current = name;
    const declared = parameters.find((parameter) => parameter.in === "path" && parameter.name === name);
    const items = [values[name] ?? []].flat();
    try {
      const text = items.length > 0 && declared?.write?.(declared, values[name]);
      return text || items.map(encodeText).join(",") || refuse("must not be empty");
    } catch (error) {
      if (!(error instanceof URIError)) throw error;
      return refuse("is not well-formed Unicode text");
    }
  };
  const segments = template.split("/").map((segment) => {
    const text = segment.replace(/\{([^{}]+)\}/g, fill);
    return text !== segment && /^\.\.?$/.test(text) ? refuse(`must not make a segment "${text}"`) : text;
  });
  return segments.join("/");
}
