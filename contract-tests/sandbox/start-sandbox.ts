import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { resolve } from "node:path";
import type { Surroundings } from "./behaviour.js";
import { behaviourOf } from "./behaviours.js";
import { Chaos, parseChaos } from "./chaos.js";
import { type Clock, SandboxClock, toMilliseconds } from "./clock.js";
import { Control } from "./control.js";
import { Crud } from "./crud.js";
import { Events, type Finding } from "./events.js";
import { Front, optionsAnswer } from "./front.js";
import { HarRecorder } from "./har.js";
import { Idempotency } from "./idempotency.js";
import { JobTeller } from "./job-operations.js";
import { type Job, Jobs } from "./jobs.js";
import type { Judge } from "./judge.js";
import { type KeyOptions, Keys } from "./keys.js";
import { type Match, OperationMatcher } from "./match-operation.js";
import { MonthlyJobs } from "./monthly-jobs.js";
import { randomFrom, uuidFrom } from "./random.js";
import { readContract } from "./read-contract.js";
import { type Answer, Refusals } from "./refusal.js";
import { type RequestEntry, RequestLog } from "./request-log.js";
import { filesPath, Results } from "./results.js";
import type { SandboxContract, SandboxOperation } from "./sandbox-contract.js";
import { Scenarios } from "./scenarios.js";
import { OperationServer, type Served } from "./serve-operation.js";
import { Validators } from "./validators.js";
import { type Delivery, Webhooks } from "./webhooks.js";

export interface SandboxOptions {
  /** The contract's root file, `spec/openapi.yaml` unless given; or what `loadSpec` made of it, to start many at once. */
  readonly spec?: string | LoadedSpec;
  /** Paths of OpenAPI Overlays that change the spec first, in this order. */
  readonly overlays?: readonly string[];
  /** 0, as unless given: a free one. */
  readonly port?: number;
  readonly host?: string;
  /** The plan of keys that are given without one; the highest unless given. */
  readonly plan?: string;
  readonly keys?: readonly KeyOptions[];
  /** Makes ids and everything that is random the same each time. */
  readonly seed?: number;
  /** How much faster than the API jobs are. */
  readonly speed?: number;
  /** Refuses query parameters that the contract does not name. */
  readonly strict?: boolean;
  /** How long each accepted request takes, by the sandbox's clock: `"200ms"`, or `"50ms-200ms"`. */
  readonly latency?: string;
  /** How often an answer is spoilt, and how: `"drop=0.01,500=0.1"`. */
  readonly chaos?: string;
  /** Writes a HAR of all requests there, when it closes. */
  readonly record?: string;
  /** `ajv`: no second opinion, and several times as fast. */
  readonly judge?: string;
  /** `frozen`: the time moves only when it is advanced. */
  readonly clock?: "running" | "frozen";
  /** Off: as many requests as come. */
  readonly rateLimits?: boolean;
  /** A client that comes back before `Retry-After` has passed waits anew, and is reported. */
  readonly enforceRetryAfter?: boolean;
  /** The secret that webhooks are signed with. */
  readonly webhookSecret?: string;
  /** Sends webhooks to other machines too. */
  readonly webhooksAnywhere?: boolean;
  /** How many requests are remembered. */
  readonly keepRequests?: number;
  /** How many jobs that have ended are remembered. */
  readonly keepJobs?: number;
}

/** Of a larger contract schemas are compiled when the first request needs them, so that it starts soon. */
const maxEagerOperations = 100;

/** What webhooks are signed with unless another secret is given. */
export const defaultWebhookSecret = "whsec_sandbox";

/** A running sandbox. */
export interface Sandbox {
  readonly url: string;
  readonly contract: SandboxContract;
  readonly clock: Clock;
  /** The last requests, the oldest first. */
  readonly requests: readonly RequestEntry[];
  readonly findings: readonly Finding[];
  readonly keys: Keys;
  /** What became of webhooks, the oldest first. */
  readonly deliveries: readonly Delivery[];
  /** What it could not read of the contract, in sentences. */
  readonly unread: readonly string[];
  /** @returns what ends the listening */
  readonly onEvent: Events["onEvent"];
  /** Forgets all jobs, requests, counts and keys that were added. */
  reset(): void;
  close(): Promise<void>;
}

/** A contract, read and with its schemas compiled. Any number of sandboxes may share it. */
export interface LoadedSpec {
  readonly contract: SandboxContract;
  readonly validators: Validators;
}

/** @throws Error if it can't be read, or is no OpenAPI 3 */
export async function loadSpec(specPath: string, overlays: readonly string[] = []): Promise<LoadedSpec> {
  const contract = await readContract(resolve(specPath), overlays);
  const eager = contract.operations.length <= maxEagerOperations;
  return { contract, validators: new Validators(contract.document, eager) };
}

