import { expect } from "vitest";
import { apiKey, callOperation, newClient, toCall } from "../support/call.js";
import type { Operation } from "../support/contract.js";
import { type RecordedRequest, send } from "../support/recorder.js";
import { firstExample, requestExamples } from "../support/request-examples.js";
import type { CasesOf, ContractCase, Target } from "./case.js";
import { callThrough, expectAccepted, expectDeclared, only } from "./exchange.js";

const environmentKey = "sk-of-the-environment";

/** The key goes where the contract says, and nowhere else; without it there the API answers 401. */
export const keyCases: CasesOf = (_contract, operation) => {
  const { keyHeader } = operation;
  if (keyHeader === null) return [anonymousCase(operation)];
  return [
    ...requestExamples(operation).map(
      (example): ContractCase => ({
        title: [operation.id, example.name, `key in ${keyHeader} alone`],
        run: async (target) => {
          const { exchanges } = await callThrough(target, operation, toCall(operation, example));
          const { headers, target: address, body } = only(exchanges).request;
          const keys = headers.filter(([name]) => name.toLowerCase() === keyHeader.toLowerCase());
          expect(keys.map(([, value]) => value)).toEqual([apiKey]);
          const others = headers.filter((header) => !keys.includes(header));
          expect(JSON.stringify([address, others]), "elsewhere in the head").not.toContain(apiKey);
          expect(body.includes(apiKey), "in the body").toBe(false);
        },
      }),
    ),
    ...wrongKeys(keyHeader).map(
      ({ name, change }): ContractCase => ({
        title: [operation.id, "ignored_auth", `${name} is refused`],
        run: async (target) => {
          const accepted = await sentRequest(target, operation);
          const answer = await send(target.mockServerUrl, change(accepted));
          expect(answer.status).toBe(401);
          expectDeclared(operation, answer);
        },
      }),
    ),
    {
      title: [operation.id, "ignored_auth", "the client sends nothing without a key"],
      run: async (target) => {
        const { outcome, exchanges } = await callWithKeyOfEnvironment(target, operation, undefined);
        const error = "error" in outcome ? outcome.error : undefined;
        expect((error as Error | undefined)?.constructor).toBe(target.client["MissingApiKeyError"]);
        expect((error as Error).message).toContain(target.contract.apiKeyEnv);
        expect(exchanges).toEqual([]);
      },
    },
    {
      title: [operation.id, "a key among the client's headers", "is that key"],
      run: async ({ contract, client: module, recorder }) => {
        const headers = { [keyHeader]: apiKey };
        const client = newClient(contract, module, { headers, baseUrl: recorder.url });
        const call = toCall(operation, firstExample(operation));
        const called = await recorder.record(() => callOperation(client, operation, call));
        expectAccepted(operation, called);
        const keys = only(called.exchanges).request.headers.filter(
          ([name]) => name.toLowerCase() === keyHeader.toLowerCase(),
        );
        expect(keys.map(([, value]) => value)).toEqual([apiKey]);
      },
    },
    {
      title: [operation.id, "the key of the environment", "is sent as given"],
      run: async (target) => {
        const called = await callWithKeyOfEnvironment(target, operation, environmentKey);
        expectAccepted(operation, called);
        const sent = new Map(
          only(called.exchanges).request.headers.map(([name, value]) => [name.toLowerCase(), value]),
        );
        expect(sent.get(keyHeader.toLowerCase())).toBe(environmentKey);
      },
    },
  ];
};

function anonymousCase(operation: Operation): ContractCase {
  return {
    title: [operation.id, "no key", "accepted"],
    run: async (target) => {
      expectAccepted(operation, await callWithKeyOfEnvironment(target, operation, undefined));
    },
  };
}

type Change = (request: RecordedRequest) => RecordedRequest;

function wrongKeys(keyHeader: string): { name: string; change: Change }[] {
  const without = ({ headers }: RecordedRequest) =>
    headers.filter(([name]) => name.toLowerCase() !== keyHeader.toLowerCase());
  return [
    { name: "a missing key", change: (request) => ({ ...request, headers: without(request) }) },
    {
      name: "an empty key",
      change: (request) => ({ ...request, headers: [...without(request), [keyHeader, ""]] }),
    },
    {
      name: "a key in the query",
      change: (request) => ({
        ...request,
        headers: without(request),
        target: `${request.target}${request.target.includes("?") ? "&" : "?"}${keyHeader}=${apiKey}`,
      }),
    },
    {
      name: "a Bearer token",
      change: (request) => ({
        ...request,
        headers: [...without(request), ["Authorization", `Bearer ${apiKey}`]],
      }),
    },
  ];
}

/** A request that the mock server has just accepted, so that a refusal can only be due to what is changed in it. */
async function sentRequest(target: Target, operation: Operation): Promise<RecordedRequest> {
  const called = await callThrough(target, operation, toCall(operation, firstExample(operation)));
  expectAccepted(operation, called);
  return only(called.exchanges).request;
}

/** Calls with a client that is given no key, while the environment holds this one. */
async function callWithKeyOfEnvironment(
  { contract, client: module, recorder }: Target,
  operation: Operation,
  key: string | undefined,
) {
  const before = process.env[contract.apiKeyEnv];
  const set = (value: string | undefined): void => {
    if (value === undefined) delete process.env[contract.apiKeyEnv];
    else process.env[contract.apiKeyEnv] = value;
  };
  set(key);
  try {
    const client = newClient(contract, module, { baseUrl: recorder.url });
    const call = toCall(operation, firstExample(operation));
    return await recorder.record(() => callOperation(client, operation, call));
  } finally {
    set(before);
  }
}
