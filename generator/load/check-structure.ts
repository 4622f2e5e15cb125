import SwaggerParser from "@apidevtools/swagger-parser";
import type { ErrorObject } from "ajv";
import { isObject, type JsonObject } from "./document-walk.js";
import { toPointer } from "./json-pointer.js";
import { isPlainlyValid } from "./meta-schema.js";
import type { Problem } from "./problem.js";

type StructuralProblem = Pick<Problem, "rule" | "message" | "remedy"> & { readonly at: string };

/** Validates a bundled document against the OpenAPI meta-schema of its version; every problem, the most telling one a place. */
export async function checkStructure(document: JsonObject): Promise<readonly StructuralProblem[]> {
  const copy = structuredClone(document);
  // `version: 1.0` is a number to YAML. The validator would stop at it, and not say where it is.
  const { info } = copy;
  const isNumber = isObject(info) && typeof info["version"] === "number";
  if (isNumber) info["version"] = String(info["version"]);
  // Without paths the validator says nothing of the rest; and components alone, which 3.1 allows, it refuses.
  const is30 = String(copy["openapi"]).startsWith("3.0");
  const isEmpty = ["paths", ...(is30 ? [] : ["components", "webhooks"])].every(
    (key) => copy[key] === undefined,
  );
  if (isEmpty || copy["webhooks"] === undefined) copy["paths"] ??= {};
  return [
    ...(isNumber ? [numericVersion] : []),
    ...(isEmpty ? [noContent(is30)] : []),
    ...(await validate(copy)),
  ];
}

function noContent(is30: boolean): StructuralProblem {
  return {
    rule: "openapi-structure",
    at: "#",
    message: `Not valid OpenAPI: there ${is30 ? "are no `paths`" : "is none of `paths`, `components` and `webhooks`"}.`,
    remedy: "Describe the API's paths; `paths: {}` if it has none.",
  };
}

const numericVersion: StructuralProblem = {
  rule: "openapi-structure",
  at: "#/info/version",
  message: "Not valid OpenAPI: the version is a number.",
  remedy: "Write it as text, in quotes.",
};

async function validate(document: JsonObject): Promise<readonly StructuralProblem[]> {
  // What the validator finds, and how it says it, is its own; it only need not be asked about what is right.
  if (isPlainlyValid(document)) return [];
  try {
    await SwaggerParser.validate(
      document as never,
      {
        resolve: { external: false },
        // References were followed while bundling, and the meta-schema knows them: no need to expand a large spec.
        dereference: { excludedPathMatcher: () => true },
      } as SwaggerParser.Options,
    );
    return [];
  } catch (error) {
    const { details, message } = error as Error & { details?: readonly ErrorObject[] };
    if (!details)
      return [{ rule: "openapi-structure", at: "#", message, remedy: "See the OpenAPI Specification." }];
    return describe(details.filter((error) => !demandsLicensePlace(error)));
  }
}

/** The meta-schema of 3.1 asks a license for an identifier or a URL; OpenAPI has both optional, and only forbids both. */
function demandsLicensePlace({ instancePath, keyword, params }: ErrorObject): boolean {
  if (instancePath !== "/info/license") return false;
  return (
    params["missingProperty"] !== "name" && (keyword === "required" || params["passingSchemas"] === null)
  );
}

/** Keywords that only repeat that a branch below failed. */
const wrappers = new Set(["allOf", "anyOf", "oneOf", "if", "not", "$ref", "$dynamicRef"]);

function describe(errors: readonly ErrorObject[]): StructuralProblem[] {
  const telling = errors.filter((error) => !wrappers.has(error.keyword));
  const byPlace = new Map<string, ErrorObject>();
  for (const error of telling.length > 0 ? telling : errors) {
    // Of a union's branches, the one that got furthest knows best what the author meant: "not a $ref" is never it.
    if (error.keyword === "required" && error.params["missingProperty"] === "$ref") continue;
    const key = `${error.instancePath} ${subject(error)}`;
    if (!byPlace.has(key)) byPlace.set(key, error);
  }
  return [...byPlace.values()].map((error) => ({
    rule: "openapi-structure",
    at: `#${error.instancePath}${unknownKey(error)}`,
    message: `Not valid OpenAPI: ${sentence(error)}.`,
    remedy: "See this object in the OpenAPI Specification.",
  }));
}

/** A field that should not be there has a place of its own; a missing one has only its parent's. */
function unknownKey({ params }: ErrorObject): string {
  const key = params["additionalProperty"] ?? params["unevaluatedProperty"];
  return key === undefined ? "" : toPointer([String(key)]).slice(1);
}

function subject(error: ErrorObject): string {
  return String(
    error.params["additionalProperty"] ??
      error.params["unevaluatedProperty"] ??
      error.params["missingProperty"] ??
      "",
  );
}

function sentence(error: ErrorObject): string {
  const name = JSON.stringify(subject(error));
  switch (error.keyword) {
    case "required":
      return `the field ${name} is missing`;
    case "additionalProperties":
    case "unevaluatedProperties":
      return `the field ${name} is not known here`;
    case "enum":
      return `the value must be one of ${(error.params["allowedValues"] as unknown[]).map((value) => JSON.stringify(value)).join(", ")}`;
    default:
      return `the value ${error.message ?? "is wrong"}`;
  }
}
