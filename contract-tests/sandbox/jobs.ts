import { randomUUID } from "node:crypto";
import type { Clock, Scheduled } from "./clock.js";
import type { Key } from "./keys.js";
import type { JobKind } from "./read-job-kind.js";

/** How a job will end. */
export interface Outcome {
  readonly status: string;
  readonly error: string | null;
  readonly errorCode: string | null;
}

/** A job of a key, with the times at which it changes. */
export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly owner: Key;
  readonly operationId: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly createdMs: number;
  /** When it enters each status, in order; the last is its end. */
  steps: readonly { readonly status: string; readonly atMs: number }[];
  outcome: Outcome;
  /** Length of what it makes. */
  readonly seconds: number;
  /** Of a batch: its lines' jobs, in order, and their names. */
  readonly lines: readonly { readonly name: string; readonly job: Job }[] | null;
  /** Whether it counts against the plan's number of jobs at a time. */
  readonly counts: boolean;
  /** Where its webhook goes. */
  readonly webhook: { readonly name: string; readonly url: string } | null;
  /** Whether only its end is worth telling, as of a line of a batch. */
  readonly quiet: boolean;
  /** What the address of its result ends in, so that no one can guess it. */
  readonly token: string;
  timers: Scheduled[];
}

export interface NewJob
  extends Pick<
    Job,
    | "kind"
    | "owner"
    | "operationId"
    | "request"
    | "outcome"
    | "seconds"
    | "lines"
    | "counts"
    | "webhook"
    | "quiet"
  > {
  /** How long it is pending, and then worked on. */
  readonly pendingMs: number;
  readonly workingMs: number;
  /** An id of the caller's choice. */
  readonly id?: string;
}

/** Told at every change of a job's status, the first included. */
export type JobListener = (job: Job, status: string) => void | Promise<void>;

/**
 * All jobs. Where one stands follows from the time alone, so nothing can be late; timers only tell who listens. Of the
 * jobs that have ended, only so many are kept.
 */
export class Jobs {
  readonly #clock: Clock;
  readonly #listener: JobListener;
  readonly #maxEnded: number;
  readonly #newId: () => string;
  readonly #jobs = new Map<string, Job>();
  readonly #active = new Map<string, Set<Job>>();
  /** In the order in which they ended. */
  readonly #ended = new Set<string>();

  constructor(options: {
    readonly clock: Clock;
    readonly listener: JobListener;
    readonly maxEnded: number;
    readonly newId?: () => string;
  }) {
    this.#clock = options.clock;
    this.#listener = options.listener;
    this.#maxEnded = options.maxEnded;
    this.#newId = options.newId ?? randomUUID;
  }

  create(made: NewJob): Job {
    const { kind, owner, operationId, request, outcome, seconds, lines, counts, quiet, webhook } = made;
    const id = made.id ?? this.#newId();
    const createdMs = this.#clock.now();
    const job: Job = {
      id,
      kind,
      owner,
      operationId,
      request,
      outcome,
      seconds,
      lines,
      counts,
      quiet,
      webhook,
      token: this.#newId(),
      createdMs,
      steps: stepsOf(kind, createdMs, made.pendingMs, made.workingMs, outcome.status),
      timers: [],
    };
    this.#jobs.set(job.id, job);
    if (job.counts) this.#activeOf(job.owner).add(job);
    this.#arm(job);
    if (!quiet) void this.#listener(job, this.statusOf(job));
    return job;
  }

  /** @param owner whose it must be; `null`: anyone's */
  get(id: string, owner: Key | null): Job | undefined {
    const job = this.#jobs.get(id);
    return job && (owner === null || job.owner.organization === owner.organization) ? job : undefined;
  }

  /** Those of a key and kind, the newest first. */
  list(owner: Key | null, kind: JobKind): Job[] {
    return [...this.#jobs.values()]
      .filter(
        (job) =>
          (owner === null || job.owner.organization === owner.organization) &&
          job.kind.pointer === kind.pointer,
      )
      .reverse();
  }

  /** How many are kept, ended ones too. */
  get size(): number {
    return this.#jobs.size;
  }

  all(): Job[] {
    return [...this.#jobs.values()];
  }

  statusOf({ steps }: Job): string {
    const nowMs = this.#clock.now();
    return (steps.findLast(({ atMs }) => atMs <= nowMs) ?? steps[0])?.status ?? "";
  }

  hasEnded({ steps }: Job): boolean {
    return (steps.at(-1)?.atMs ?? 0) <= this.#clock.now();
  }

  /** The jobs of a kind that are under way and count. */
  activeOf(owner: Key, kind: JobKind): Job[] {
    const active = this.#activeOf(owner);
    const found: Job[] = [];
    for (const job of active) {
      if (this.hasEnded(job)) active.delete(job);
      else if (job.kind.pointer === kind.pointer) found.push(job);
    }
    return found;
  }

  /** Ends a job now, or moves it on to what comes next. */
  async move(job: Job, outcome: Outcome | null): Promise<void> {
    for (const timer of job.timers) timer.cancel();
    const nowMs = this.#clock.now();
    if (outcome) {
      job.outcome = outcome;
      job.steps = [...job.steps.filter(({ atMs }) => atMs <= nowMs), { status: outcome.status, atMs: nowMs }];
    } else {
      const next = job.steps.find(({ atMs }) => atMs > nowMs);
      const shiftMs = (next?.atMs ?? nowMs) - nowMs;
      job.steps = job.steps.map((step) =>
        step.atMs > nowMs ? { ...step, atMs: step.atMs - shiftMs } : step,
      );
    }
    const status = this.statusOf(job);
    if (this.hasEnded(job)) this.#end(job);
    this.#arm(job);
    await this.#listener(job, status);
  }

  clear(): void {
    for (const job of this.#jobs.values()) for (const timer of job.timers) timer.cancel();
    this.#jobs.clear();
    this.#active.clear();
    this.#ended.clear();
  }

  #arm(job: Job): void {
    const nowMs = this.#clock.now();
    job.timers = job.steps
      .filter(({ atMs }) => atMs > nowMs)
      .map(({ status, atMs }, index, all) =>
        this.#clock.at(atMs, () => {
          const isEnd = index === all.length - 1;
          if (isEnd) this.#end(job);
          return isEnd || !job.quiet ? this.#listener(job, status) : undefined;
        }),
      );
  }

  #end(job: Job): void {
    this.#activeOf(job.owner).delete(job);
    job.timers = [];
    this.#ended.add(job.id);
    for (const id of this.#ended) {
      if (this.#ended.size <= this.#maxEnded) break;
      this.#ended.delete(id);
      this.#jobs.delete(id);
    }
  }

  #activeOf(owner: Key): Set<Job> {
    let active = this.#active.get(owner.organization);
    if (!active) {
      active = new Set();
      this.#active.set(owner.organization, active);
    }
    return active;
  }
}

/** Half of the wait in each status but the last, which is being worked on. */
function stepsOf(kind: JobKind, createdMs: number, pendingMs: number, workingMs: number, end: string) {
  const waiting = kind.pending.slice(0, -1);
  const working = kind.pending.at(-1);
  const steps = waiting.map((status, index) => ({
    status,
    atMs: createdMs + (pendingMs * index) / Math.max(1, waiting.length),
  }));
  if (working !== undefined)
    steps.push({ status: working, atMs: createdMs + (waiting.length > 0 ? pendingMs : 0) });
  return [...steps, { status: end, atMs: createdMs + pendingMs + workingMs }];
}
