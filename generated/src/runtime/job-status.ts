import type { JobDescriptor } from "./descriptors.js";
import { UnexpectedResponseError } from "./errors.js";

const defaultPollMs = 10_000;

/** How often the contract advises to look at a job. */
export const pollMsOf = ({ pollSeconds }: JobDescriptor): number =>
  pollSeconds === null ? defaultPollMs : pollSeconds * 1_000;

/** How far a job is. A status that the contract does not know is not yet an end. */
export function outcomeOf(
  { statusProperty, succeeded, failed }: Pick<JobDescriptor, "statusProperty" | "succeeded" | "failed">,
  job: unknown,
): "pending" | "succeeded" | "failed" {
  const status = propertyOf(job, statusProperty) as string;
  if (succeeded.includes(status)) return "succeeded";
  return failed.includes(status) ? "failed" : "pending";
}

/** So many pages in a row that are no job end the waiting: it is something else that answers, such as a log-in. */
export const mostPages = 10;

/** Whether an answer came whole, said that all is well, and was something else than a job. */
export function isPage(error: unknown): boolean {
  return error instanceof UnexpectedResponseError && error.status < 400 && error.cause === undefined;
}

export function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
