import { expect } from "vitest";
import { apiKey, callOperation, newClient, toCall } from "../support/call.js";
import { array, type Operation, object } from "../support/contract.js";
import { firstExample } from "../support/request-examples.js";
import type { CasesOf, ContractCase, Target } from "./case.js";
import { answerOf } from "./pace-cases.js";

const looks = [
  [true, "a job that was seen to have ended keeps no place"],
  [false, "a job that was seen at work keeps its place"],
] as const;

/** What a look at a job says decides whether it still keeps its place under the plan. */
export const placeCases: CasesOf = (contract, operation) => {
  const plans = array(object(contract.document["x-plans"])["plans"]).map(object);
  const plan = plans.find(({ concurrency }) => typeof concurrency === "number");
  const success = operation.responses.find(({ status }) => status.startsWith("2"));
  const look = contract.operations.find(({ id }) => id === success?.links[0]?.operationId);
  const job = object(object(success?.schema)["x-job"]);
  if (!plan || !look || job["statusProperty"] === undefined) return [];
  return looks.map(
    ([isOver, what]): ContractCase => ({
      title: [operation.id, `plan ${String(plan["name"])}`, what],
      run: async (target) => {
        const times = Number(plan["concurrency"]);
        const waits = await waitsBehindALook(target, operation, look, times, plan["name"], isOver);
        expect(waits, "calls that wait").toBe(isOver ? 0 : 1);
      },
    }),
  );
};

/** How many calls wait that begin a job, when the plan is full and the first job is looked at. */
async function waitsBehindALook(
  { contract, client: module }: Target,
  operation: Operation,
  look: Operation,
  times: number,
  plan: unknown,
  isOver: boolean,
): Promise<number> {
  const begun = answerOf(operation);
  const { statusProperty, succeeded, pending } = object(
    object(operation.responses.find(({ status }) => status.startsWith("2"))?.schema)["x-job"],
  );
  const status = array(isOver ? succeeded : pending)[0];
  let made = 0;
  let waits = 0;
  let current = operation.id;
  const stop = new AbortController();
  const client = newClient(contract, module, {
    apiKey,
    plan,
    baseUrl: "http://127.0.0.1:9", // nothing goes there
    onRequest: (event: { operation: string }) => {
      current = event.operation;
    },
    onWait: () => {
      waits++;
      stop.abort();
    },
    fetch: async () => {
      const isLook = current === look.id;
      const job = isLook
        ? { ...object(begun.value), id: "job-1", [String(statusProperty)]: status }
        : { ...object(begun.value), id: `job-${++made}` };
      return new Response(JSON.stringify(job), {
        status: isLook ? 200 : begun.status,
        headers: { "content-type": "application/json" },
      });
    },
  });
  const call = async (one: Operation, example = firstExample(one)): Promise<void> => {
    const { positions, ...rest } = toCall(one, example);
    const signalled = [...positions.slice(0, -1), { ...object(positions.at(-1)), signal: stop.signal }];
    await callOperation(client, one, { ...rest, positions: signalled }).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
  };
  for (let count = 0; count < times; count++) await call(operation);
  const example = firstExample(look);
  const path = Object.fromEntries(Object.keys(example.path).map((name) => [name, "job-1"]));
  await call(look, { ...example, path });
  await call(operation);
  return waits;
}
