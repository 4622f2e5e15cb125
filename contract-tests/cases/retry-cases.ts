import { expect } from "vitest";
import { apiKey, callOperation, newClient, toCall } from "../support/call.js";
import { type Operation, object } from "../support/contract.js";
import { type Answer, type Exchange, startRecorder } from "../support/recorder.js";
import { firstExample } from "../support/request-examples.js";
import type { CasesOf, ContractCase, Target } from "./case.js";
import { headerOf } from "./exchange.js";

/** What failed for a passing reason is tried again only where the server can't do it twice. */
export const retryCases: CasesOf = (_contract, operation) => [
  ...refusalCase(operation, "503", isRepeatable(operation)),
  ...refusalCase(operation, "429", true), // it was certainly not accepted
  ...refusalCase(operation, "500", isRepeatable(operation)),
  ...refusalCase(operation, "400", false),
];

/** A read, or what carries a key that makes it one request however often it is sent. */
function isRepeatable({ method, idempotencyHeader }: Operation): boolean {
  return ["GET", "HEAD", "OPTIONS"].includes(method) || idempotencyHeader !== null;
}

function refusalCase(operation: Operation, status: string, isRepeated: boolean): ContractCase[] {
  const declared = operation.responses.find((response) => response.status === status);
  if (!declared?.mediaType) return [];
  return [
    {
      title: [operation.id, "retries", `${status} is ${isRepeated ? "tried again" : "not tried again"}`],
      run: async (target) => {
        const { concurrencyCodes } = target.contract;
        const refusal = declared.examples.find(
          ({ value }) =>
            !Object.values(object(value)).some((code) => concurrencyCodes.includes(String(code))),
        );
        const exchanges = await exchangesOf(target, operation, () => ({
          status: Number(status),
          headers: new Headers({ "content-type": declared.mediaType ?? "", "retry-after": "0" }),
          body: Buffer.from(JSON.stringify(refusal?.value)),
        }));
        expect(exchanges, "requests").toHaveLength(isRepeated ? 3 : 1);
        if (operation.idempotencyHeader === null) return;
        const keys = exchanges.map(({ request }) => headerOf(request, operation.idempotencyHeader ?? ""));
        expect(new Set(keys).size, "idempotency keys of one call").toBe(1);
        expect(keys[0]).toMatch(/./);
        const bodies = exchanges.map(({ request }) => request.body.toString("base64"));
        expect(new Set(bodies).size, "bodies of one call").toBe(1);
      },
    },
  ];
}

async function exchangesOf(
  { contract, client: module }: Target,
  operation: Operation,
  answer: Answer,
): Promise<readonly Exchange[]> {
  const server = await startRecorder(answer);
  try {
    const client = newClient(contract, module, { apiKey, baseUrl: server.url, maxRetries: 2 });
    const call = toCall(operation, firstExample(operation));
    const { exchanges } = await server.record(() => callOperation(client, operation, call));
    return exchanges;
  } finally {
    await server.stop();
  }
}
