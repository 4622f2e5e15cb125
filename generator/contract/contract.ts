/**
 * What a spec says, read once and in full: types only, and no TypeScript in them. Laws:
 *
 * 1. Total: no optional keys; what is absent is `null` or `[]`.
 * 2. Effective: what a spec inherits (security, servers, path parameters, rate limits) sits on each operation.
 * 3. Ordered, read-only, plain JSON: it can be printed and compared.
 * 4. No `$ref` strings and no extension keys.
 * 5. No words of a target language.
 * 6. Everything keeps its JSON pointer, so any later message can say where.
 */
export interface Contract {
  readonly title: string;
  readonly version: string;
  readonly summary: string;
  readonly description: string;
  readonly client: ClientNames;
  readonly servers: readonly Server[];
  /** Lowest first; `null` where the contract has no plans. */
  readonly plans: Plans | null;
  readonly error: ErrorShape | null;
  /** Groups of operations, in the order of the spec's `tags`. */
  readonly tags: readonly Tag[];
  readonly operations: readonly Operation[];
  readonly webhooks: readonly Webhook[];
  readonly schemas: readonly NamedSchema[];
}

export interface ClientNames {
  readonly packageName: string;
  readonly className: string;
  readonly apiKeyEnv: string;
}

export interface Server {
  /** With its variables' defaults filled in. */
  readonly url: string;
  readonly description: string;
}

export interface Tag {
  readonly name: string;
  readonly description: string;
}

export interface Plans {
  /** Error codes of the answers that refuse one job too many. */
  readonly errorCodes: readonly string[];
  readonly plans: readonly Plan[];
}

export interface Plan {
  readonly name: string;
  readonly title: string;
  /** Jobs in flight at once; `null` where agreed per customer. */
  readonly concurrency: number | null;
  /** The longest media, and the most jobs a month; `null` where the plan sets no limit. */
  readonly maxSeconds: number | null;
  readonly jobsPerMonth: number | null;
  readonly features: readonly string[];
}

export interface RateLimit {
  readonly name: string;
  readonly limit: number;
  readonly periodSeconds: number;
  /** What is counted together, such as `apiKey`. */
  readonly per: string;
  readonly errorCode: string | null;
}

/** Which properties of an error body say what. */
export interface ErrorShape {
  /** Name of the schema of an error body. */
  readonly schema: string;
  readonly messageProperty: string;
  readonly codeProperty: string | null;
  readonly requestIdProperty: string | null;
}

export type HttpMethod = "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace";

/**
 * What one method of the client does. An operation whose body may be of several media types that differ in shape is
 * several of these, alike but for their names and bodies; see `body-methods.ts`.
 */
export interface Operation {
  readonly id: string;
  /** Its id in the spec: the same as `id`, unless it is a further method of an operation. */
  readonly operationId: string;
  readonly pointer: string;
  /** The id in its parts: `parcels.create` → `["parcels"]` and `create`. */
  readonly group: readonly string[];
  readonly name: string;
  readonly method: HttpMethod;
  readonly path: string;
  readonly servers: readonly Server[];
  readonly summary: string;
  readonly description: string;
  readonly deprecated: boolean;
  readonly tags: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly requestBody: RequestBody | null;
  readonly responses: readonly Response[];
  /** How a call may prove who it is, in the spec's order; which of them go together is left out. */
  readonly security: readonly SecurityScheme[];
  /** It need not prove who it is. */
  readonly anonymous: boolean;
  readonly rateLimits: readonly RateLimit[];
  /** Header that makes a retry safe. */
  readonly idempotencyHeader: string | null;
  /** Feature a plan must have for this operation. */
  readonly requiredFeature: string | null;
  /** The job that its success is; `null` where it is none. */
  readonly job: Job | null;
  /** Success makes a job, which counts towards the plan's concurrency until it ends. */
  readonly startsJob: boolean;
  /** How to look at the job that was started; `null` where no link says. */
  readonly jobLink: JobLink | null;
  /** What is to know of the job if it is many requests in one file; `null` where it is none. */
  readonly batch: Batch | null;
}

/** How an operation that takes a file of requests, a line each, is asked and answers. */
export interface Batch {
  /** Property of the form that says: check the file, create nothing. */
  readonly dryRunProperty: string | null;
  /** Properties of the job that hold its id, and the address of its results: a file of a JSON object a line. */
  readonly idProperty: string;
  readonly resultProperty: string | null;
  /** Property of a result that holds the id of its request, which the request has in the property that is unique. */
  readonly resultIdProperty: string | null;
}

/** `header` covers `apiKey` in a header and every scheme that is sent as a bearer token. */
export type SecurityScheme =
  | { readonly kind: "header"; readonly name: string; readonly header: string; readonly prefix: string }
  | { readonly kind: "unsupported"; readonly name: string };

export interface Parameter {
  readonly name: string;
  readonly pointer: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly required: boolean;
  readonly deprecated: boolean;
  readonly description: string;
  readonly style: string;
  readonly explode: boolean;
  readonly allowReserved: boolean;
  /** Sent as JSON text (a parameter with `content`). */
  readonly json: boolean;
  readonly schema: Schema;
}

