import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import {
  isObject,
  type JsonObject,
  kindUnder,
  type PlaceKind,
  setOwn,
  valueAt,
} from "../load/document-walk.js";
import { toPointer } from "../load/json-pointer.js";
import type {
  Batch,
  ClientNames,
  ErrorShape,
  Job,
  Plan,
  Plans,
  RateLimit,
  WebhookSignature,
} from "./contract.js";
import { kebabCase, pascalCase } from "./names.js";

type Place = "root" | "operation" | "schema" | "webhook" | "example" | "media type of a request";

const text = { type: "string", minLength: 1 };
const texts = { type: "array", items: text, uniqueItems: true };
const count = { type: "integer", minimum: 1 };
const closed = (properties: JsonObject, required: readonly string[] = []): JsonObject => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});
const policy = closed({ limit: count, periodSeconds: count, per: text, errorCode: text }, [
  "limit",
  "periodSeconds",
  "per",
]);
const plan = closed(
  {
    name: text,
    title: text,
    concurrency: { type: ["integer", "null"], minimum: 1 },
    maxSeconds: { type: "number", exclusiveMinimum: 0 },
    jobsPerMonth: count,
    features: texts,
  },
  ["name", "concurrency"],
);
/** A name in a header such as `t=1,v1=a`. */
const field = { type: "string", pattern: "^[^\\s,=]+$" };
const property = { type: ["string", "null"], minLength: 1 };
/** Last part of the name of a method. */
const methodName = { type: "string", pattern: "^[a-z][A-Za-z0-9]*$" };
/** A path of this API with the place of an id. */
const path = { type: "string", pattern: "^/.*\\{id\\}" };
const pointer = { type: "string", pattern: "^(/[^/]+)+$" };
/** The rules of a server that no keyword of JSON Schema names. */
const rules = [
  ...["keyMissing", "keyUnknown", "rateLimit", "concurrency", "batchConcurrency", "feature", "notFound"],
  ...["planSeconds", "monthlyJobs"],
  ...["idempotencyKey", "idempotencyConflict", "idempotencyInProgress", "noPrice"],
  ...["minLines", "maxLines", "jsonLines", "uniqueLines", "maxBytes", "contentType"],
];
const keywords = [
  ...["additionalProperties", "const", "enum", "format", "maxContains", "maximum", "maxItems", "maxLength"],
  ...["minContains", "minimum", "minItems", "minLength", "pattern", "required", "type", "uniqueItems"],
];

/** The contract's own words: all that OpenAPI can't say, where each may stand, and its exact shape. */
const vocabulary: Readonly<
  Record<string, { readonly places: readonly Place[]; readonly schema: JsonObject }>
