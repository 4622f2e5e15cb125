import { expect } from "vitest";
import { apiKey, callOperation, newClient, toCall } from "../support/call.js";
import { array, type Contract, type Operation, object } from "../support/contract.js";
import { firstExample } from "../support/request-examples.js";
import type { CasesOf, ContractCase, Target } from "./case.js";

/** More requests than this are too many for a case: of larger limits only the number is seen. */
const mostRequests = 100;

/** The client keeps to the contract's rate limits and to the plan's number of jobs, and says what it waits for. */
export const paceCases: CasesOf = (contract, operation) => [
  placesCase(contract, operation),
  ...pauseCases(contract, operation),
  ...rateCases(contract, operation),
  ...planCases(contract, operation),
];

/** Under which policies a call takes a place is what the contract says of the operation. */
function placesCase(contract: Contract, operation: Operation): ContractCase {
  const names = policiesOf(contract, operation);
  return {
    title: [operation.id, "rate limits", names.length === 0 ? "none" : `counts for ${names.join(", ")}`],
    run: async (target) => {
      const policies = object(contract.document["x-rate-limits"]);
      const taken: unknown[] = [];
      const store = {
        take: (policy: unknown) => {
          taken.push(policy);
          return { place: "" };
        },
        settle: () => undefined,
        pause: () => undefined,
      };
      const events = await callEach(target, operation, 1, { rateLimit: store });
      expect(taken).toEqual(
        names.map((name) => {
          const { limit, periodSeconds } = object(policies[name]);
          return { name, limit, periodMs: Number(periodSeconds) * 1000 };
        }),
      );
      expect(events.sent, "requests, and of which operation").toEqual([operation.id]);
    },
  };
}

/** Where the server refuses all the same, nobody asks again under that policy before it said they may. */
function pauseCases(contract: Contract, operation: Operation): ContractCase[] {
  const names = policiesOf(contract, operation);
  if (names.length === 0) return [];
  const refusals = operation.responses.find(({ status }) => status === "429")?.examples ?? [];
  const pausedBy = async (target: Target, value: unknown): Promise<unknown[]> => {
    const paused: unknown[] = [];
    const store = {
      take: () => ({ place: "" }),
      settle: () => undefined,
      pause: ({ name }: { name: string }, forMs: number) => void paused.push([name, forMs]),
    };
    const refused = { status: 429, value };
    await callEach(target, operation, 1, { rateLimit: store }, refused).catch(() => undefined);
    return paused;
  };
  const pauses = (what: string, value: unknown, want: readonly unknown[]): ContractCase => ({
    title: [operation.id, "rate limits", what],
    run: async (target) => expect(await pausedBy(target, value)).toEqual(want),
  });
  const ofRate = refusals.find(({ value }) => !isOfJobs(contract, value));
  const ofJobs = refusals.find(({ value }) => isOfJobs(contract, value));
  const all = names.map((name) => [name, refusedForSeconds * 1000]);
  return [
    ...(ofRate ? [pauses("a refusal is waited out by all", ofRate.value, all)] : []),
    // Whether there is room for another job is no matter of the pace.
    ...(ofJobs ? [pauses("a refusal for too many jobs keeps no one else", ofJobs.value, [])] : []),
  ];
}

const refusedForSeconds = 7;

/** Whether a refusal is for too many jobs, and not for too many requests. */
function isOfJobs({ concurrencyCodes }: Contract, body: unknown): boolean {
  return Object.values(object(body)).some((code) => concurrencyCodes.includes(String(code)));
}

/** As many requests as a policy allows go out at once; the next waits. Shown by the first operation under each. */
function rateCases(contract: Contract, operation: Operation): ContractCase[] {
  const policies = object(contract.document["x-rate-limits"]);
  return policiesOf(contract, operation)
    .filter(
      (name) => contract.operations.find((one) => policiesOf(contract, one).includes(name)) === operation,
    )
    .map((name) => ({ name, limit: Number(object(policies[name])["limit"]), ...period(policies[name]) }))
    .filter(({ limit }) => limit <= mostRequests)
    .map(({ name, limit, periodMs }) => ({
      title: [operation.id, `rate limit ${name}`, `${limit} at once, and one waits`],
      run: async (target) => {
        const { sent, waits } = await callEach(target, operation, limit + 1, { rateLimit: true });
        expect(sent, "requests").toHaveLength(limit);
        expect(waits.map(({ reason }) => reason)).toEqual(["rate-limit"]);
        expect(waits[0]?.waitMs).toBeGreaterThan(0);
        expect(waits[0]?.waitMs).toBeLessThanOrEqual(periodMs);
      },
    }));
}

