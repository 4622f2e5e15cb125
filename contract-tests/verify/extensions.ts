import type { SchemaJudge } from "../arbitraries/schema-judge.js";
import { array, type JsonObject, object, type Schema } from "../support/contract.js";

/** How an answer tells a price: `x-estimate`. */
export interface Estimate {
  readonly framesProperty: string;
  readonly priceProperty: string;
  readonly framesPerSecond: number;
  /** JSON pointer into the request's body. */
  readonly pricedBy: string;
  readonly pricesPerFrame: Readonly<Record<string, unknown>>;
}

/** How long media may last, by `x-max-seconds` on a property of a request. */
export interface MediaLimit {
  /** Names of properties that lead to it. */
  readonly at: readonly string[];
  /** The value there that the limit is for; `null`: any. */
  readonly value: string | null;
  readonly seconds: number;
}

/** Where a batch, its numbers and its results are: `x-batch`. */
export interface BatchRules {
  readonly idProperty: string;
  readonly dryRunProperty: string | null;
  readonly resultIdProperty: string;
  readonly resultBodyProperty: string;
  /** With the id in braces. */
  readonly followPath: string | null;
  /** JSON pointers into the batch, by what is counted: `all`, `succeeded`, `failed`, `pending`. */
  readonly counts: Readonly<Record<string, string>>;
}

/** Which property of an error holds which number of the server's own: words of `x-holds` and names. */
export type ErrorWords = ReadonlyMap<string, string>;

export function readEstimate(judge: SchemaJudge, success: Schema | undefined): Estimate | null {
  const whole = followed(judge, success);
  const found = [whole, followed(judge, whole["items"])].find((one) => one["x-estimate"] !== undefined);
  if (!found) return null;
  const rules = object(found["x-estimate"]);
  return {
    framesProperty: String(rules["framesProperty"]),
    priceProperty: String(rules["priceProperty"]),
    framesPerSecond: Number(rules["framesPerSecond"]),
    pricedBy: String(rules["pricedBy"]),
    pricesPerFrame: object(rules["pricesPerFrame"]),
  };
}

/** Limits on properties of a body, or of a line of a file, and of what is in them. Beside a reference a limit is one of this place. */
export function readMediaLimits(
  judge: SchemaJudge,
  schema: Schema,
  at: readonly string[] = [],
): MediaLimit[] {
  const properties = Object.entries(object(followed(judge, schema)["properties"]));
  return properties.flatMap(([property, written]) => {
    const place = [...at, property];
    const limit = object(written)["x-max-seconds"] ?? followed(judge, written)["x-max-seconds"];
    const own =
      typeof limit === "number"
        ? [{ at: place, value: null, seconds: limit }]
        : Object.entries(object(limit)).flatMap(([value, seconds]) =>
            typeof seconds === "number" ? [{ at: place, value, seconds }] : [],
          );
    return [...own, ...(at.length < deepest ? readMediaLimits(judge, written as Schema, place) : [])];
  });
}

/** Schemas may be without end. */
const deepest = 2;

/** What `x-batch` of an operation says, and the schema of a batch: that of the answers of success which tells of a job. */
export function readBatch(
  judge: SchemaJudge,
  operation: JsonObject,
  success: Schema | undefined,
): (BatchRules & { readonly schema: Schema }) | null {
  const rules = object(operation["x-batch"]);
  if (operation["x-batch"] === undefined || success === undefined) return null;
  const whole = followed(judge, success);
  const schema = [success, ...array(whole["oneOf"]), ...array(whole["anyOf"])].find(
    (one) => followed(judge, one)["x-job"] !== undefined,
  ) as Schema | undefined;
  if (schema === undefined) return null;
  const word = (name: string): string | null => {
    const value = rules[name];
    return typeof value === "string" ? value : null;
  };
  return {
    schema,
    idProperty: word("idProperty") ?? "id",
    dryRunProperty: word("dryRunProperty"),
    resultIdProperty: word("resultIdProperty") ?? "id",
    resultBodyProperty: word("resultBodyProperty") ?? "response",
    followPath: word("followPath"),
    counts: object(rules["counts"]) as Record<string, string>,
  };
}

export function errorWordsOf(document: JsonObject): ErrorWords {
  const schemas = Object.values(object(object(document["components"])["schemas"])).map(object);
  const errors = schemas.find((schema) => schema["x-error"] !== undefined);
  return new Map(
    Object.entries(object(errors?.["properties"])).flatMap(([name, property]): [string, string][] => {
      const word = object(property)["x-holds"];
      return typeof word === "string" ? [[word, name]] : [];
    }),
  );
}

/** A schema, or what it refers to. */
export function followed(judge: SchemaJudge, schema: unknown): JsonObject {
  const { $ref } = object(schema);
  return object(typeof $ref === "string" ? judge.follow($ref) : schema);
}