> = {
  "x-client": {
    places: ["root"],
    schema: closed({
      packageName: {
        type: "string",
        pattern: "^(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*$",
        maxLength: 214,
      },
      className: { type: "string", pattern: "^[A-Z][A-Za-z0-9]*$" },
      apiKeyEnv: { type: "string", pattern: "^[A-Z][A-Z0-9_]*$" },
    }),
  },
  "x-plans": {
    places: ["root"],
    schema: closed(
      {
        errorCode: { oneOf: [text, { ...texts, minItems: 1 }] },
        plans: { type: "array", items: plan, minItems: 1 },
      },
      ["plans"],
    ),
  },
  "x-rate-limits": {
    places: ["root"],
    schema: { type: "object", additionalProperties: policy, minProperties: 1 },
  },
  "x-rate-limit": { places: ["root", "operation"], schema: texts },
  "x-requires-feature": { places: ["operation"], schema: text },
  "x-idempotency": { places: ["operation"], schema: closed({ header: text }, ["header"]) },
  "x-batch": {
    places: ["operation"],
    schema: closed(
      {
        dryRunProperty: property,
        idProperty: text,
        resultProperty: property,
        resultIdProperty: property,
        resultBodyProperty: property,
        followPath: path,
        counts: closed({ all: pointer, succeeded: pointer, failed: pointer, pending: pointer }),
      },
      ["idProperty"],
    ),
  },
  "x-method": { places: ["media type of a request"], schema: methodName },
  "x-error": {
    places: ["schema"],
    schema: closed({ messageProperty: text, codeProperty: property, requestIdProperty: property }, [
      "messageProperty",
    ]),
  },
  "x-job": {
    places: ["schema"],
    schema: closed(
      {
        statusProperty: text,
        pending: texts,
        succeeded: { ...texts, minItems: 1 },
        failed: texts,
        errorProperty: property,
        errorCodeProperty: property,
        resultProperty: property,
        resultPath: path,
        secondsProperty: property,
        pollSeconds: { type: "number", exclusiveMinimum: 0 },
      },
      ["statusProperty", "pending", "succeeded", "failed"],
    ),
  },
  "x-max-bytes": { places: ["schema"], schema: count },
  "x-max-seconds": {
    places: ["schema"],
    schema: {
      oneOf: [
        { type: "number", exclusiveMinimum: 0 },
        { type: "object", additionalProperties: { type: "number", exclusiveMinimum: 0 } },
      ],
    },
  },
  "x-item-schema": {
    places: ["schema"],
    schema: closed(
      {
        schema: { type: ["object", "boolean"] },
        minItems: { type: "integer", minimum: 0 },
        maxItems: count,
        uniqueBy: text,
      },
      ["schema"],
    ),
  },
  // Read by who serves the contract; a client has no use for them.
  "x-when": {
    places: ["example"],
    schema: {
      type: "string",
      pattern: `^((${rules.join("|")})( /\\S+)?|(${keywords.join("|")}) /\\S+)$`,
    },
  },
  "x-holds": {
    places: ["schema"],
    schema: { enum: ["activeJobs", "concurrencyLimit", "retryAfterSeconds", "field"] },
  },
  "x-estimate": {
    places: ["schema"],
    schema: closed(
      {
        framesProperty: text,
        priceProperty: text,
        framesPerSecond: { type: "number", exclusiveMinimum: 0 },
        pricedBy: pointer,
        pricesPerFrame: {
          type: "object",
          additionalProperties: { type: "number", minimum: 0 },
          minProperties: 1,
        },
      },
      ["framesProperty", "priceProperty", "framesPerSecond", "pricedBy", "pricesPerFrame"],
    ),
  },
  "x-webhook": { places: ["schema"], schema: text },
  "x-webhook-signature": {
    places: ["webhook"],
    schema: closed(
      {
        header: { type: "string", pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$" },
        algorithm: { enum: ["HMAC-SHA256"] },
        encoding: { enum: ["hex", "base64"] },
        timestampField: field,
        signatureField: field,
        signedPayload: {
          type: "string",
          pattern: "^[^{}]*(\\{timestamp\\}[^{}]*\\{body\\}|\\{body\\}[^{}]*\\{timestamp\\})[^{}]*$",
        },
      },
      ["header", "algorithm", "encoding", "timestampField", "signatureField"],
    ),
  },
};

export const extensionNames: readonly string[] = Object.keys(vocabulary);

/** The keys by which an operation refers to what the root declares, for who reports that it refers to nothing. */
export const keys = {
  rateLimits: "x-rate-limits",
  rateLimit: "x-rate-limit",
  plans: "x-plans",
  feature: "x-requires-feature",
  idempotency: "x-idempotency",
  method: "x-method",
} as const;

/** What has a meaning on operations and parameters beyond OpenAPI, by agreement of others. */
export const documentKeys = { sunset: "x-sunset", stability: "x-stability-level" } as const;

/** What has a meaning on a schema beyond JSON Schema, ours and what others have agreed on, for who compares two schemas. */
export const schemaKeys = {
  error: "x-error",
  job: "x-job",
  maxBytes: "x-max-bytes",
  maxSeconds: "x-max-seconds",
  lines: "x-item-schema",
  sunset: "x-sunset",
  stability: "x-stability-level",
  extensibleEnum: "x-extensible-enum",
} as const;

/** The document's own words, for who makes documents to try them on. */
export const documentWords = {
  client: "x-client",
  plans: "x-plans",
  rateLimits: "x-rate-limits",
  rateLimit: "x-rate-limit",
  feature: "x-requires-feature",
  idempotency: "x-idempotency",
  batch: "x-batch",
  method: "x-method",
  signature: "x-webhook-signature",
} as const;

export const isExtension = (key: string): boolean => key.startsWith("x-");

/** Whether a document was written for us, and not only in OpenAPI that anyone may read. */
export const speaksOurs = (document: JsonObject): boolean => document["x-client"] !== undefined;

interface ExtensionProblem {
  readonly at: string;
  readonly rule: string;
  readonly message: string;
  readonly remedy: string;
}

interface ExtensionCheck {
  readonly problems: readonly ExtensionProblem[];
  /** The document without what is wrong or not ours: the parsers below trust the shapes. */
  readonly readable: JsonObject;
}

/**
 * Finds every extension that is misspelt, misplaced or has a wrong shape. A document that speaks our vocabulary (it has
 * `x-client`) may use no other `x-` key. In anyone else's document foreign keys are none of our business, and a word
 * of ours that does not fit is a foreign key too; only what all but has a long name of ours is taken for a slip.
 */
export function checkExtensions(document: JsonObject): ExtensionCheck {
  const problems: ExtensionProblem[] = [];
  const unreadable = new Set<string>();
  const ours = speaksOurs(document);

  const check = (key: string, value: unknown, at: string, place: Place | null): void => {
    const report = (rule: string, message: string, remedy: string, where = at): void => {
      unreadable.add(at);
      problems.push({ at: where, rule, message, remedy });
    };
    if (!Object.hasOwn(vocabulary, key)) {
      const near = ours ? nearest(key, 2) : nearest(key, 1, 10);
      if (!ours && !near) return;
      const remedy = near ? `Did you mean ${near}?` : `Known here: ${extensionNames.join(", ")}.`;
      report("extension-unknown", `The extension ${JSON.stringify(key)} is not known.`, remedy);
      return;
    }
    const { places, schema } = vocabulary[key] as (typeof vocabulary)[string];
    if (!place || !places.includes(place)) {
      if (ours)
        report(
          "extension-misplaced",
          `The extension ${key} has no meaning here.`,
          `Write it on: ${places.join(", ")}.`,
        );
      return;
    }
    const validate = validatorOf(schema);
    if (validate(value) && (ours || namesWhatIs(document, key, value))) return;
    unreadable.add(at);
    if (!ours) return; // the same word, someone else's meaning
    for (const error of (validate.errors ?? []).filter(({ keyword }) => keyword !== "oneOf")) {
      report(
        "extension-invalid",
        `The extension ${key} ${sentence(error)}.`,
        "See its row in the table of extensions.",
        at + error.instancePath,
      );
    }
  };

  const visit = (value: unknown, kind: PlaceKind, tokens: readonly string[]): unknown => {
    if (kind === "data") return value;
    if (Array.isArray(value))
      return value.map((item, index) => visit(item, kind, [...tokens, String(index)]));
    if (!isObject(value)) return value;
    const mapOfNames = kind === "map" || kind === "schema-map" || kind === "example-map";
    const rest: JsonObject = {};
    for (const [key, part] of Object.entries(value)) {
      const path = [...tokens, key];
      if (!mapOfNames && isExtension(key)) check(key, part, toPointer(path), placeOf(kind, tokens));
      const readable = visit(part, kindUnder(kind, key), path);
      if (!unreadable.has(toPointer(path))) setOwn(rest, key, readable);
    }
    return rest;
  };
  return { readable: visit(document, "object", []) as JsonObject, problems };
}

let ajv: Ajv2020 | undefined;

/** Compiled once for each word, however many documents are checked. */
function validatorOf(schema: JsonObject): ValidateFunction {
  ajv ??= new Ajv2020({ allErrors: true, strict: false, meta: false, validateSchema: false });
  return ajv.compile(schema);
}

/** Whether the policies or the feature that an operation names are declared; elsewhere the words may mean anything. */
function namesWhatIs(document: JsonObject, key: string, value: unknown): boolean {
  if (key === "x-rate-limit") return [value].flat().every((name) => isIn(document["x-rate-limits"], name));
  if (key !== "x-requires-feature") return true;
  const plans = valueAt(document, ["x-plans", "plans"]);
  return Array.isArray(plans) && plans.some((one) => [valueAt(one, ["features"])].flat().includes(value));
}

const isIn = (map: unknown, name: unknown): boolean => isObject(map) && Object.hasOwn(map, String(name));

function placeOf(kind: PlaceKind, tokens: readonly string[]): Place | null {
  if (tokens.length === 0) return "root";
  if (kind === "schema" || kind === "example") return kind;
  if (tokens.length === 3 && tokens[0] === "paths") return "operation";
  const isRequest = tokens.length === 6 && tokens[0] === "paths" && tokens[3] === "requestBody";
  const isShared = tokens.length === 5 && tokens[0] === "components" && tokens[1] === "requestBodies";
  if ((isRequest || isShared) && tokens.at(-2) === "content") return "media type of a request";
  return tokens.length === 3 && tokens[0] === "webhooks" ? "webhook" : null;
}

function sentence(error: ErrorObject): string {
  const where = error.instancePath === "" ? "" : ` at ${error.instancePath}`;
  const property = error.params["additionalProperty"] ?? error.params["missingProperty"];
  const which = property === undefined ? "" : ` (${JSON.stringify(property)})`;
  return `is not valid${where}: it ${error.message}${which}`;
}

/** The known name at most so many keystrokes away. */
function nearest(key: string, keystrokes: number, minLength = 0): string | null {
  const ranked = extensionNames
    .filter((name) => name.length >= minLength)
    .map((name) => ({ name, distance: editDistance(key, name) }))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0] && ranked[0].distance <= keystrokes ? ranked[0].name : null;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitute));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

