import type { Issue } from "../validation-errors.js";
import type { Validate } from "./failures.js";
import { issuesOf } from "./issues.js";

/** The interface of Standard Schema v1 (https://standardschema.dev), which tRPC, Hono, TanStack and others take. */
export interface StandardSchema<In, Out = In> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "specwright";
    /** Every issue is listed; a value without any is returned as it is. */
    readonly validate: (value: unknown) => StandardResult<Out>;
    /** For the compiler only. */
    readonly types?: { readonly input: In; readonly output: Out } | undefined;
  };
}

export type StandardResult<Out> =
  | { readonly value: Out; readonly issues?: undefined }
  | { readonly issues: readonly Issue[] };

/** A validator as a Standard Schema. */
export function schemaOf<T>(validator: Validate): StandardSchema<T> {
  const validate = (value: unknown): StandardResult<T> => {
    const failures = validator(value);
    return failures === null ? { value: value as T } : { issues: issuesOf(value, failures) };
  };
  return { "~standard": { version: 1, vendor: "specwright", validate } };
}
