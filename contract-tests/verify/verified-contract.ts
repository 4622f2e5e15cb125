import { FaultyValues } from "../arbitraries/faulty-values.js";
import { type FormView, formView } from "../arbitraries/form-view.js";
import { SchemaArbitraries } from "../arbitraries/schema-arbitrary.js";
import { type SchemaJudge, schemaJudge } from "../arbitraries/schema-judge.js";
import {
  type DeclaredAnswer,
  declaredAnswers,
  type Job,
  readJob,
  successSchema,
} from "../support/answers.js";
import {
  array,
  type JsonObject,
  type Operation,
  object,
  operationsOf,
  type Schema,
} from "../support/contract.js";
import { readSpecDocument, withStructureResolved } from "../support/spec-document.js";
import { rootFileOf } from "../support/spec-files.js";
import { type Credential, credentialsOf } from "./credentials.js";
import {
  type BatchRules,
  type ErrorWords,
  type Estimate,
  errorWordsOf,
  type MediaLimit,
  readEstimate,
  readMediaLimits,
} from "./extensions.js";
import { withBatch } from "./with-batch.js";

/** A contract as a server is held against it: its operations, and what judges and makes values of its schemas. */
export interface VerifiedContract {
  readonly title: string;
  readonly operations: readonly VerifiedOperation[];
  readonly judge: SchemaJudge;
  readonly arbitraries: SchemaArbitraries;
  readonly faulty: FaultyValues;
  /** Where the spec says the API is; `null` where it does not. */
  readonly serverUrl: string | null;
  /** The package, class and environment variable of the client, where the spec names them. */
  readonly client: {
    readonly packageName: string;
    readonly className: string;
    readonly apiKeyEnv: string;
  } | null;
  readonly plans: readonly Plan[];
  /** Codes of a 429 that means that as many jobs are at work as the plan allows. */
  readonly concurrencyCodes: readonly string[];
  /** Property of an error's body that holds its code; `null` where the spec names none. */
  readonly errorCodeProperty: string | null;
  /** Which properties of an error's body hold numbers of the server's own, by the words of `x-holds`. */
  readonly errorWords: ErrorWords;
  readonly webhooks: readonly Webhook[];
}

export interface VerifiedOperation extends Operation {
  readonly answers: readonly DeclaredAnswer[];
  /** One list for each way to be let in, all of whose credentials are needed; empty: anyone may. */
  readonly credentials: readonly (readonly Credential[])[];
  /** GET and its like: nothing is created, and nothing costs. */
  readonly isRead: boolean;
  readonly rateLimits: readonly RateLimit[];
  readonly form: FormView | null;
  /** What the answer of success says of the job that was begun. */
  readonly job: Job | null;
  /** What it says of the price, where it is an estimate. */
  readonly estimate: Estimate | null;
  /** Where it takes a batch: how that is followed, and where the results are. */
  readonly batch: Batch | null;
  /** How long media of its requests may last. */
  readonly mediaLimits: readonly MediaLimit[];
  /** What a plan must have for it; `null`: any plan will do. */
  readonly feature: string | null;
  /** Properties of the body that take the address of a webhook, and which webhook is sent there. */
  readonly webhookProperties: readonly { readonly property: string; readonly webhook: string }[];
  /** Property of the body that takes the address of a webhook: one for an address, and called after it. */
  readonly callbackProperty: string | null;
  /** Which rules have refusals of their own. */
  readonly refusals: readonly Refusal[];
}

/** An error of the contract's that belongs to a rule: an example with `x-when`. */
export interface Refusal {
  readonly status: string;
  /** A word, or a keyword of JSON Schema; `null`: any rule. */
  readonly rule: string | null;
  /** Tokens of the place in the request, `*` for any one; `null`: anywhere. */
  readonly place: readonly string[] | null;
  readonly value: JsonObject;
}

export interface RateLimit {
  readonly name: string;
  readonly limit: number;
  readonly periodSeconds: number;
  readonly errorCode: string | null;
}

export interface Batch extends BatchRules {
  readonly schema: Schema;
  /** The jobs of batches, and the operation that tells of one: in the contract it may be no more than a path. */
  readonly job: Job;
  readonly followed: VerifiedOperation | null;
}

export interface Plan {
  readonly name: string;
  readonly concurrency: number | null;
  /** How long media may last; `null`: no limit of the plan. */
  readonly maxSeconds: number | null;
  /** How many jobs may be created in a month; `null`: as many as come. */
  readonly jobsPerMonth: number | null;
  readonly features: readonly string[];
}

export interface Webhook {
  readonly name: string;
  /** What `x-webhook` calls it. */
  readonly key: string;
  readonly schema: Schema;
  readonly signature: JsonObject | null;
}