function period(policy: unknown): { periodMs: number } {
  return { periodMs: Number(object(policy)["periodSeconds"]) * 1000 };
}

/** As many jobs as the plan allows are begun, and one more waits for an end. */
function planCases(contract: Contract, operation: Operation): ContractCase[] {
  const plans = array(object(contract.document["x-plans"])["plans"]).map(object);
  const success = operation.responses.find(({ status }) => status.startsWith("2"));
  const follow = success?.links[0];
  const statuses = object(object(success?.schema)["x-job"]);
  if (!follow || statuses["statusProperty"] === undefined) return [];
  const unlimited = plans
    .filter(({ concurrency }) => concurrency === null)
    .map(
      ({ name }): ContractCase => ({
        title: [operation.id, `plan ${String(name)}`, "none waits"],
        run: async (target) => {
          const { sent, waits } = await callEach(target, operation, manyJobs, { plan: name });
          expect(sent, "requests").toHaveLength(manyJobs);
          expect(waits).toEqual([]);
        },
      }),
    );
  const limited = plans
    .filter(({ concurrency }) => typeof concurrency === "number")
    .map(
      ({ name, concurrency }): ContractCase => ({
        title: [operation.id, `plan ${String(name)}`, `${String(concurrency)} at a time, and one waits`],
        run: async (target) => {
          const { sent, waits } = await callEach(target, operation, Number(concurrency) + 1, { plan: name });
          const begun = sent.filter((id) => id === operation.id);
          expect(begun, "jobs begun").toHaveLength(Number(concurrency));
          expect(waits.map(({ reason }) => reason)).toEqual(["concurrency"]);
        },
      }),
    );
  return [...limited, ...unlimited];
}

/** More jobs than any plan with a limit has. */
const manyJobs = 30;

function policiesOf({ document }: Contract, operation: Operation): string[] {
  const written = object(object(object(document["paths"])[operation.path])[operation.method.toLowerCase()]);
  return array(written["x-rate-limit"] ?? document["x-rate-limit"]).map(String);
}

interface Events {
  /** Ids of the operations of all requests. */
  readonly sent: string[];
  readonly waits: { readonly reason: string; readonly waitMs: number }[];
}

/** Calls an operation so many times, until one has to wait, which ends that one. Each job that is begun is another, and goes on. */
async function callEach(
  { contract, client: module }: Target,
  operation: Operation,
  times: number,
  options: object,
  refusal: { readonly status: number; readonly value: unknown } | null = null,
): Promise<Events> {
  const events: Events = { sent: [], waits: [] };
  const stop = new AbortController();
  let made = 0;
  const answers = new Map(contract.operations.map((one) => [one.id, answerOf(one)]));
  const answering = { id: operation.id };
  const client = newClient(contract, module, {
    apiKey,
    baseUrl: "http://127.0.0.1:9", // nothing goes there
    ...options,
    onRequest: (event: { operation: string }) => {
      events.sent.push(event.operation);
      answering.id = event.operation;
    },
    onWait: (event: Events["waits"][number]) => {
      events.waits.push(event);
      stop.abort();
    },
    fetch: async () => {
      const { status, value } = refusal ?? answers.get(answering.id) ?? { status: 200, value: {} };
      const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
      const body = isObject && "id" in value ? { ...value, id: `job-${++made}` } : value;
      return new Response(JSON.stringify(body), {
        status,
        headers: {
          "content-type": "application/json",
          ...(refusal && { "retry-after": String(refusedForSeconds) }),
        },
      });
    },
  });
  for (let count = 0; count < times && !stop.signal.aborted; count++) {
    const call = toCall(operation, firstExample(operation));
    const positions = [
      ...call.positions.slice(0, -1),
      { ...object(call.positions.at(-1)), signal: stop.signal },
    ];
    await callOperation(client, operation, { ...call, positions }).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
  }
  return events;
}

/** A success that has not ended, where it is a job. */
export function answerOf({ responses }: Operation): { status: number; value: unknown } {
  const success = responses.find(({ status }) => status.startsWith("2"));
  const { statusProperty, pending } = object(object(success?.schema)["x-job"]);
  const words = array(pending);
  const example =
    success?.examples.find(({ value }) => words.includes(object(value)[String(statusProperty)])) ??
    success?.examples[0];
  return { status: Number(success?.status ?? 200), value: example?.value };
}