// The parsers: one a word. Shapes were checked above, so these only fill in what may be left out.

const own = <T>(holder: JsonObject, key: string): T | undefined =>
  Object.hasOwn(holder, key) ? (holder[key] as T) : undefined;

export function readClientNames(document: JsonObject, title: string): ClientNames {
  const given = own<Partial<ClientNames>>(document, "x-client") ?? {};
  const ascii = title.normalize("NFKD").replace(/[^\x20-\x7e]/g, "");
  const base = pascalCase(ascii).replace(/^\d+/, "") || "Api";
  return {
    packageName: given.packageName ?? `${kebabCase(ascii) || "api"}-client`,
    className: given.className ?? `${base}Client`,
    apiKeyEnv:
      given.apiKeyEnv ??
      `${(kebabCase(ascii) || "api").replaceAll("-", "_").toUpperCase()}_API_KEY`.replace(/^(?=\d)/, "_"),
  };
}

export function readPlans(document: JsonObject): Plans | null {
  const given = own<{
    errorCode?: string | string[];
    plans: (Partial<Plan> & Pick<Plan, "name" | "concurrency">)[];
  }>(document, "x-plans");
  if (!given) return null;
  const plans = given.plans.map((one) => {
    const { name, title = name, concurrency, maxSeconds = null, jobsPerMonth = null, features = [] } = one;
    return { name, title, concurrency, maxSeconds, jobsPerMonth, features };
  });
  return { errorCodes: [given.errorCode ?? []].flat(), plans };
}

