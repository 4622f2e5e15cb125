import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { array, type JsonObject, object, type Schema } from "../support/contract.js";
import { documentId, followRef, withoutExamples } from "../support/spec-document.js";

export type Fault = Pick<
  ErrorObject,
  "instancePath" | "schemaPath" | "keyword" | "message" | "params" | "parentSchema"
>;

/** Ajv 2020 on the schemas of one document: says what is valid, and what is wrong with what is not. */
export interface SchemaJudge {
  isValid(schema: Schema, value: unknown): boolean;
  faults(schema: Schema, value: unknown): readonly Fault[];
  /** The schema that a reference leads to. */
  follow(ref: string): Schema;
}

/** Items of an array that must differ in one property: what `uniqueBy` says of the lines of a file. */
export const uniqueByKeyword = "x-unique-by";

export function schemaJudge(document: JsonObject): SchemaJudge {
  const quick = newAjv(document, false);
  const thorough = newAjv(document, true);
  const followed = new Map<string, Schema>();
  return {
    isValid: (schema, value) => compiled(quick, schema)(value),
    faults: (schema, value) => {
      if (compiled(quick, schema)(value)) return [];
      const validate = compiled(thorough, schema);
      validate(value);
      return validate.errors ?? [];
    },
    follow: (ref) => {
      const known = followed.get(ref);
      if (known !== undefined) return known;
      const found = followRef(document, ref) as Schema;
      followed.set(ref, found);
      return found;
    },
  };
}

function compiled(ajv: Ajv2020, schema: Schema): ValidateFunction {
  return ajv.compile(schema); // once for each schema object; after that it is a look-up
}

function newAjv(document: JsonObject, allErrors: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    strict: false, // OpenAPI's own keywords and extensions stand in the schemas
    allErrors,
    verbose: allErrors, // so that a fault tells which schema it is of
    logger: false,
    validateSchema: false,
    code: { regExp: lenientRegExp, optimize: false },
    inlineRefs: false,
  });
  formats.default(ajv);
  ajv.addKeyword({
    keyword: uniqueByKeyword,
    type: "array",
    schemaType: "string",
    validate: (property: string, items: readonly unknown[]) => {
      const seen = items.map((item) => JSON.stringify(object(item)[property]));
      return new Set(seen).size === seen.length;
    },
  });
  ajv.addSchema(object(withoutExamples(document)), documentId);
  return ajv;
}

/** Patterns of older specs that the `u` flag refuses are read without it, as JavaScript always did. */
const lenientRegExp = Object.assign(
  (pattern: string, flags: string): RegExp => {
    try {
      return new RegExp(pattern, flags);
    } catch {
      return new RegExp(pattern);
    }
  },
  { code: "new RegExp" },
);

export function regExpOf(pattern: unknown): RegExp {
  return lenientRegExp(String(pattern), "u");
}

/** The schemas of a list of schemas. */
export function schemasIn(value: unknown): readonly Schema[] {
  return array(value) as readonly Schema[];
}
