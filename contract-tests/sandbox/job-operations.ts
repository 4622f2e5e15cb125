import { type Accepted, answerJson, answerText, type Behaviour, type Surroundings } from "./behaviour.js";
import { jobBodies } from "./job-body.js";
import type { Job, NewJob } from "./jobs.js";
import type { Key } from "./keys.js";
import { overLongest } from "./longest-media.js";
import { addressesIn, mediaSeconds } from "./media-seconds.js";
import { nextMonthMs } from "./monthly-jobs.js";
import { outcomeOf, tooLongOutcome } from "./outcomes.js";
import type { JobKind } from "./read-job-kind.js";
import type { Answer } from "./refusal.js";
import type { ResponseKind, SandboxOperation } from "./sandbox-contract.js";
import type { SpecNode } from "./spec-node.js";

/** How long a job waits, and is worked on, at the API's own pace. */
const pendingMs = 5_000;
const workingMs = 25_000;

/** Tells of jobs in the words of their schema. */
export class JobTeller {
  readonly #surroundings: Surroundings;
  readonly #made = new Map<string, ReturnType<typeof jobBodies>>();
  readonly #ids = new Map<string, string>();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    for (const { job, success, batch } of surroundings.contract.operations) {
      const link = success?.links
        .map(({ expression }) => /^\$response\.body#\/([^/]+)$/.exec(expression)?.[1])
        .find((name) => name);
      if (job && batch) this.#ids.set(job.pointer, batch.idProperty);
      else if (job && link) this.#ids.set(job.pointer, link);
    }
  }

  /** @param schema another schema to tell it by, such as that of a notification */
  bodyOf(job: Job, schema: SpecNode = job.kind.schema): unknown {
    const { kind } = job;
    let make = this.#made.get(schema.pointer);
    if (!make) {
      make = jobBodies(kind, schema, this.#ids.get(kind.pointer) ?? "id");
      this.#made.set(schema.pointer, make);
    }
    const { jobs } = this.#surroundings;
    const ended = jobs.hasEnded(job);
    const status = jobs.statusOf(job);
    const succeeded = ended && kind.succeeded.includes(status);
    return make(
      {
        id: job.id,
        createdMs: job.createdMs,
        endedMs: ended ? job.endsMs : null,
        status,
        error: ended ? job.outcome.error : null,
        errorCode: ended ? job.outcome.errorCode : null,
        resultUrl: succeeded ? this.resultUrl(job) : null,
        seconds: succeeded ? job.seconds : null,
        counts: this.countsOf(job),
      },
      job.request,
    );
  }

  /** The same as JSON. Whoever waits for a job asks again and again, and is told the same until its status changes. */
  textOf(job: Job): string {
    const status = this.#surroundings.jobs.statusOf(job);
    if (job.told?.status === status) return job.told.text;
    const text = JSON.stringify(this.bodyOf(job));
    if (job.lines === null) job.told = { status, text }; // the numbers of a batch change without its status
    return text;
  }

  resultUrl(job: Job): string | null {
    const { resultPath } = job.kind;
    if (resultPath === null) return null;
    const { url, jobs } = this.#surroundings;
    return `${url()}${resultPath.replace("{id}", job.id)}?token=${jobs.tokenOf(job)}`;
  }

  countsOf(job: Job): ReadonlyMap<string, number> {
    if (job.lines === null) return noCounts;
    const operation = this.#surroundings.contract.operations.find(({ id }) => id === job.operationId);
    const pointers = Object.entries(operation?.batch?.counts ?? {});
    const { jobs } = this.#surroundings;
    const numbers = { all: job.lines.length, succeeded: 0, failed: 0, pending: 0 };
    for (const { job: line } of job.lines) {
      const name = !jobs.hasEnded(line)
        ? "pending"
        : line.kind.succeeded.includes(line.outcome.status)
          ? "succeeded"
          : "failed";
      numbers[name] += 1;
    }
    return new Map(pointers.map(([name, pointer]) => [pointer, numbers[name as keyof typeof numbers]]));
  }
}

const noCounts: ReadonlyMap<string, number> = new Map();

/** A new job as the request wants it: how it ends, and how long what it makes is. */
export function newJob(
  { contract, speed }: Surroundings,
  { operation, key, body }: Pick<Accepted, "operation" | "key" | "body">,
  wanted: string | null,
  addresses = addressesIn(body),
): NewJob {
  const kind = operation.job as JobKind;
  const seconds = mediaSeconds(addresses);
  const over = wanted === null ? overLongest(operation.longestMedia, body, seconds) : null;
  const tooLong = over === null ? null : tooLongOutcome(kind, over, contract.errorCodes);
  return {
    kind,
    owner: key,
    operationId: operation.id,
    request: Object(body) as Record<string, unknown>,
    outcome: tooLong ?? outcomeOf(kind, body, addresses, contract.errorCodes, wanted),
    seconds,
    lines: null,
    counts: true,
    quiet: false,
    webhook: webhookOf({ operation, body }),
    pendingMs: pendingMs / speed(),
    workingMs: workingMs / speed(),
  };
}

