import { expect } from "vitest";
import { apiKey, callOperation, newClient, toCall } from "../support/call.js";
import { type Operation, object } from "../support/contract.js";
import { type Answer, type Exchange, startRecorder } from "../support/recorder.js";
import { firstExample } from "../support/request-examples.js";
import type { CasesOf, ContractCase, Target } from "./case.js";
import { headerOf } from "./exchange.js";

/** What failed for a passing reason is tried again, and only where the server can't do it twice. */
export const retryCases: CasesOf = (_contract, operation) =>
  operation.responses
    .filter(({ status }) => /^[45]\d\d$/.test(status))
    .flatMap(({ status }) =>
      isPassing(status)
        ? // A 429 was certainly not accepted.
          refusalCase(operation, status, "0", status === "429" || isRepeatable(operation))
        : [
            ...refusalCase(operation, status, null, false),
            // Of a conflict only the server can say that it will pass.
            ...(status === "409" ? refusalCase(operation, status, "0", isRepeatable(operation)) : []),
          ],
    );

function isPassing(status: string): boolean {
  return status === "408" || status === "429" || status.startsWith("5");
}

/** A read, or what carries a key that makes it one request however often it is sent. */
function isRepeatable({ method, idempotencyHeader }: Operation): boolean {
  return ["GET", "HEAD", "OPTIONS"].includes(method) || idempotencyHeader !== null;
}

function refusalCase(
  operation: Operation,
  status: string,
  retryAfter: string | null,
  isRepeated: boolean,
): ContractCase[] {
  const declared = operation.responses.find((response) => response.status === status);
  if (!declared?.mediaType) return [];
  return [
    {
      title: [
        operation.id,
        "retries",
        `${status}${retryAfter === null ? "" : " with Retry-After"} is ${isRepeated ? "tried again" : "not tried again"}`,
      ],
      run: async (target) => {
        const { concurrencyCodes } = target.contract;
        const refusal = declared.examples.find(
          ({ value }) =>
            !Object.values(object(value)).some((code) => concurrencyCodes.includes(String(code))),
        );
        const exchanges = await exchangesOf(target, operation, () => ({
          status: Number(status),
          headers: new Headers({
            "content-type": declared.mediaType ?? "",
            ...(retryAfter === null ? {} : { "retry-after": retryAfter }),
          }),
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
  const waits: number[] = [];
  try {
    const onRetry = ({ waitMs }: { waitMs: number }) => void waits.push(waitMs);
    const client = newClient(contract, module, { apiKey, baseUrl: server.url, maxRetries: 2, onRetry });
    const call = toCall(operation, firstExample(operation));
    const { exchanges } = await server.record(() => callOperation(client, operation, call));
    expect(waits, "milliseconds waited, as Retry-After says").toEqual(exchanges.slice(1).map(() => 0));
    return exchanges;
  } finally {
    await server.stop();
  }
}
