/** The contract as the runtime needs it: plain data, written out by the generator. */
export interface ApiDescriptor {
  /** The spec's first server, without a trailing slash. */
  readonly baseUrl: string;
  /** Environment variable the key is read from where there is one. */
  readonly apiKeyEnv: string;
  /**
   * Header the key travels in, unless the operation says another, and what stands before it there (`Bearer `); `null`
   * where the API knows no key.
   */
  readonly auth: { readonly header: string; readonly prefix: string } | null;
  /** Which properties of an error body hold its message, its code and the request's id. */
  readonly error: {
    readonly message: string | null;
    readonly code: string | null;
    readonly requestId: string | null;
    /** Codes of a 429 that mean "too many jobs at once", not "too many requests". */
    readonly concurrencyCodes: readonly string[];
  };
  /** Rate limits by the names that operations call them. */
  readonly rateLimits: Readonly<Record<string, { readonly limit: number; readonly periodMs: number }>>;
  /** Plan → jobs in flight at once; `null` where agreed per customer. */
  readonly plans: Readonly<Record<string, number | null>>;
  /** Name of the package's entry that holds its validators, where it has them. */
  readonly validators?: string;
}

export interface OperationDescriptor {
  readonly id: string;
  readonly method: "GET" | "PUT" | "POST" | "DELETE" | "OPTIONS" | "HEAD" | "PATCH" | "TRACE";
  readonly path: string;
  /** The operation's own server, where it is not the API's. */
  readonly baseUrl?: string;
  readonly parameters: readonly ParameterDescriptor[];
  /**
   * What the arguments object holds: the parameters, the body, both in one (`merged`: what is no parameter is the
   * body), or the parameters beside a property that holds the body (`split`).
   */
  readonly arguments: "none" | "parameters" | "body" | "merged" | "split";
  /** That property's name: `body`, unless a parameter has it. */
  readonly bodyMember: string;
  readonly body?: BodyDescriptor;
  readonly result: "json" | "text" | "blob" | "none";
  /** What a JSON result must be at least, for the caller's types to hold. */
  readonly resultShape: "object" | "array" | "any";
  /** Statuses (`"204"`, `"2XX"`, `"default"`) whose answer has no content, beside those with a JSON result. */
  readonly emptyStatuses?: readonly string[];
  /** Value of the `Accept` header: media types of the result; empty where none is read. */
  readonly accept: string;
  /** How the operation takes the key; `null` where it must not be sent one. */
  readonly auth: ApiDescriptor["auth"];
  /** The operation needs no key, though it may take one. */
  readonly anonymous?: boolean;
  /** Header that makes a retry safe. */
  readonly idempotencyHeader: string | null;
  /** Names of the rate limits that it counts towards. */
  readonly rateLimits: readonly string[];
}

/** What is absent is as OpenAPI has it by default for the parameter's place. */
export interface ParameterDescriptor {
  readonly name: string;
  /** `form`: no parameter, but a field of the URL-encoded form that is the body, written as in a query. */
  readonly in: "path" | "query" | "header" | "form";
  readonly style?: string;
  readonly explode?: boolean;
  readonly allowReserved?: boolean;
  /** Sent as JSON text. */
  readonly json?: boolean;
  /**
   * Writes what is more than a text or a list of texts, or in another style than the usual: named by the parameters
   * that need it, so that a client without such parameters does not carry its code.
   */
  readonly write?: WriteParameter;
}

/** @returns the value in a URL, encoded; in a query with its name, `name=value` */
export type WriteParameter = (parameter: ParameterDescriptor, value: unknown) => string;

export interface BodyDescriptor {
  readonly mediaType: string;
  readonly encoding: "json" | "multipart" | "form" | "raw";
  readonly required: boolean;
  readonly parts: readonly PartDescriptor[];
}

export interface PartDescriptor {
  readonly name: string;
  readonly kind: "text" | "json" | "file";
  readonly repeated?: boolean;
  readonly contentTypes: readonly string[];
  readonly maxBytes: number | null;
  /** Rules of a file that holds one JSON value a line. */
  readonly lines?: {
    readonly minItems: number | null;
    readonly maxItems: number | null;
    readonly uniqueBy: string | null;
  };
}

/** How to follow a job: which operation looks at it, and how its answer says how far it is. */
export interface JobDescriptor {
  readonly operation: OperationDescriptor;
  /** Ids of the operations that start such a job. */
  readonly startedBy: readonly string[];
  /** Property of the created job, and parameter of the operation, that hold its id. */
  readonly idProperty: string;
  readonly idParameter: string;
  readonly statusProperty: string;
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
  readonly errorProperty: string | null;
  readonly errorCodeProperty: string | null;
  /** How often the contract advises to look, in seconds. */
  readonly pollSeconds: number | null;
}