/** The policies by name. */
export function readRateLimits(document: JsonObject): Map<string, RateLimit> {
  const given =
    own<Record<string, { limit: number; periodSeconds: number; per: string; errorCode?: string }>>(
      document,
      "x-rate-limits",
    ) ?? {};
  return new Map(
    Object.entries(given).map(([name, { limit, periodSeconds, per, errorCode = null }]) => [
      name,
      { name, limit, periodSeconds, per, errorCode },
    ]),
  );
}

/** Names of the policies that apply to an operation: its own list, or else the root's. */
export function readRateLimitNames(document: JsonObject, operation: JsonObject): readonly string[] {
  return own<string[]>(operation, "x-rate-limit") ?? own<string[]>(document, "x-rate-limit") ?? [];
}

export function readRequiredFeature(operation: JsonObject): string | null {
  return own<string>(operation, "x-requires-feature") ?? null;
}

/** The name that a media type gives the method which sends it; in a document that was not checked it may be anything. */
export function readMethodName(mediaType: JsonObject): string | null {
  const name = own(mediaType, "x-method");
  return typeof name === "string" && new RegExp(methodName.pattern).test(name) ? name : null;
}

export function readIdempotencyHeader(operation: JsonObject): string | null {
  return own<{ header: string }>(operation, "x-idempotency")?.header ?? null;
}

