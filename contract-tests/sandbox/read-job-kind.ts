import type { SpecNode } from "./spec-node.js";

/** A kind of job, as the schema of its answers says. */
export interface JobKind {
  /** Pointer of the schema, by which two operations are known to speak of the same kind. */
  readonly pointer: string;
  readonly schema: SpecNode;
  readonly statusProperty: string;
  readonly pending: readonly string[];
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
  readonly errorProperty: string | null;
  readonly errorCodeProperty: string | null;
  readonly resultProperty: string | null;
  readonly resultPath: string | null;
  readonly secondsProperty: string | null;
}

/** The job that a schema describes, itself or in one of its alternatives; `null` if none. */
export function readJobKind(schema: SpecNode): JobKind | null {
  const alternatives = ["oneOf", "anyOf"].flatMap((keyword) => schema.at(keyword).items());
  const holder = [schema, ...alternatives].find((one) => one.at("x-job").exists);
  if (!holder) return null;
  const job = holder.at("x-job");
  return {
    pointer: holder.pointer,
    schema: holder,
    statusProperty: job.at("statusProperty").text ?? "status",
    pending: job.at("pending").texts(),
    succeeded: job.at("succeeded").texts(),
    failed: job.at("failed").texts(),
    errorProperty: job.at("errorProperty").text,
    errorCodeProperty: job.at("errorCodeProperty").text,
    resultProperty: job.at("resultProperty").text,
    resultPath: job.at("resultPath").text,
    secondsProperty: job.at("secondsProperty").text,
  };
}
