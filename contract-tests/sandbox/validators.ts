import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import type { Fault } from "./fault.js";
import { withoutExamples } from "./modernize.js";
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
  readonly #thoroughly = new Map<string, ValidateFunction>();
  readonly #document: object;
  readonly #eager: boolean;
  #pointers: WeakMap<object, string> | null = null;
  /** What could not be compiled, in sentences. */
  readonly problems: string[] = [];

  /** @param eager whether to compile each schema when it is asked for, not when the first value comes */
  constructor(document: object, eager: boolean) {
    this.#document = withoutExamples(document) as object;
    this.#quick = ajvFor(this.#document, false);
    this.#thorough = ajvFor(this.#document, true);
    this.#eager = eager;
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
    let quick: ValidateFunction | null = null;
    const compile = (): ValidateFunction => {
      try {
        return this.#quick.compile({ $ref: `${documentId}#${pointer}` });
      } catch (error) {
        this.problems.push(`#${decodeURIComponent(pointer)} can't be checked: ${(error as Error).message}`);
        return (() => true) as unknown as ValidateFunction;
      }
    };
    if (this.#eager) quick = compile();
    return (value) => {
      quick ??= compile();
      return quick(value) ? null : this.#faultsOf(pointer, value);
    };
  }

  #errorsOf(pointer: string, value: unknown): readonly ErrorObject[] {
    let thorough = this.#thoroughly.get(pointer);
    if (!thorough) {
      thorough = this.#thorough.compile({ $ref: `${documentId}#${pointer}` });
      this.#thoroughly.set(pointer, thorough);
    }
    return thorough(value) ? [] : (thorough.errors ?? []);
  }

  /** All faults; where none of several alternatives fits, those of the one that the value comes closest to. */
  #faultsOf(pointer: string, value: unknown): Fault[] {
    const errors = this.#errorsOf(pointer, value);
    let found: { readonly at: number; readonly fault: Fault; readonly keyword: string }[] = [];
    for (const [at, error] of errors.entries()) {
      const { keyword, instancePath, data } = error;
      const alternatives = keyword === "oneOf" || keyword === "anyOf" ? this.#pointersOf(error.schema) : [];
      if (alternatives.length === 0) {
        if (keyword === "contains") found.push({ at, fault: this.#countedFault(error), keyword });
        else if (keyword !== "if") found.push({ at, fault: toFault(error), keyword });
        continue;
      }
      // What the alternatives reported stands right before.
      const each = alternatives.map((one) => this.#errorsOf(one, data));
      const first = at - each.reduce((sum, { length }) => sum + length, 0);
      found = found.filter((one) => one.at < first);
      const best = each.every(({ length }) => length > 0)
        ? alternatives.map((one) => this.#faultsOf(one, data)).sort((a, b) => distance(a) - distance(b))[0]
        : undefined;
      for (const fault of best ?? [toFault(error)])
        found.push({
          at,
          fault: best ? { ...fault, pointer: instancePath + fault.pointer } : fault,
          keyword,
        });
    }
    const faults = found.map(({ fault }) => fault);
    if (faults.length === 1) return faults;
    return faults.filter((fault, index) => faults.findIndex((one) => isSame(one, fault)) === index);
  }

  /** Too few or too many of what a list must contain: Ajv has one word for both. */
  #countedFault({ instancePath, schema, data, params, message = "" }: ErrorObject): Fault {
    const [pointer] = this.#pointersOf(schema);
    const most = Number(params["maxContains"] ?? Number.POSITIVE_INFINITY);
    const items = data as unknown[];
    const tooMany =
      pointer !== undefined &&
      items.length > most &&
      items.filter((item) => this.#errorsOf(pointer, item).length === 0).length > most;
    return { pointer: instancePath, rule: tooMany ? "maxContains" : "minContains", message };
  }

  /** Where the alternatives stand in the document: Ajv tells them, but not where they are. */
  #pointersOf(alternatives: unknown): string[] {
    if (!this.#pointers) {
      this.#pointers = new WeakMap();
      rememberPointers(this.#document, "", this.#pointers);
    }
    const places = this.#pointers;
    const pointers = [alternatives].flat().map((one) => places.get(Object(one)));
    return pointers.every((one) => one !== undefined) ? pointers : [];
  }
}

function rememberPointers(value: object, pointer: string, pointers: WeakMap<object, string>): void {
  pointers.set(value, pointer);
  for (const [key, part] of Object.entries(value)) {
    if (typeof part !== "object" || part === null || pointers.has(part)) continue;
    rememberPointers(part, `${pointer}/${encodeURIComponent(escapeToken(key))}`, pointers);
  }
}

const isSame = (a: Fault, b: Fault): boolean =>
  a.pointer === b.pointer && a.rule === b.rule && a.message === b.message;

const documentId = "contract:/document";

function ajvFor(document: object, allErrors: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    strict: false, // OpenAPI's own keywords and extensions stand in the schemas
    allErrors,
    validateSchema: false,
    addUsedSchema: false,
    verbose: allErrors, // with the schemas in its errors, by which alternatives are found
    logger: false,
    inlineRefs: 8,
  });
  formats.default(ajv);
  for (const format of ["int32", "int64", "float", "double", "binary", "byte", "password"])
    ajv.addFormat(format, true);
  ajv.addSchema(document, documentId);
  return ajv;
}

function toFault({ instancePath, keyword, params, message = "is wrong" }: ErrorObject): Fault {
  const extra = params["additionalProperty"] ?? params["unevaluatedProperty"];
  if (extra !== undefined)
    return {
      pointer: `${instancePath}/${escapeToken(String(extra))}`,
      rule: keyword,
      message: "is not a property that the contract names",
    };
  const allowed: unknown = params["allowedValues"] ?? params["allowedValue"];
  const detail = allowed === undefined ? message : allowedText(message, allowed);
  const missing = params["missingProperty"];
  return {
    pointer: missing === undefined ? instancePath : `${instancePath}/${escapeToken(String(missing))}`,
    rule: keyword,
    message: missing === undefined ? detail : "is required",
  };
}

const allowedTexts = new WeakMap<object, string>();

/** Kept for each list of the contract, which Ajv hands over as it stands there. */
function allowedText(message: string, allowed: unknown): string {
  const kept = Array.isArray(allowed) ? allowedTexts.get(allowed) : undefined;
  if (kept !== undefined) return kept;
  const start = message.replace(/^must be equal to (one of the allowed values|constant)$/, "must be");
  const text = `${start} ${[allowed]
    .flat()
    .map((value) => JSON.stringify(value))
    .join(", ")}`;
  if (Array.isArray(allowed)) allowedTexts.set(allowed, text);
  return text;
}

/** A tag that says another kind means that this kind was not meant. */
function distance(faults: readonly Fault[]): number {
  const weights: Readonly<Record<string, number>> = { const: 1000, type: 10 };
  return faults.reduce((sum, { rule }) => sum + (weights[rule] ?? 1), 0);
}

const escapeToken = (token: string): string => token.replaceAll("~", "~0").replaceAll("/", "~1");
