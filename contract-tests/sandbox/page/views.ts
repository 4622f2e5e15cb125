import type { Fault } from "../fault.js";
import type { Job, Jobs } from "../jobs.js";
import type { RequestEntry } from "../request-log.js";

/** The most characters that are shown of a text that someone else wrote. */
const maxTargetLength = 500;
const maxBodyLength = 4000;
const maxFaults = 20;

/** A request as the page shows it: bounded, and without keys. */
export interface RequestView {
  readonly number: number;
  readonly atMs: number;
  readonly method: string;
  readonly target: string;
  readonly operationId: string | null;
  readonly plan: string | null;
  readonly status: number;
  readonly rule: string | null;
  readonly faults: readonly Fault[];
  readonly durationMs: number;
  /** As indented JSON; `null` without one. */
  readonly body: string | null;
}

export function requestView(entry: RequestEntry, redact: (text: string) => string): RequestView {
  const body = entry.body === undefined ? null : (JSON.stringify(entry.body, null, 2) ?? null);
  return {
    ...entry,
    target: cut(redact(entry.target), maxTargetLength),
    faults: entry.faults.slice(0, maxFaults).map((fault) => ({
      ...fault,
      pointer: cut(redact(fault.pointer), maxTargetLength),
      message: cut(redact(fault.message), maxTargetLength),
    })),
    body: body === null ? null : cut(redact(body), maxBodyLength),
  };
}

/** A job as the page shows it, with the way that it has before it. */
export interface ShownJob {
  readonly id: string;
  readonly operationId: string;
  readonly plan: string;
  readonly status: string;
  readonly state: "pending" | "succeeded" | "failed";
  readonly steps: readonly { readonly status: string; readonly atMs: number }[];
  /** Once it has failed. */
  readonly errorCode: string | null;
}

export function jobView(jobs: Jobs, job: Job): ShownJob {
  const { id, operationId, owner, kind, outcome } = job;
  const status = jobs.statusOf(job);
  const ended = jobs.hasEnded(job);
  return {
    id,
    operationId,
    plan: owner.plan.name,
    status,
    state: !ended ? "pending" : kind.succeeded.includes(status) ? "succeeded" : "failed",
    steps: jobs.stepsOf(job),
    errorCode: ended ? outcome.errorCode : null,
  };
}

/** Looking for more keys than this in every text would hold the sandbox up. */
const maxRedacted = 1000;

/** Blots keys out, wherever someone wrote them. */
export function redactorFor(keys: readonly string[]): (text: string) => string {
  const known = keys.filter((key) => key !== "").slice(0, maxRedacted);
  return (text) => known.reduce((left, key) => left.replaceAll(key, maskedKey(key)), text);
}

/** The end of a key, by which its owner knows it: at most a third of it, and at most four characters. */
export function maskedKey(key: string): string {
  const shown = Math.min(4, Math.floor(key.length / 3));
  return `…${shown === 0 ? "" : key.slice(-shown)}`;
}

const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most)} … (${text.length} characters)` : text;
