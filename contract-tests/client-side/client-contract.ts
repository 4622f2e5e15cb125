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
  type JsonObject,
  type Operation,
  object,
  operationsOf,
  type Parameter,
  type RequestBody,
  type Schema,
} from "../support/contract.js";
import { followRef, readSpecDocument, withStructureResolved } from "../support/spec-document.js";
import { type Credential, credentialsOf } from "../verify/credentials.js";

/** A contract as a client is held against it. */
export interface ClientContract {
  readonly className: string;
  readonly operations: readonly ClientOperation[];
  readonly webhooks: readonly ClientWebhook[];
  /** Properties of an error's body; `null` where the contract names none. */
  readonly error: Readonly<Record<"message" | "code" | "requestId", string | null>>;
  /** Codes of a 429 that means too many jobs, not too many requests. */
  readonly concurrencyCodes: readonly string[];
  /** Judges and makes what a client sends: `readOnly` properties are not for it. */
  readonly sent: Direction;
  /** The same for what it is answered, without `writeOnly` ones. */
  readonly answered: Direction;
}

export interface Direction {
  readonly judge: SchemaJudge;
  readonly arbitraries: SchemaArbitraries;
}

export interface ClientOperation extends Omit<Operation, "parameters" | "body" | "responses" | "keyHeader"> {
  /** Those that a caller gives: the key, HTTP's own headers and cookies are none. */
  readonly parameters: readonly ClientParameter[];
  readonly body: ClientBody | null;
  readonly answers: readonly DeclaredAnswer[];
  /** What lets a call in; empty where nothing is asked for. */
  readonly credentials: readonly Credential[];
  /** The job that its success is. */
  readonly job: Job | null;
  /** Operation and parameter that look at the job it starts. */
  readonly look: { readonly operationId: string; readonly idProperty: string } | null;
  /** It takes a file of many requests, a line each. */
  readonly isBatch: boolean;
}

export interface ClientParameter extends Parameter {
  readonly allowReserved: boolean;
  /** Sent as JSON text. */
  readonly isJson: boolean;
}

export interface ClientBody extends RequestBody {
  readonly form: FormView | null;
}

export interface ClientWebhook {
  readonly name: string;
  readonly schema: Schema;
  /** `x-webhook-signature`. */
  readonly signature: JsonObject;
}

export async function loadClientContract(specPath: string): Promise<ClientContract> {
  const document = await readSpecDocument(specPath);
  const sent = direction(document, "readOnly");
  const answered = direction(document, "writeOnly");
  const resolved = withStructureResolved(document);
  const errors = Object.values(object(object(document["components"])["schemas"]))
    .map((schema) => object(object(schema)["x-error"]))
    .find((rules) => typeof rules["messageProperty"] === "string");
  const errorProperty = (rule: string): string | null => (errors?.[rule] as string | undefined) ?? null;
  return {
    className: String(object(document["x-client"])["className"]),
    operations: operationsOf(resolved, () => null).map((one) => readOperation(resolved, sent.judge, one)),
    webhooks: Object.entries(object(resolved["webhooks"])).flatMap(([name, item]) =>
      Object.values(object(item)).flatMap((operation) => readWebhook(name, object(operation))),
    ),
    error: {
      message: errorProperty("messageProperty"),
      code: errorProperty("codeProperty"),
      requestId: errorProperty("requestIdProperty"),
    },
    concurrencyCodes: [object(document["x-plans"])["errorCode"] ?? []].flat().map(String),
    sent,
    answered,
  };
}

function direction(document: JsonObject, leftOut: string): Direction {
  const judge = schemaJudge(object(withoutMarked(document, document, leftOut)));
  return { judge, arbitraries: new SchemaArbitraries(judge) };
}

/** The document without the properties that are marked `readOnly`, or `writeOnly`: they are not for this direction. */
function withoutMarked(document: JsonObject, value: unknown, mark: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutMarked(document, item, mark));
  if (typeof value !== "object" || value === null) return value;
  const { properties, required } = object(value);
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, withoutMarked(document, part, mark)]),
  );
  if (typeof properties !== "object") return copy;
  const isMarked = (name: string): boolean => {
    const { $ref, ...own } = object(object(properties)[name]);
    const target = typeof $ref === "string" ? object(followRef(document, $ref)) : {};
    return own[mark] === true || target[mark] === true;
  };
  copy["properties"] = Object.fromEntries(
    Object.entries(object(copy["properties"])).filter(([name]) => !isMarked(name)),
  );
  if (Array.isArray(required)) copy["required"] = required.filter((name) => !isMarked(String(name)));
  return copy;
}