/** `spec`: the root file, or its folder. */
export async function loadVerifiedContract(spec: string): Promise<VerifiedContract> {
  const document = await readSpecDocument(rootFileOf(spec));
  const resolved = withStructureResolved(document);
  const judge = schemaJudge(document);
  const arbitraries = new SchemaArbitraries(judge);
  const client = object(document["x-client"]);
  const plans = object(document["x-plans"]);
  const webhooks = operationsOf({ ...resolved, paths: resolved["webhooks"] }, () => null);
  const operations = operationsOf(resolved, () => null).map((operation) =>
    verified(resolved, judge, operation),
  );
  return {
    title: String(object(document["info"])["title"] ?? "API"),
    operations: operations.map((operation) => withBatch(resolved, judge, operation, operations)),
    judge,
    arbitraries,
    faulty: new FaultyValues(judge, arbitraries),
    serverUrl: (object(array(document["servers"])[0])["url"] as string | undefined) ?? null,
    client:
      typeof client["className"] === "string"
        ? {
            packageName: String(client["packageName"]),
            className: client["className"],
            apiKeyEnv: String(client["apiKeyEnv"]),
          }
        : null,
    plans: array(plans["plans"]).map((plan) => ({
      name: String(object(plan)["name"]),
      concurrency: (object(plan)["concurrency"] as number | null | undefined) ?? null,
      maxSeconds: (object(plan)["maxSeconds"] as number | undefined) ?? null,
      jobsPerMonth: (object(plan)["jobsPerMonth"] as number | undefined) ?? null,
      features: array(object(plan)["features"]).map(String),
    })),
    concurrencyCodes: [plans["errorCode"] ?? []].flat().map(String),
    errorCodeProperty: errorCodePropertyOf(resolved),
    errorWords: errorWordsOf(resolved),
    webhooks: webhooks.map(({ id, path, method, body }) => ({
      name: id,
      key: path,
      schema: body?.schema ?? true,
      signature: signatureOf(resolved, path, method),
    })),
  };
}

function verified(document: JsonObject, judge: SchemaJudge, operation: Operation): VerifiedOperation {
  const written = object(object(object(document["paths"])[operation.path])[operation.method.toLowerCase()]);
  const answers = declaredAnswers(written);
  const id = operation.id === "undefined" ? `${operation.method} ${operation.path}` : operation.id;
  return {
    ...operation,
    id,
    answers,
    credentials: credentialsOf(document, written),
    isRead: ["GET", "HEAD", "OPTIONS", "TRACE"].includes(operation.method),
    rateLimits: rateLimitsOf(document, written),
    form: operation.body?.mediaType === "multipart/form-data" ? formView(judge, operation.body) : null,
    job: readJob(resolvedSchema(judge, successSchema(answers))),
    estimate: readEstimate(judge, successSchema(answers)),
    batch: null,
    mediaLimits: operation.body ? readMediaLimits(judge, operation.body.schema) : [],
    feature: typeof written["x-requires-feature"] === "string" ? written["x-requires-feature"] : null,
    webhookProperties: webhookPropertiesOf(resolvedSchema(judge, operation.body?.schema)),
    refusals: refusalsOf(written),
    callbackProperty: callbackPropertyOf(resolvedSchema(judge, operation.body?.schema)),
  };
}

function webhookPropertiesOf({ properties }: JsonObject): VerifiedOperation["webhookProperties"] {
  return Object.entries(object(properties)).flatMap(([property, schema]) => {
    const webhook = object(schema)["x-webhook"];
    return typeof webhook === "string" ? [{ property, webhook }] : [];
  });
}

function rateLimitsOf(document: JsonObject, operation: JsonObject): RateLimit[] {
  const policies = object(document["x-rate-limits"]);
  return array(operation["x-rate-limit"] ?? document["x-rate-limit"]).map((name) => {
    const { limit, periodSeconds, errorCode } = object(policies[String(name)]);
    return {
      name: String(name),
      limit: Number(limit),
      periodSeconds: Number(periodSeconds),
      errorCode: (errorCode as string | undefined) ?? null,
    };
  });
}

function resolvedSchema(judge: SchemaJudge, schema: Schema | undefined): JsonObject {
  const { $ref } = object(schema);
  return object(typeof $ref === "string" ? judge.follow($ref) : schema);
}

function refusalsOf(operation: JsonObject): Refusal[] {
  return Object.entries(object(operation["responses"]))
    .filter(([status]) => /^[45]/.test(status))
    .flatMap(([status, answer]) =>
      Object.values(object(object(answer)["content"])).flatMap((content) =>
        Object.values(object(object(content)["examples"])).map((example): Refusal => {
          const when = object(example)["x-when"];
          const [rule = null, place] = typeof when === "string" ? when.split(" ") : [];
          return {
            status,
            rule,
            place: place?.split("/").slice(1) ?? null,
            value: object(object(example)["value"]),
          };
        }),
      ),
    );
}

function callbackPropertyOf({ properties }: JsonObject): string | null {
  const named = Object.entries(object(properties)).find(([, schema]) => object(schema)["x-webhook"]);
  if (named) return named[0];
  const found = Object.entries(object(properties)).find(
    ([name, schema]) => /webhook|callback/i.test(name) && object(schema)["format"] === "uri",
  );
  return found?.[0] ?? null;
}

function signatureOf(document: JsonObject, path: string, method: string): JsonObject | null {
  const operation = object(object(object(document["webhooks"])[path])[method.toLowerCase()]);
  return operation["x-webhook-signature"] === undefined ? null : object(operation["x-webhook-signature"]);
}

/** The answer an operation declares for a status: exactly, by its hundred, or by default. */
export function answerFor(operation: VerifiedOperation, status: number): DeclaredAnswer | null {
  const { answers } = operation;
  const of = (key: string): DeclaredAnswer | undefined =>
    answers.find((one) => one.status.toUpperCase() === key);
  return of(String(status)) ?? of(`${Math.floor(status / 100)}XX`) ?? of("DEFAULT") ?? null;
}

function errorCodePropertyOf(document: JsonObject): string | null {
  const schemas = Object.values(object(object(document["components"])["schemas"]));
  const errors = schemas.map((schema) => object(object(schema)["x-error"])["codeProperty"]);
  return errors.filter((property) => typeof property === "string")[0] ?? null;
}