/**
 * Starts a server that keeps the contract. It needs nothing else and reaches out to nobody but loopback webhooks.
 *
 * @throws Error if the contract can't be read or an option is not one
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { spec = "spec/openapi.yaml", overlays } = options;
  const { contract, validators } = typeof spec === "string" ? await loadSpec(spec, overlays) : spec;
  const clock = new SandboxClock({ frozen: options.clock === "frozen" });
  const random = randomFrom(options.seed ?? null);
  const newId = options.seed === undefined ? randomUUID : () => uuidFrom(random);
  const events: Events = new Events(() => jobs.rearm());
  const keys = new Keys(contract, options);
  const requests = new RequestLog(options.keepRequests ?? 1000);
  const findings: Finding[] = [];
  const scenarios = new Scenarios();
  const refusals = new Refusals(contract);
  const idempotency = new Idempotency(10_000);
  const monthlyJobs = new MonthlyJobs();
  const jobs: Jobs = new Jobs({
    clock,
    maxEnded: options.keepJobs ?? 10_000,
    newId,
    heard: (job) => (events.hears("job") && !job.quiet ? "all" : job.webhook ? "end" : "none"),
    listener: (job, status): void | Promise<void> => {
      if (!job.quiet) events.emit({ type: "job", job: viewOf(job, status) });
      return jobs.hasEnded(job) ? webhooks.tell(job) : undefined;
    },
  });
  let url = "";
  const surroundings: Surroundings = {
    contract,
    validators,
    clock,
    jobs,
    monthlyJobs,
    random,
    newId,
    url: () => url,
    speed: () => options.speed ?? 1,
    refuse: (operation, reason) => refusals.of(operation, reason),
    wantedOutcome: (operationId) => scenarios.outcomeFor(operationId),
  };
  const report = (finding: Omit<Finding, "atMs">): void => {
    const whole = { ...finding, atMs: clock.now() };
    findings.push(whole);
    if (findings.length > 1000) findings.shift();
    events.emit({ type: "finding", finding: whole });
  };
  const judge = await judgeOf(options.judge, contract);
  const delay = delayOf(clock, options.latency, random);
  const teller = new JobTeller(surroundings);
  const crud = new Crud(surroundings);
  const chaos = options.chaos === undefined ? null : new Chaos(parseChaos(options.chaos), random, clock);
  const recorder = options.record === undefined ? null : new HarRecorder(resolve(options.record), keys);
  const results = new Results(surroundings, teller);
  const webhooks = new Webhooks(surroundings, teller, {
    secret: options.webhookSecret ?? defaultWebhookSecret,
    anywhere: options.webhooksAnywhere ?? false,
  });
  const servers = new Map(
    contract.operations.map((operation) => [
      operation,
      new OperationServer(
        operation,
        surroundings,
        {
          keys,
          idempotency,
          judge,
          strict: options.strict ?? false,
          rateLimits: options.rateLimits ?? true,
          enforceRetryAfter: options.enforceRetryAfter ?? false,
          delay,
          forced: (one) => scenarios.answerFor(one),
          onLimit: (key, { policy, remaining, resetMs }) => {
            if (!events.hears("limit")) return;
            const { name, limit } = policy;
            events.emit({
              type: "limit",
              limit: { plan: key.plan.name, name, used: limit - remaining, limit, resetMs },
            });
          },
          onFinding: (kind, operationId, message) => report({ kind, operationId, message }),
        },
        behaviourOf(surroundings, teller, crud, operation),
      ),
    ]),
  );
  const matcher = new OperationMatcher(contract.operations);

  const reset = (): void => {
    jobs.clear();
    crud.reset();
    clock.clear();
    keys.reset();
    requests.clear();
    idempotency.clear();
    monthlyJobs.clear();
    scenarios.clear();
    webhooks.clear();
    findings.length = 0;
    events.emit({ type: "reset" });
  };
  const control = new Control({
    contract,
    clock,
    jobs,
    monthlyJobs,
    teller,
    surroundings,
    keys,
    requests,
    scenarios,
    webhooks,
    findings: () => findings,
    held: () => ({
      requests: requests.size,
      jobs: jobs.size,
      tasks: clock.size,
      idempotencyKeys: idempotency.size,
      findings: findings.length,
      deliveries: webhooks.deliveries.length,
    }),
    reset,
    events,
  });

  const refuseChaos = (operation: SandboxOperation | null): Answer =>
    refusals.of(operation, {
      rule: "chaos",
      statuses: [500, 503],
      faults: [
        { pointer: "", rule: "", message: "Chaos: the request was carried out, and the answer lost." },
      ],
    });
  const serve = (
    request: IncomingMessage,
    response: ServerResponse,
    match: Match,
    method: string,
    path: string,
    query: string,
  ): Served | Promise<Served> => {
    if (match.kind === "operation") {
      const server = servers.get(match.operation) as OperationServer;
      return server.serve({ request, response, path, query, inPath: match.inPath });
    }
    if (match.kind === "other-method" && method === "OPTIONS")
      return { answer: optionsAnswer(request, match.allowed), key: null, body: undefined };
    const [status, rule, message] =
      match.kind === "none"
        ? [404, "path", "The contract has no such path."]
        : [405, "method", `The contract has no ${method} here; it has ${match.allowed.join(", ")}.`];
    const refusal = refusals.of(null, {
      rule,
      statuses: [status],
      faults: [{ pointer: "", rule: "", message }],
      ...(match.kind === "other-method" ? { headers: { Allow: match.allowed.join(", ") } } : {}),
    });
    return { answer: refusal, key: null, body: undefined };
  };

  const answer = (
    request: IncomingMessage,
    response: ServerResponse,
  ): Answer | null | Promise<Answer | null> => {
    const startedMs = performance.now();
    const target = request.url ?? "/";
    const mark = target.indexOf("?");
    const path = mark === -1 ? target : target.slice(0, mark);
    const query = mark === -1 ? "" : target.slice(mark + 1);
    const method = request.method ?? "GET";
    if (path.startsWith(filesPath)) return results.answer(method, path, query);
    if (path === "/__sandbox" || path.startsWith("/__sandbox/"))
      return control.answer(request, response, path, query);
    const match = matcher.match(method, path);
    const result = match.kind === "none" ? results.answer(method, path, query) : null;
    if (result) return result;
    const operation = match.kind === "operation" ? match.operation : null;
    const finish = ({ answer, key, body }: Served): Answer | Promise<Answer | null> => {
      const entry = requests.add({
        atMs: clock.now(),
        method,
        target: redacted(target, keys),
        operationId: operation?.id ?? null,
        plan: key?.plan.name ?? null,
        status: answer.status,
        rule: answer.rule,
        faults: answer.faults,
        durationMs: performance.now() - startedMs,
        body: Number(request.headers["content-length"] ?? 0) > 65_536 ? undefined : body,
      });
      if (events.hears("request")) events.emit({ type: "request", request: entry });
      if (!chaos && !recorder) return answer;
      const record = (sent: Answer | null): Answer | null => {
        recorder?.add({
          request,
          url: `${url}${target}`,
          answer: sent ?? { ...answer, body: null, status: 0 },
          atMs: clock.now(),
          durationMs: performance.now() - startedMs,
          body,
        });
        return sent;
      };
      return chaos
        ? chaos.spoil(answer, response, () => refuseChaos(operation)).then(record)
        : (record(answer) as Answer);
    };
    const served = serve(request, response, match, method, path, query);
    return served instanceof Promise ? served.then(finish) : finish(served);
  };

  const front = await Front.start({
    port: options.port ?? 0,
    host: options.host ?? "127.0.0.1",
    answer,
    refuse: (status, rule, message) =>
      refusals.of(null, { rule, statuses: [status], faults: [{ pointer: "", rule: "", message }] }),
  });
  url = `http://${options.host ?? "127.0.0.1"}:${front.port}`;
  return {
    url,
    contract,
    clock,
    get requests() {
      return requests.all();
    },
    get findings() {
      return findings;
    },
    keys,
    get deliveries() {
      return webhooks.deliveries;
    },
    get unread() {
      return [...contract.unread, ...validators.problems];
    },
    onEvent: events.onEvent,
    reset,
    close: async () => {
      clock.clear();
      await front.close();
      recorder?.write();
    },
  };

  function viewOf(job: Job, status: string) {
    return {
      id: job.id,
      operationId: job.operationId,
      plan: job.owner.plan.name,
      status,
      ended: jobs.hasEnded(job),
      createdMs: job.createdMs,
      endsMs: job.endsMs,
      errorCode: job.outcome.errorCode,
    };
  }
}

/** @throws Error if there is no such judge */
async function judgeOf(name: string | undefined, { document }: SandboxContract): Promise<Judge | null> {
  if (name === "ajv") return null;
  const { judgeName, loadJudge } = await import("../support/prism.js");
  if (name !== undefined && name !== judgeName)
    throw new Error(`There is no judge ${JSON.stringify(name)}; there are ${judgeName} and ajv.`);
  return loadJudge(document);
}

/** @throws RangeError if it is no latency */
function delayOf(
  clock: Clock,
  latency: string | undefined,
  random: () => number,
): () => Promise<void> | null {
  if (latency === undefined) return () => null;
  const [least = "", most = least] = latency.split("-");
  const leastMs = toMilliseconds(least);
  const mostMs = toMilliseconds(most);
  if (mostMs === 0) return () => null;
  return () =>
    new Promise<void>((done) =>
      clock.at(clock.now() + leastMs + random() * (mostMs - leastMs), () => done()),
    );
}

/** The target without any key of ours that someone wrote into it. */
function redacted(target: string, keys: Keys): string {
  if (!target.includes("?")) return target;
  return keys.all().reduce((text, { key }) => (key === "" ? text : text.replaceAll(key, "…")), target);
}