export function readBatch(operation: JsonObject): Batch | null {
  const given = own<Partial<Batch> & Pick<Batch, "idProperty">>(operation, "x-batch");
  if (!given) return null;
  const { idProperty, dryRunProperty = null, resultProperty = null, resultIdProperty = null } = given;
  return { dryRunProperty, idProperty, resultProperty, resultIdProperty };
}

export function readErrorShape(name: string, schema: JsonObject): ErrorShape | null {
  const given = own<{
    messageProperty: string;
    codeProperty?: string | null;
    requestIdProperty?: string | null;
  }>(schema, "x-error");
  if (!given) return null;
  const { messageProperty, codeProperty = null, requestIdProperty = null } = given;
  return { schema: name, messageProperty, codeProperty, requestIdProperty };
}

export function readJob(schema: JsonObject): Job | null {
  const given = own<Partial<Job> & Pick<Job, "statusProperty" | "pending" | "succeeded" | "failed">>(
    schema,
    "x-job",
  );
  if (!given) return null;
  const { statusProperty, pending, succeeded, failed } = given;
  const { errorProperty = null, errorCodeProperty = null, pollSeconds = null } = given;
  return { statusProperty, pending, succeeded, failed, errorProperty, errorCodeProperty, pollSeconds };
}

export function readMaxBytes(schema: JsonObject): number | null {
  return own<number>(schema, "x-max-bytes") ?? null;
}

export function readMaxSeconds(schema: JsonObject): Readonly<Record<string, number>> {
  const given = own<number | Record<string, number>>(schema, "x-max-seconds") ?? {};
  return typeof given === "number" ? { "*": given } : given;
}

export interface ItemRules {
  readonly minItems: number | null;
  readonly maxItems: number | null;
  readonly uniqueBy: string | null;
}

/** The rules of a JSONL part; the schema of a line stands at `<pointer>/<the key>/schema`. */
export function readItemRules(
  schema: JsonObject,
): (ItemRules & { readonly schema: unknown; readonly path: readonly string[] }) | null {
  const given = own<Partial<ItemRules> & { schema: unknown }>(schema, "x-item-schema");
  if (!given) return null;
  const { schema: item, minItems = null, maxItems = null, uniqueBy = null } = given;
  return { schema: item, path: ["x-item-schema", "schema"], minItems, maxItems, uniqueBy };
}

export function readWebhookSignature(webhook: JsonObject): WebhookSignature | null {
  const given = own<Omit<WebhookSignature, "signedPayload"> & { signedPayload?: string }>(
    webhook,
    "x-webhook-signature",
  );
  return given ? { signedPayload: "{timestamp}.{body}", ...given } : null;
}