export interface RequestBody {
  readonly pointer: string;
  readonly required: boolean;
  readonly description: string;
  readonly mediaTypes: readonly MediaType[];
}

export interface MediaType {
  readonly mediaType: string;
  readonly pointer: string;
  readonly schema: Schema | null;
  /** The parts of a multipart body. */
  readonly parts: readonly Part[];
  /** Fields of a URL-encoded form that are written in a style, as parameters of a query are. */
  readonly fields: readonly FormField[];
  readonly examples: readonly Example[];
}

export interface Example {
  readonly name: string;
  readonly summary: string;
  readonly value: unknown;
}

export interface FormField {
  readonly name: string;
  readonly style: string;
  readonly explode: boolean;
  readonly allowReserved: boolean;
}

export interface Part {
  readonly name: string;
  readonly pointer: string;
  readonly required: boolean;
  readonly description: string;
  /** `text`: as it is; `json`: as JSON text; `file`: bytes with a file name. */
  readonly kind: "text" | "json" | "file";
  /** The part may be repeated (its schema is an array of files or texts). */
  readonly repeated: boolean;
  /** Accepted media types; empty: any. */
  readonly contentTypes: readonly string[];
  readonly maxBytes: number | null;
  /** The rules of a file that holds one JSON value a line. */
  readonly lines: Lines | null;
}

export interface Lines {
  readonly schema: Schema;
  readonly minItems: number | null;
  readonly maxItems: number | null;
  /** Property whose value no two lines share. */
  readonly uniqueBy: string | null;
}

export interface Response {
  /** `"201"`, `"4XX"` or `"default"`. */
  readonly status: string;
  readonly pointer: string;
  readonly description: string;
  readonly headers: readonly Header[];
  readonly mediaTypes: readonly MediaType[];
  readonly links: readonly Link[];
}

export interface Header {
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
  /** The first that is given, as the text that is sent; `null` where there is none. */
  readonly example: string | null;
}

export interface Link {
  readonly name: string;
  readonly operationId: string;
  /** Parameter name → runtime expression. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Webhook {
  readonly name: string;
  readonly method: HttpMethod;
  readonly pointer: string;
  readonly summary: string;
  readonly description: string;
  readonly payload: Schema | null;
  /** Of the payload. */
  readonly examples: readonly Example[];
  readonly signature: WebhookSignature | null;
}

export interface WebhookSignature {
  readonly header: string;
  readonly algorithm: "HMAC-SHA256";
  readonly encoding: "hex" | "base64";
  /** Fields of the header that hold the time and the signature: `<field>=<value>,<field>=<value>`. */
  readonly timestampField: string;
  readonly signatureField: string;
  /** What is signed: text in which `{timestamp}` and `{body}` stand once each. */
  readonly signedPayload: string;
}

export interface NamedSchema {
  readonly name: string;
  readonly schema: Schema;
}

export interface JobLink {
  readonly operationId: string;
  /** Parameter of that operation, and property of the started job, that hold the id. */
  readonly parameter: string;
  readonly property: string;
}

/** How a response that is a job says how far it is. */
export interface Job {
  readonly statusProperty: string;
  readonly pending: readonly string[];
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
  readonly errorProperty: string | null;
  readonly errorCodeProperty: string | null;
  readonly pollSeconds: number | null;
}

interface SchemaBase {
  readonly pointer: string;
  readonly title: string;
  readonly description: string;
  readonly deprecated: boolean;
  /** Whether `null` is a value too. */
  readonly nullable: boolean;
  /** Longest input in seconds: for all (`"*"`) or for a value of an enum. */
  readonly maxSeconds: Readonly<Record<string, number>>;
}

export type Schema = SchemaBase &
  (
    | { readonly kind: "any" | "never" | "null" | "boolean" }
    | { readonly kind: "ref"; readonly name: string }
    | {
        readonly kind: "number";
        readonly integer: boolean;
        readonly format: string | null;
        readonly minimum: number | null;
        readonly maximum: number | null;
      }
    | {
        readonly kind: "string";
        readonly format: string | null;
        readonly pattern: string | null;
        readonly minLength: number | null;
        readonly maxLength: number | null;
      }
    | { readonly kind: "file"; readonly mediaType: string | null }
    | { readonly kind: "json"; readonly schema: Schema }
    | { readonly kind: "enum"; readonly values: readonly (string | number | boolean)[] }
    | {
        readonly kind: "array";
        readonly items: Schema;
        readonly minItems: number | null;
        readonly maxItems: number | null;
      }
    | { readonly kind: "tuple"; readonly items: readonly Schema[]; readonly rest: Schema | null }
    | {
        readonly kind: "object";
        readonly properties: readonly Property[];
        readonly additional: Schema | null;
        readonly job: Job | null;
      }
    | { readonly kind: "union"; readonly variants: readonly Schema[]; readonly discriminator: string | null }
    | { readonly kind: "intersection"; readonly parts: readonly Schema[] }
  );

export interface Property {
  readonly name: string;
  readonly required: boolean;
  readonly readOnly: boolean;
  readonly writeOnly: boolean;
  readonly schema: Schema;
}
