import { expect } from "vitest";
import { toCall } from "../support/call.js";
import { type Contract, type DeclaredResponse, type Operation, object } from "../support/contract.js";
import { errorClassOf } from "../support/error-classes.js";
import { faultsOf } from "../support/json-schema.js";
import { preferring, violationsOf } from "../support/prism.js";
import { answerWith, startRecorder } from "../support/recorder.js";
import { firstExample } from "../support/request-examples.js";
import type { CasesOf, ContractCase } from "./case.js";
import { callThrough, expectDeclared, jsonOf, only } from "./exchange.js";

/** Every declared status, with each of its examples, is what the client makes a result or the right error of. */
export const statusCases: CasesOf = (contract, operation) => [
  ...declaredCases(contract, operation),
  ...otherTypeCases(operation),
  ...otherErrorCase(operation),
  ...concurrencyCases(contract, operation),
];

function declaredCases(contract: Contract, operation: Operation): ContractCase[] {
  return operation.responses.flatMap((response) =>
    examplesOf(response).map(
      (example): ContractCase => ({
        title: [operation.id, `status ${response.status}`, example?.name ?? "no body"],
        run: async (target) => {
          const request = firstExample(operation);
          const headers = preferring(response.status, example?.name ?? null);
          const call = toCall(operation, request, { headers });
          const { outcome, exchanges } = await callThrough(target, operation, call);
          const answer = only(exchanges).response;
          expect(String(answer.status)).toBe(response.status);
          expect(violationsOf(answer.headers), "objections").toEqual([]);
          expectDeclared(operation, answer);
          expect(jsonOf(answer)).toEqual(example?.value);
          if (response.status.startsWith("2")) {
            expect(outcome).toEqual({ result: example?.value });
            return;
          }
          const error = "error" in outcome ? outcome.error : expect.fail("The client returned a result.");
          const said = messageAndCode(response, example?.value);
          const name = errorClass(contract, response.status, said.errorCode);
          expect((error as Error).constructor, name).toBe(target.client[name]);
          const place = { method: operation.method, path: only(exchanges).request.target.split("?")[0] };
          expect(error).toMatchObject({ ...place, ...said, status: answer.status, body: example?.value });
          const code = /^[^:]*: \d+ \[(.*?)\]/.exec((error as Error).message)?.[1] ?? null;
          expect(code, "code in the message").toBe(said.errorCode);
          const after = answer.headers.get("retry-after");
          if (after === null || /^\d+$/.test(after))
            expect(error).toMatchObject({ retryAfterMs: after === null ? null : Number(after) * 1000 });
          const shown = Object.fromEntries((error as { headers: Headers }).headers);
          expect(shown).toMatchObject(Object.fromEntries(answer.headers));
        },
      }),
    ),
  );
}

/** A list where the contract has an object, or the other way round, is no result. */
function otherTypeCases(operation: Operation): ContractCase[] {
  const success = operation.responses.find(({ status }) => status.startsWith("2"));
  const values = (success?.examples ?? []).map(({ value }) => value);
  if (!success?.mediaType || values.length === 0) return [];
  const others = [[], {}].filter((other) => faultsOf(success.schema, other).length > 0);
  return others
    .filter((other) => values.every((value) => Array.isArray(value) !== Array.isArray(other)))
    .map((other) => ({
      title: [operation.id, `status ${success.status}`, `${JSON.stringify(other)} is no result`],
      run: async (target) => {
        const server = await startRecorder(answerWith(Number(success.status), success.mediaType, other));
        try {
          const call = toCall(operation, firstExample(operation));
          const { outcome } = await callThrough(target, operation, call, server);
          const error = "error" in outcome ? outcome.error : expect.fail("The client returned a result.");
          expect(error).toBeInstanceOf(target.client["UnexpectedResponseError"]);
          expect(error, "half a success may be whole the next time").toMatchObject({ isRetryable: true });
        } finally {
          await server.stop();
        }
      },
    }));
}

/** What refuses with something else than the contract's error is still a refusal, and asking again won't help. */
function otherErrorCase(operation: Operation): ContractCase[] {
  if (!operation.responses.some(({ status }) => status === "400")) return [];
  return [
    {
      title: [operation.id, "status 400", "a page is the error of no contract"],
      run: async (target) => {
        const server = await startRecorder(answerWith(400, "text/html", "<h1>No</h1>"));
        try {
          const call = toCall(operation, firstExample(operation));
          const { outcome } = await callThrough(target, operation, call, server);
          const error = "error" in outcome ? outcome.error : expect.fail("The client returned a result.");
          expect(error).toBeInstanceOf(target.client["UnexpectedResponseError"]);
          expect(error).toMatchObject({ status: 400, isRetryable: false });
        } finally {
          await server.stop();
        }
      },
    },
  ];
}

/** Each code that the contract gives to too many jobs is that error, whether an example shows it or not. */
function concurrencyCases({ concurrencyCodes }: Contract, operation: Operation): ContractCase[] {
  const refusal = operation.responses.find(({ status }) => status === "429");
  const property = object(object(refusal?.schema)["x-error"])["codeProperty"];
  const [example] = refusal?.examples ?? [];
  if (!refusal || !example || typeof property !== "string") return [];
  const shown = refusal.examples.map(({ value }) => object(value)[property]);
  return concurrencyCodes
    .filter((code) => !shown.includes(code))
    .map((code) => ({
      title: [operation.id, "status 429", `${code}, of which there is no example`],
      run: async (target) => {
        const value = { ...object(example.value), [property]: code };
        const server = await startRecorder(answerWith(429, refusal.mediaType, value));
        try {
          const call = toCall(operation, firstExample(operation));
          const { outcome } = await callThrough(target, operation, call, server);
          const error = "error" in outcome ? outcome.error : expect.fail("The client returned a result.");
          expect(error).toBeInstanceOf(target.client["ConcurrencyLimitError"]);
          expect(error).toMatchObject({ errorCode: code });
        } finally {
          await server.stop();
        }
      },
    }));
}

function examplesOf({
  mediaType,
  status,
  examples,
}: DeclaredResponse): readonly (DeclaredResponse["examples"][number] | null)[] {
  if (mediaType === null) return [null];
  if (examples.length === 0) throw new Error(`The response ${status} has no example.`);
  return examples;
}

function errorClass({ concurrencyCodes }: Contract, status: string, code: unknown): string {
  if (status === "429" && concurrencyCodes.includes(String(code))) return "ConcurrencyLimitError";
  return errorClassOf(status);
}

/** What the error's schema says its message, code and request id are. */
function messageAndCode({ schema }: DeclaredResponse, body: unknown) {
  const rules = object(object(schema)["x-error"]);
  const read = (rule: string): unknown => object(body)[String(rules[rule])];
  return {
    messages: [read("messageProperty")].flat().filter((message) => message !== undefined),
    errorCode: read("codeProperty") ?? null,
    requestId: read("requestIdProperty") ?? null,
  };
}
