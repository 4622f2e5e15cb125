import { array, object, type Schema } from "../support/contract.js";

const formats: Readonly<Record<string, string>> = {
  uuid: "6533643b-aceb-4c40-967e-d9ba9baac39e",
  uri: "https://example.com/",
  "date-time": "2026-03-01T09:30:00Z",
  email: "someone@example.com",
};

/** A small value that a schema may allow; whether it does is for a validator to say. `undefined`: none known. */
export function sampleOf(schema: Schema): unknown {
  const { const: only, enum: choices, examples, example, ...rest } = object(schema);
  if (only !== undefined) return only;
  for (const given of [array(choices)[0], array(examples)[0], example, rest["default"]])
    if (given !== undefined) return given;
  const branch = array(rest["oneOf"] ?? rest["anyOf"] ?? rest["allOf"])[0];
  if (rest["type"] === undefined && branch !== undefined) return sampleOf(branch as Schema);
  switch ([rest["type"]].flat()[0]) {
    case "string":
      return formats[String(rest["format"])] ?? "a".repeat(Number(rest["minLength"] ?? 1));
    case "integer":
    case "number":
      return Number(rest["minimum"] ?? rest["maximum"] ?? 1);
    case "boolean":
      return false;
    case "array": {
      const item = sampleOf(rest["items"] as Schema);
      return Array.from({ length: Number(rest["minItems"] ?? 1) }, () => item);
    }
    case "object":
      return Object.fromEntries(
        array(rest["required"]).map((name) => [
          String(name),
          sampleOf(object(rest["properties"])[String(name)] as Schema),
        ]),
      );
    default:
      return undefined;
  }
}
