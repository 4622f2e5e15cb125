import type { IncomingMessage, ServerResponse } from "node:http";
import { answerJson, type Surroundings } from "./behaviour.js";
import type { SandboxClock } from "./clock.js";
import type { Events, Finding } from "./events.js";
import { type JobTeller, newJob } from "./job-operations.js";
import type { Job, Jobs } from "./jobs.js";
import type { Key, KeyOptions, Keys } from "./keys.js";
import { type MonthlyJobs, nextMonthMs } from "./monthly-jobs.js";
import { livePage } from "./page/live-page.js";
import { watch } from "./page/watch.js";
import { BodyError, parseJson, readBytes } from "./read-body.js";
import type { Answer } from "./refusal.js";
import type { RequestLog } from "./request-log.js";
import type { SandboxContract } from "./sandbox-contract.js";
import type { Scenarios } from "./scenarios.js";
import type { Webhooks } from "./webhooks.js";

export interface Controlled {
  readonly contract: SandboxContract;
  readonly clock: SandboxClock;
  readonly jobs: Jobs;
  readonly monthlyJobs: MonthlyJobs;
  readonly teller: JobTeller;
  readonly surroundings: Surroundings;
  readonly keys: Keys;
  readonly requests: RequestLog;
  readonly scenarios: Scenarios;
  readonly webhooks: Webhooks;
  readonly findings: () => readonly Finding[];
  /** How many of each thing are kept, for those who watch the memory. */
  readonly held: () => Readonly<Record<string, number>>;
  readonly reset: () => void;
  readonly events: Events;
}

/** A control operation. `null`: it has answered on the connection itself, as a stream of events does. */
type Operation = (asked: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** What stands behind the operation's path. */
  readonly rest: string;
}) => Answer | null | Promise<Answer | null>;

/** The operations under `/__sandbox/`, by which tests in any language drive the sandbox. No key is needed for them. */
export class Control {
  readonly #operations: Readonly<Record<string, Operation>>;

