import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import type { Schema } from "./contract.js";

/** `strict` off: OpenAPI's own keywords and extensions stand in the schemas. */
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);

/** Says what is wrong with a value, a sentence for each fault; empty when it is valid. */
export function faultsOf(schema: Schema, value: unknown): string[] {
  const validate = ajv.compile(schema); // compiled once for each schema object
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || "/"} ${message}`);
}

export function isValid(schema: Schema, value: unknown): boolean {
  return faultsOf(schema, value).length === 0;
}