/** Headers that OpenAPI says are no parameters. */
const ownHeaders = ["accept", "content-type", "authorization"];
/** Of several media types the client sends the first of these. */
const preferred = [/[/+]json$/, /^multipart\//, /^application\/x-www-form-urlencoded$/, /./];

function readOperation(document: JsonObject, judge: SchemaJudge, operation: Operation): ClientOperation {
  const written = object(object(object(document["paths"])[operation.path])[operation.method.toLowerCase()]);
  const credentials = credentialsOf(document, written)[0] ?? [];
  const isGiven = ({ name, in: place }: Parameter): boolean =>
    ["path", "query", "header"].includes(place) &&
    (place !== "header" || !ownHeaders.includes(name.toLowerCase())) &&
    !credentials.some((one) => one.in === place && one.name.toLowerCase() === name.toLowerCase());
  const answers = declaredAnswers(written);
  const job = readJob(resolved(judge, successSchema(answers)));
  return {
    ...operation,
    parameters: operation.parameters.filter(isGiven).map((parameter) => readParameter(document, parameter)),
    body: readBody(judge, operation, object(written["requestBody"])),
    answers,
    credentials,
    job,
    look: job && lookOf(object(written["responses"])),
    isBatch: written["x-batch"] !== undefined,
  };
}

function readParameter(document: JsonObject, parameter: Parameter): ClientParameter {
  const written = object(parameter.at.reduce<unknown>(step, document));
  const [content] = Object.values(object(written["content"]));
  return {
    ...parameter,
    allowReserved: written["allowReserved"] === true,
    isJson: content !== undefined,
    schema: content === undefined ? parameter.schema : (object(content)["schema"] as Schema),
  };
}

const step = (at: unknown, token: string): unknown =>
  Array.isArray(at) ? at[Number(token)] : object(at)[token];

function readBody(judge: SchemaJudge, { body }: Operation, written: JsonObject): ClientBody | null {
  if (!body) return null;
  const content = Object.entries(object(written["content"]));
  const [mediaType, value] = preferred.flatMap((kind) => content.filter(([type]) => kind.test(type)))[0] ?? [
    "",
    {},
  ];
  const chosen: RequestBody = {
    ...body,
    mediaType,
    schema: (object(value)["schema"] as Schema | undefined) ?? true,
    encoding: object(object(value)["encoding"]) as RequestBody["encoding"],
  };
  return { ...chosen, form: mediaType.startsWith("multipart/") ? formView(judge, chosen) : null };
}

/** What a schema says by itself, its references followed. */
export function resolved(judge: SchemaJudge, schema: Schema | undefined): JsonObject {
  const { $ref, ...own } = object(schema);
  return typeof $ref === "string" ? { ...resolved(judge, judge.follow($ref)), ...own } : own;
}

/** The link of a success that leads on by a property of its body. */
function lookOf(responses: JsonObject): ClientOperation["look"] {
  const links = Object.entries(responses)
    .filter(([status]) => status.startsWith("2"))
    .flatMap(([, answer]) => Object.values(object(object(answer)["links"])).map(object));
  for (const { operationId, parameters } of links) {
    const [expression, ...others] = Object.values(object(parameters)).map(String);
    const idProperty = /^\$response\.body#\/([^/]+)$/.exec(expression ?? "")?.[1];
    if (idProperty !== undefined && others.length === 0)
      return { operationId: String(operationId), idProperty };
  }
  return null;
}

function readWebhook(name: string, operation: JsonObject): ClientWebhook[] {
  const signature = operation["x-webhook-signature"];
  const [content] = Object.values(object(object(operation["requestBody"])["content"]));
  if (signature === undefined || content === undefined) return [];
  return [{ name, schema: object(content)["schema"] as Schema, signature: object(signature) }];
}