/** Creates a job, if the plan has room for one more. */
export function createJob(
  surroundings: Surroundings,
  teller: JobTeller,
  operation: SandboxOperation,
): Behaviour {
  const { jobs, monthlyJobs, contract, clock } = surroundings;
  const kind = operation.job as JobKind;
  const { status } = operation.success as ResponseKind; // which tells of the job
  return (accepted) => {
    const { key } = accepted;
    const addresses = addressesIn(accepted.body);
    const uncovered = refuseUncovered(surroundings, operation, key, mediaSeconds(addresses));
    if (uncovered) return uncovered;
    const limit = key.concurrency;
    const active = limit === null ? [] : jobs.activeOf(key, kind);
    if (limit !== null && active.length >= limit)
      return tooMany(surroundings, operation, limit, active, contract.concurrencyCodes[0] ?? null);
    monthlyJobs.add(key, clock.now());
    const wanted = surroundings.wantedOutcome(operation.id);
    const job = jobs.create(newJob(surroundings, accepted, wanted, addresses));
    return answerJson(status, teller.bodyOf(job));
  };
}

/** What the plan does not cover, however long one waits for a place; `null` if it covers the request. */
function refuseUncovered(
  { clock, monthlyJobs, refuse }: Surroundings,
  operation: SandboxOperation,
  key: Key,
  seconds: number,
): Answer | null {
  const { title, maxSeconds, jobsPerMonth } = key.plan;
  const refusal = (rule: string, message: string): Answer =>
    refuse(operation, { rule, statuses: [402, 403], faults: [{ pointer: "", rule: "", message }] });
  if (maxSeconds !== null && seconds > maxSeconds)
    return refusal(
      "planSeconds",
      `The input lasts ${seconds} seconds; the plan ${title} allows ${maxSeconds}.`,
    );
  if (jobsPerMonth !== null && monthlyJobs.of(key, clock.now()) >= jobsPerMonth)
    return refusal(
      "monthlyJobs",
      `Jobs that the plan ${title} allows in a month: ${jobsPerMonth}. They are used up; the next month begins at ${new Date(nextMonthMs(clock.now())).toISOString()}.`,
    );
  return null;
}

/** As many jobs at a time as the plan allows. */
export function tooMany(
  { clock, refuse }: Surroundings,
  operation: SandboxOperation,
  limit: number,
  active: readonly Job[],
  errorCode: string | null,
  rule = "concurrency",
) {
  const soonestMs = Math.min(...active.map(({ endsMs }) => endsMs));
  const retryAfterSeconds = Math.ceil((soonestMs - clock.now()) / 1000);
  return refuse(operation, {
    rule,
    statuses: [429],
    errorCode,
    faults: [
      {
        pointer: "",
        rule: "",
        message: `Jobs under way: ${active.length} of the ${limit} that the plan allows at a time.`,
      },
    ],
    held: { activeJobs: active.length, concurrencyLimit: limit, retryAfterSeconds },
    headers: { "Retry-After": String(retryAfterSeconds) },
  });
}

/** The webhook that a request asks for. */
export function webhookOf({ operation, body }: Pick<Accepted, "operation" | "body">): Job["webhook"] {
  for (const { webhookProperties } of operation.bodies)
    for (const { property, webhook } of webhookProperties) {
      const url: unknown = Object(body)[property];
      if (typeof url === "string") return { name: webhook, url };
    }
  return null;
}

export function getJob(
  { jobs, refuse }: Surroundings,
  teller: JobTeller,
  operation: SandboxOperation,
): Behaviour {
  return ({ key, parameters }) => {
    const parameter = operation.parameters.findLast((one) => one.in === "path");
    const id = String(parameters.get(parameter?.name ?? ""));
    const job = jobs.get(id, key);
    if (job && job.kind.pointer === operation.job?.pointer) return answerText(200, teller.textOf(job));
    return refuse(operation, {
      rule: "notFound",
      statuses: [404],
      faults: [
        {
          pointer: parameter?.name ?? "id",
          in: "path",
          rule: "notFound",
          message: "names nothing that is yours",
        },
      ],
    });
  };
}

/** Lists jobs; a parameter named like a property, or its plural, is a filter. */
export function listJobs({ jobs }: Surroundings, teller: JobTeller, operation: SandboxOperation): Behaviour {
  const kind = operation.job as JobKind;
  const names = kind.schema
    .at("properties")
    .entries()
    .map(([name]) => name);
  const filters = operation.parameters
    .filter((one) => one.in === "query")
    .flatMap(({ name }) => {
      const property = names.find((one) => one === name || `${one}s` === name);
      return property === undefined ? [] : [{ name, property }];
    });
  return ({ key, parameters }) => {
    const wanted = filters.flatMap(({ name, property }) => {
      const value = parameters.get(name);
      return value === undefined ? [] : [{ property, values: [value].flat() }];
    });
    const bodies = jobs
      .list(key, kind)
      .map((job) => teller.bodyOf(job) as Record<string, unknown>)
      .filter((body) =>
        wanted.every(({ property, values }) => values.some((value) => value === body[property])),
      );
    return answerJson(200, bodies);
  };
}
