import type { Clock, Scheduled } from "./clock.js";
import { Heap } from "./heap.js";
import type { Key } from "./keys.js";
import type { JobKind } from "./read-job-kind.js";

/** How a job will end. */
export interface Outcome {
  readonly status: string;
  readonly error: string | null;
  readonly errorCode: string | null;
}

/** A status, and when it is entered. */
export interface JobStep {
  readonly status: string;
  readonly atMs: number;
}

/** A job of a key, with the times at which it changes. */
export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly owner: Key;
  readonly operationId: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly createdMs: number;
  /** When it begins to be worked on. */
  readonly workedOnMs: number;
  endsMs: number;
  /** The steps that someone moved it to; `null`: those of its kind. */
  moved: readonly JobStep[] | null;
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
  /** What the address of its result ends in, so that no one can guess it; `null` until it is told. */
  token: string | null;
  /** What was last told of it, as JSON, which holds until its status changes. */
  told: { readonly status: string; readonly text: string } | null;
  timers: readonly Scheduled[];
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

export interface JobsOptions {
  readonly clock: Clock;
  readonly newId: () => string;
  /** How many jobs that have ended are kept. */
  readonly maxEnded: number;
  /** Told at every change of a job's status, the first included, that someone wants to hear of. */
  readonly listener: (job: Job, status: string) => void | Promise<void>;
  /** Which changes of a job someone wants to hear of. */
  readonly heard: (job: Job) => "all" | "end" | "none";
}

/**
 * All jobs. Where one stands follows from the time alone, so nothing can be late; only those that someone wants to hear
 * of have timers. Of the jobs that have ended, only so many are kept.
 */
export class Jobs {
  readonly #options: JobsOptions;
  readonly #jobs = new Map<string, Job>();
  readonly #active = new Map<string, Set<Job>>();
  /** Those that have not ended when last looked at, the next to end first. */
  readonly #ending = new Heap<Job>((a, b) => a.endsMs < b.endsMs);
  /** Ids of the last to end, the oldest first. */
  readonly #ended = new Set<string>();

  constructor(options: JobsOptions) {
    this.#options = options;
  }