  constructor(controlled: Controlled) {
    const {
      contract,
      clock,
      jobs,
      monthlyJobs,
      teller,
      keys,
      requests,
      scenarios,
      webhooks,
      findings,
      held,
      reset,
    } = controlled;
    const clockView = (): Answer =>
      answerJson(200, { now: new Date(clock.now()).toISOString(), nowMs: clock.now() });
    const jobOf = (id: string): Job => {
      const job = jobs.get(id, null);
      if (!job) throw new ControlError(404, `There is no job ${JSON.stringify(id)}.`);
      return job;
    };
    const viewOf = (job: Job): object => ({
      id: job.id,
      operationId: job.operationId,
      plan: job.owner.plan.name,
      status: jobs.statusOf(job),
      steps: jobs.stepsOf(job).map(({ status, atMs }) => ({ status, at: new Date(atMs).toISOString() })),
      body: teller.bodyOf(job),
    });
    this.#operations = {
      "GET ": livePage,
      "GET events": ({ request, response }) => {
        watch(controlled, request, response);
        return null;
      },
      "GET clock": clockView,
      "POST clock": async ({ body }) => {
        const { advance } = body;
        if (typeof advance !== "string" && typeof advance !== "number")
          throw new ControlError(400, 'Say how far: {"advance": "61s"}.');
        try {
          await clock.advance(advance);
        } catch (error) {
          throw new ControlError(400, (error as Error).message);
        }
        return clockView();
      },
      "POST reset": () => {
        reset();
        return answerJson(200, { reset: true });
      },
      "GET jobs": ({ rest }) => answerJson(200, rest === "" ? jobs.all().map(viewOf) : viewOf(jobOf(rest))),
      "POST jobs": async ({ rest, body }) => {
        if (rest === "") return answerJson(201, viewOf(this.#seed(controlled, body)));
        const job = jobOf(rest);
        const status = body["status"];
        if (status === undefined) await jobs.move(job, null);
        else {
          const ends = [...job.kind.succeeded, ...job.kind.failed];
          if (typeof status !== "string" || !ends.includes(status))
            throw new ControlError(
              400,
              `A job ends as one of ${ends.join(", ")}; leave status out for the next step.`,
            );
          const text = (name: string): string | null =>
            typeof body[name] === "string" ? (body[name] as string) : null;
          await jobs.move(job, { status, error: text("error"), errorCode: text("errorCode") });
        }
        return answerJson(200, viewOf(job));
      },
      "GET requests": () => answerJson(200, requests.all()),
      "GET webhooks": () => answerJson(200, webhooks.deliveries),
      "GET scenario": () => answerJson(200, scenarios.all()),
      "POST scenario": ({ body }) => {
        try {
          return answerJson(201, scenarios.add(body, contract.operations));
        } catch (error) {
          throw new ControlError(400, (error as Error).message);
        }
      },
      "DELETE scenario": () => {
        scenarios.clear();
        return answerJson(200, []);
      },
      "GET held": () => answerJson(200, held()),
      "GET findings": () => answerJson(200, findings()),
      "GET keys": () =>
        answerJson(
          200,
          keys.all().map((key) => ({
            key: key.key,
            plan: key.plan.name,
            revoked: key.revoked,
            concurrency: key.concurrency,
            limits: limitsOf(key, monthlyJobs, clock.now()),
          })),
        ),
      "POST keys": ({ body }) => {
        if (typeof body["key"] !== "string" || body["key"] === "")
          throw new ControlError(400, 'Say which: {"key": "sk-mine", "plan": "…"}.');
        try {
          const { key, plan, revoked, concurrency } = keys.add(body as unknown as KeyOptions);
          return answerJson(201, { key, plan: plan.name, revoked, concurrency });
        } catch (error) {
          throw new ControlError(400, (error as Error).message);
        }
      },
      "GET contract": () =>
        answerJson(200, {
          title: contract.title,
          operations: contract.operations.map(({ id, method, path }) => ({ id, method, path })),
          plans: contract.plans,
          policies: contract.policies,
          unread: contract.unread,
        }),
    };
  }

  /** A job that is there without a request, with an id of the caller's choice. */
  #seed({ contract, keys, jobs, surroundings }: Controlled, given: Readonly<Record<string, unknown>>): Job {
    const makers = contract.operations.filter(({ job, method }) => job !== null && method === "POST");
    const operation = makers.find(({ id }) => given["operation"] === undefined || id === given["operation"]);
    if (!operation) throw new ControlError(400, `Jobs are made by ${makers.map(({ id }) => id).join(", ")}.`);
    const key = keys.get(String(given["key"]));
    if (!key) throw new ControlError(400, 'Say whose it is: {"key": "…", "id": "…", "body": {…}}.');
    const id = given["id"];
    if (id !== undefined && (typeof id !== "string" || id === "" || jobs.get(id, null)))
      throw new ControlError(400, "The id must be a text that no other job has.");
    const made = newJob(surroundings, { operation, key, body: given["body"] ?? {} }, null);
    return jobs.create(id === undefined ? made : { ...made, id });
  }

  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: string,
  ): Promise<Answer | null> {
    const [name = "", ...rest] = path.replace(/^\/__sandbox\/?/, "").split("/");
    const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
    const operation = Object.hasOwn(this.#operations, `${method} ${name}`)
      ? this.#operations[`${method} ${name}`]
      : undefined;
    try {
      if (!operation) {
        const allowed = Object.keys(this.#operations)
          .filter((one) => one.endsWith(` ${name}`))
          .map((one) => one.split(" ")[0] as string);
        if (allowed.length === 0)
          throw new ControlError(404, `Known here: ${Object.keys(this.#operations).join(", ")}.`);
        throw new ControlError(405, `It takes ${allowed.join(", ")}.`, { Allow: allowed.join(", ") });
      }
      const body = method === "GET" ? {} : await objectIn(request);
      return await operation({
        request,
        response,
        query: new URLSearchParams(query),
        body,
        rest: rest.join("/"),
      });
    } catch (error) {
      if (error instanceof ControlError)
        return answerJson(error.status, { error: error.message }, error.headers);
      if (error instanceof BodyError) return answerJson(400, { error: `The body ${error.message}.` });
      throw error;
    }
  }
}

class ControlError extends Error {
  override readonly name = "ControlError";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** What is left to a key, of each rate that it has used, and of the month. */
function limitsOf(key: Key, monthlyJobs: MonthlyJobs, nowMs: number): readonly object[] {
  const rates = key.rates.gauges(nowMs).map(({ policy, remaining, resetMs }) => ({
    name: policy.name,
    limit: policy.limit,
    remaining,
    resetMs,
  }));
  const { jobsPerMonth } = key.plan;
  if (jobsPerMonth === null) return rates;
  const remaining = jobsPerMonth - monthlyJobs.of(key, nowMs);
  const resetMs = nextMonthMs(nowMs) - nowMs;
  return [...rates, { name: "jobs this month", limit: jobsPerMonth, remaining, resetMs }];
}

async function objectIn(request: IncomingMessage): Promise<Record<string, unknown>> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return {};
  const value = parseJson(bytes);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ControlError(400, "The body must be a JSON object.");
  return value as Record<string, unknown>;
}
