import type { LongestMedia } from "./longest-media.js";
import type { RatePolicy } from "./rate-limits.js";
import type { FormPart } from "./read-form.js";
import type { JobKind } from "./read-job-kind.js";
import type { SpecNode } from "./spec-node.js";

/** The contract as the sandbox needs it: everything resolved once, so that no request parses the spec. */
export interface SandboxContract {
  readonly title: string;
  /** The document, in one piece, in OpenAPI 3.1's words. */
  readonly document: object;
  readonly operations: readonly SandboxOperation[];
  readonly policies: readonly RatePolicy[];
  readonly plans: readonly Plan[];
  readonly concurrencyCodes: readonly string[];
  /** All codes of errors that it names. */
  readonly errorCodes: readonly string[];
  readonly webhooks: ReadonlyMap<string, Webhook>;
  /** The error body that stands for all where an operation declares none. */
  readonly errorExample: ErrorExample | null;
  /** What could not be read, in sentences. */
  readonly unread: readonly string[];
}

export interface Plan {
  readonly name: string;
  readonly title: string;
  /** `null`: as agreed, so no limit here. */
  readonly concurrency: number | null;
  /** How long media may last; `null`: no limit of the plan. */
  readonly maxSeconds: number | null;
  /** How many jobs may be created in a month; `null`: as many as come. */
  readonly jobsPerMonth: number | null;
  readonly features: readonly string[];
}

export interface SandboxOperation {
  readonly id: string;
  /** Whether the contract only mentions it, as the path at which a batch can be followed. */
  readonly implied: boolean;
  readonly method: string;
  readonly path: string;
  /** Texts of the path and names of its parameters, in turn. */
  readonly pattern: RegExp;
  readonly parameters: readonly OperationParameter[];
  readonly bodies: readonly BodyKind[];
  readonly bodyRequired: boolean;
  readonly responses: ReadonlyMap<string, ResponseKind>;
  /** Which keys it takes; each alternative is all of its keys. Empty: none is needed. */
  readonly security: readonly (readonly KeyPlace[])[];
  readonly policies: readonly RatePolicy[];
  readonly feature: string | null;
  readonly idempotencyHeader: string | null;
  /** The job that a success of it describes. */
  readonly job: JobKind | null;
  /** Whether its success is a list of jobs. */
  readonly listsJobs: boolean;
  readonly batch: BatchRules | null;
  readonly estimate: SpecNode | null;
  /** How long media of its requests may last; what lasts longer fails as a job, for nobody looks into it before. */
  readonly longestMedia: readonly LongestMedia[];
  readonly success: ResponseKind | null;
}

export interface KeyPlace {
  readonly in: "header" | "query" | "cookie" | "bearer" | "basic";
  readonly name: string;
}

export interface OperationParameter {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly required: boolean;
  readonly style: string;
  readonly explode: boolean;
  readonly schema: SpecNode;
}

export interface BodyKind {
  readonly mediaType: string;
  readonly schema: SpecNode;
  /** Parts of a form; `null` where the body is none. */
  readonly parts: readonly FormPart[] | null;
  /** Properties whose value is the address of a webhook, with the webhook's name. */
  readonly webhookProperties: readonly { readonly property: string; readonly webhook: string }[];
}

export interface ResponseKind {
  readonly status: number;
  readonly mediaType: string | null;
  readonly schema: SpecNode;
  readonly examples: readonly ResponseExample[];
  readonly headers: readonly ResponseHeader[];
  /** `id` → the pointer into the answer that another operation takes it from. */
  readonly links: readonly {
    readonly operationId: string;
    readonly parameter: string;
    readonly expression: string;
  }[];
}

export interface ResponseHeader {
  readonly name: string;
  readonly required: boolean;
  readonly schema: SpecNode;
  readonly example: unknown;
  /** Which number of ours it holds. */
  readonly holds: string | null;
}

export interface ResponseExample {
  readonly name: string;
  /** Of which rule it is the answer. */
  readonly when: ExampleRule | null;
  readonly value: unknown;
}

/** A rule, and the tokens of the place where it must have been broken; `null`: anywhere. */
export interface ExampleRule {
  readonly rule: string;
  readonly place: readonly string[] | null;
}

export interface ErrorExample {
  readonly status: number;
  readonly value: unknown;
  readonly schema: SpecNode;
}

export interface BatchRules {
  readonly dryRunProperty: string | null;
  readonly idProperty: string;
  readonly resultProperty: string | null;
  readonly resultIdProperty: string;
  readonly resultBodyProperty: string;
  readonly followPath: string | null;
  /** Where in the batch its numbers are, as JSON pointers. */
  readonly counts: Readonly<Record<string, string>>;
}

export interface Webhook {
  readonly name: string;
  readonly schema: SpecNode;
  readonly signature: Readonly<Record<string, string>> | null;
}
