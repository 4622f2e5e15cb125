import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import type { Fault } from "./fault.js";
import type { SpecNode } from "./spec-node.js";

/** Checks a value; `null` is its word for valid. */
export type Check = (value: unknown) => readonly Fault[] | null;

/**
 * Makes checks of the contract's schemas. Each is compiled twice: quick, which stops at the first fault, and, only once
 * something was wrong, thorough, which names them all.
 */
export class Validators {
  readonly #quick: Ajv2020;
  readonly #thorough: Ajv2020;
  readonly #checks = new Map<string, Check>();
  /** What could not be compiled, in sentences. */
  readonly problems: string[] = [];

  constructor(document: object) {
    this.#quick = ajvFor(document, false);
    this.#thorough = ajvFor(document, true);
  }

  of(schema: SpecNode): Check {
    const { pointer } = schema;
    if (!schema.exists || schema.value === true) return () => null;
    let check = this.#checks.get(pointer);
    if (!check) {
      check = this.#compile(pointer);
      this.#checks.set(pointer, check);
    }
    return check;
  }

  #compile(pointer: string): Check {
    let quick: ValidateFunction;
    try {
      quick = this.#quick.compile({ $ref: `${documentId}#${pointer}` });
    } catch (error) {
      this.problems.push(`#${decodeURIComponent(pointer)} can't be checked: ${(error as Error).message}`);
      return () => null;
    }
    let thorough: ValidateFunction | null = null;
    return (value) => {
      if (quick(value)) return null;
      thorough ??= this.#thorough.compile({ $ref: `${documentId}#${pointer}` });
      thorough(value);
      return faultsOf(thorough.errors ?? quick.errors ?? []);
    };
  }
}

const documentId = "contract:/document";

function ajvFor(document: object, allErrors: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    strict: false, // OpenAPI's own keywords and extensions stand in the schemas
    allErrors,
    validateSchema: false,
    addUsedSchema: false,
    verbose: false,
    logger: false,
    inlineRefs: 8,
  });
  formats.default(ajv);
  for (const format of ["int32", "int64", "float", "double", "binary", "byte", "password"])
    ajv.addFormat(format, true);
  ajv.addSchema(document, documentId);
  return ajv;
}

/** Faults without those that are only the echo of others: of alternatives, those that were never meant. */
function faultsOf(errors: readonly ErrorObject[]): Fault[] {
  const meant = withoutOtherAlternatives(errors).filter(
    ({ keyword }) => keyword !== "if" && keyword !== "oneOf" && keyword !== "anyOf",
  );
  const shown = meant.length > 0 ? meant : errors;
  const faults = shown.map(toFault);
  return faults.filter(
    ({ pointer, rule, message }, index) =>
      faults.findIndex((one) => one.pointer === pointer && one.rule === rule && one.message === message) ===
      index,
  );
}

function toFault({ instancePath, keyword, params, message = "is wrong" }: ErrorObject): Fault {
  const extra = params["additionalProperty"] ?? params["unevaluatedProperty"];
  if (extra !== undefined)
    return {
      pointer: `${instancePath}/${escapeToken(String(extra))}`,
      rule: keyword,
      message: "is not a property that the contract names",
    };
  const allowed = params["allowedValues"] ?? params["allowedValue"];
  const detail =
    allowed === undefined
      ? message
      : `${message.replace(/^must be equal to (one of the allowed values|constant)$/, "must be")} ${[allowed]
          .flat()
          .map((value) => JSON.stringify(value))
          .join(", ")}`;
  const missing = params["missingProperty"];
  return {
    pointer: missing === undefined ? instancePath : `${instancePath}/${escapeToken(String(missing))}`,
    rule: keyword,
    message: missing === undefined ? detail : "is required",
  };
}

/** Where none of several alternatives fits, the errors of that one which the value comes closest to. */
function withoutOtherAlternatives(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  let left = errors;
  for (const { keyword, schemaPath, instancePath } of errors) {
    if (keyword !== "oneOf" && keyword !== "anyOf") continue;
    const inside = left.filter(
      (one) =>
        isBelow(one, schemaPath, instancePath) ||
        one.instancePath.startsWith(`${instancePath}/`) ||
        (one.instancePath === instancePath && isOfReference(one, schemaPath)),
    );
    const branches = new Map<string, ErrorObject[]>();
    for (const one of inside) {
      const branch = branchOf(one, schemaPath);
      branches.set(branch, [...(branches.get(branch) ?? []), one]);
    }
    if (branches.size < 2) continue;
    const [best] = [...branches.values()].sort((a, b) => distance(a) - distance(b));
    left = left.filter((one) => !inside.includes(one) || best?.includes(one));
  }
  return left;
}

const isBelow = (error: ErrorObject, schemaPath: string, instancePath: string): boolean =>
  error.instancePath.startsWith(instancePath) && error.schemaPath.startsWith(`${schemaPath}/`);

/** An error inside a referenced schema tells that schema's path, not the path of the reference. */
const isOfReference = (error: ErrorObject, schemaPath: string): boolean =>
  error.schemaPath !== schemaPath &&
  error.keyword !== "oneOf" &&
  error.keyword !== "anyOf" &&
  error.keyword !== "if";

function branchOf({ schemaPath: path }: ErrorObject, of: string): string {
  if (path.startsWith(`${of}/`)) return path.slice(of.length + 1).split("/")[0] ?? "";
  return (
    path.split(/\/(?:properties|required|additionalProperties|if|type|items|enum|const)(?:\/|$)/)[0] ?? path
  );
}

/** A tag that says another kind means that this kind was not meant. */
function distance(errors: readonly ErrorObject[]): number {
  return errors.reduce(
    (sum, { keyword }) => sum + (keyword === "const" ? 1000 : keyword === "type" ? 10 : 1),
    0,
  );
}

const escapeToken = (token: string): string => token.replaceAll("~", "~0").replaceAll("/", "~1");
