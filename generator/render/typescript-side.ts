import { createRequire } from "node:module";
import type * as OpenapiTypescript from "openapi-typescript";
import type { GlobalContext, OpenAPI3 } from "openapi-typescript";
import type * as TypeScript from "typescript";

// `require` of TypeScript takes half the time of `import`, which first scans its nine megabytes for exports. Of
// openapi-typescript only the transforms are loaded: its front door also loads a bundler and a linter, and runs both
// on every document, which loading the spec has already done.
const require = createRequire(import.meta.url);
const library = "openapi-typescript/dist";

type Library = typeof OpenapiTypescript;

export const ts = require("typescript") as typeof TypeScript;
export const { astToString } = require(`${library}/lib/ts.cjs`) as Pick<Library, "astToString">;
export const transformSchemaObject = defaultOf<Library["transformSchemaObject"]>(
  "transform/schema-object.cjs",
);

const transformSchema = defaultOf<Library["transformSchema"]>("transform/index.cjs");
const { resolveRef, scanDiscriminators } = require(`${library}/lib/utils.cjs`) as Pick<
  Library,
  "resolveRef" | "scanDiscriminators"
>;

function defaultOf<T>(path: string): T {
  const loaded = require(`${library}/${path}`) as T | { default: T };
  return typeof loaded === "object" && loaded !== null && "default" in loaded
    ? loaded.default
    : (loaded as T);
}

/**
 * The types of a bundled and valid document, as openapi-typescript's syntax trees.
 *
 * @param transform writes a schema's type instead, or returns `undefined`
 */
export function typesOf(
  document: object,
  transform: NonNullable<GlobalContext["transform"]>,
): TypeScript.Node[] {
  const schema = document as OpenAPI3;
  const silent = true;
  const off = {
    additionalProperties: false,
    alphabetize: false,
    arrayLength: false,
    conditionalEnums: false,
    dedupeEnums: false,
    emptyObjectsUnknown: false,
    enum: false,
    enumValues: false,
    excludeDeprecated: false,
    exportType: false,
    generatePathParams: false,
    immutable: false,
    makePathsEnum: false,
    pathParamsAsTypes: false,
    propertiesRequiredByDefault: false,
    readWriteMarkers: false,
    rootTypes: false,
    rootTypesKeepCasing: false,
    rootTypesNoSchemaPrefix: false,
  };
  return transformSchema(schema, {
    ...off,
    silent,
    transform,
    transformProperty: undefined,
    postTransform: undefined,
    defaultNonNullable: false, // a default is what the server fills in; the caller may leave it out
    discriminators: scanDiscriminators(schema, { silent }),
    injectFooter: [],
    redoc: undefined as never, // the bundler's, which is not loaded
    resolve: ($ref) => resolveRef(schema, $ref, { silent }),
  });
}