  create(made: NewJob): Job {
    const { clock, newId, listener } = this.#options;
    const createdMs = clock.now();
    this.#settle(createdMs);
    const { kind, pendingMs, workingMs } = made;
    const job: Job = {
      id: made.id ?? newId(),
      kind,
      owner: made.owner,
      operationId: made.operationId,
      request: made.request,
      createdMs,
      workedOnMs: createdMs + (kind.pending.length > 1 ? pendingMs : 0),
      endsMs: createdMs + pendingMs + workingMs,
      moved: null,
      outcome: made.outcome,
      seconds: made.seconds,
      lines: made.lines,
      counts: made.counts,
      webhook: made.webhook,
      quiet: made.quiet,
      token: null,
      told: null,
      timers: noTimers,
    };
    this.#jobs.set(job.id, job);
    if (job.counts) this.#activeOf(job.owner).add(job);
    this.#ending.push(job);
    this.#arm(job);
    if (!job.quiet && this.#options.heard(job) === "all") void listener(job, this.statusOf(job));
    return job;
  }

  /** @param owner whose it must be; `null`: anyone's */
  get(id: string, owner: Key | null): Job | undefined {
    const job = this.#jobs.get(id);
    return job && (owner === null || job.owner.organization === owner.organization) ? job : undefined;
  }

  /** Those of a key and kind, the newest first. */
  list(owner: Key | null, kind: JobKind): Job[] {
    return this.all()
      .filter(
        (job) =>
          (owner === null || job.owner.organization === owner.organization) &&
          job.kind.pointer === kind.pointer,
      )
      .reverse();
  }

  /** How many are kept, ended ones too. */
  get size(): number {
    this.#settle(this.#options.clock.now());
    return this.#jobs.size;
  }

  all(): Job[] {
    this.#settle(this.#options.clock.now());
    return [...this.#jobs.values()];
  }

  statusOf(job: Job): string {
    const nowMs = this.#options.clock.now();
    const { kind, outcome, createdMs, workedOnMs, moved } = job;
    if (moved) return (moved.findLast(({ atMs }) => atMs <= nowMs) ?? moved[0])?.status ?? "";
    if (job.endsMs <= nowMs || kind.pending.length === 0) return outcome.status;
    const waiting = kind.pending.length - 1;
    let index = 0;
    while (index < waiting && waitingMs(createdMs, workedOnMs, index + 1, waiting) <= nowMs) index += 1;
    return kind.pending[index] as string;
  }

  /** When it enters each status, in order; the last is its end. */
  stepsOf({ kind, outcome, createdMs, workedOnMs, endsMs, moved }: Job): readonly JobStep[] {
    if (moved) return moved;
    const waiting = kind.pending.length - 1;
    const steps = kind.pending.map((status, index) => ({
      status,
      atMs: index === waiting ? workedOnMs : waitingMs(createdMs, workedOnMs, index, waiting),
    }));
    return [...steps, { status: outcome.status, atMs: endsMs }];
  }

  hasEnded({ endsMs }: Job): boolean {
    return endsMs <= this.#options.clock.now();
  }

  tokenOf(job: Job): string {
    job.token ??= this.#options.newId();
    return job.token;
  }

  /** The jobs of a kind that are under way and count. */
  activeOf(owner: Key, kind: JobKind): Job[] {
    this.#settle(this.#options.clock.now());
    return [...this.#activeOf(owner)].filter((job) => job.kind.pointer === kind.pointer);
  }

  /** Ends a job now, or moves it on to what comes next. */
  async move(job: Job, outcome: Outcome | null): Promise<void> {
    const nowMs = this.#options.clock.now();
    const steps = this.stepsOf(job);
    job.told = null;
    if (outcome) {
      job.outcome = outcome;
      job.moved = [...steps.filter(({ atMs }) => atMs <= nowMs), { status: outcome.status, atMs: nowMs }];
    } else {
      const next = steps.find(({ atMs }) => atMs > nowMs);
      const shiftMs = (next?.atMs ?? nowMs) - nowMs;
      job.moved = steps.map((step) => (step.atMs > nowMs ? { ...step, atMs: step.atMs - shiftMs } : step));
    }
    job.endsMs = job.moved.at(-1)?.atMs ?? nowMs;
    this.#arm(job); // before it may have ended, for then its timers are forgotten
    this.#ending.keep(() => true); // its turn to end is another now
    this.#settle(nowMs);
    if (this.#options.heard(job) !== "none") await this.#options.listener(job, this.statusOf(job));
  }

  /** Has whoever began to listen hear of what is still to come. */
  rearm(): void {
    for (const job of this.all()) this.#arm(job);
  }

  clear(): void {
    for (const job of this.#jobs.values()) disarm(job);
    this.#jobs.clear();
    this.#active.clear();
    this.#ending.clear();
    this.#ended.clear();
  }

  #arm(job: Job): void {
    disarm(job);
    const heard = this.#options.heard(job);
    if (heard === "none") return;
    const { clock, listener } = this.#options;
    const nowMs = clock.now();
    const ahead = this.stepsOf(job).filter(({ atMs }) => atMs > nowMs);
    const told = heard === "all" && !job.quiet ? ahead : ahead.slice(-1);
    job.timers = told.map(({ status, atMs }) => clock.at(atMs, () => listener(job, status)));
  }

  /** Counts what has ended as ended. */
  #settle(nowMs: number): void {
    for (let job = this.#ending.top; job !== undefined && job.endsMs <= nowMs; job = this.#ending.top) {
      this.#ending.pop();
      this.#end(job);
    }
  }

  #end(job: Job): void {
    job.timers = noTimers;
    this.#activeOf(job.owner).delete(job);
    this.#ended.add(job.id);
    for (const oldest of this.#ended) {
      if (this.#ended.size <= this.#options.maxEnded) break;
      this.#ended.delete(oldest);
      this.#jobs.delete(oldest);
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

const noTimers: readonly Scheduled[] = [];

function disarm(job: Job): void {
  for (const timer of job.timers) timer.cancel();
  job.timers = noTimers;
}

/** Half of the wait in each status but the last, which is being worked on. */
const waitingMs = (createdMs: number, workedOnMs: number, index: number, waiting: number): number =>
  createdMs + ((workedOnMs - createdMs) * index) / waiting;
