import { expect } from "vitest";
import { apiKey, type Call, callOperation, newClient } from "../support/call.js";
import type { DeclaredResponse, Operation } from "../support/contract.js";
import { faultsOf } from "../support/json-schema.js";
import { violationsOf } from "../support/prism.js";
import type { Exchange, Outcome, RecordedRequest, RecordedResponse, Recorder } from "../support/recorder.js";
import type { Target } from "./case.js";

/** Calls the operation with the client under test; what went over the wire is recorded. */
export function callThrough(
  target: Target,
  operation: Operation,
  call: Call,
  recorder: Recorder = target.recorder,
): Promise<{ outcome: Outcome; exchanges: readonly Exchange[] }> {
  const client = newClient(target.contract, target.client, { apiKey, baseUrl: recorder.url });
  return recorder.record(() => callOperation(client, operation, call));
}

/** The one exchange of a call. */
export function only(exchanges: readonly Exchange[]): Exchange {
  expect(exchanges, "requests that one call sends").toHaveLength(1);
  return exchanges[0] as Exchange;
}

/** The call went through: the contract's success, accepted without objection, is what the client returns. */
export function expectAccepted(
  operation: Operation,
  { outcome, exchanges }: { outcome: Outcome; exchanges: readonly Exchange[] },
): unknown {
  if ("error" in outcome) {
    const violations = exchanges.map(({ response }) => violationsOf(response.headers));
    expect.fail(`positive_data_acceptance: ${String(outcome.error)} ${JSON.stringify(violations)}`);
  }
  const { response } = only(exchanges);
  expectDeclared(operation, response);
  expect(violationsOf(response.headers), "objections to what was accepted").toEqual([]);
  expect(String(response.status)).toMatch(/^2/);
  expect(outcome.result, "what the client returns").toEqual(jsonOf(response));
  return outcome.result;
}

/** The answer is one that the contract declares, in status, content type, headers and body. */
export function expectDeclared(operation: Operation, answer: RecordedResponse): DeclaredResponse {
  const declared = operation.responses.find(({ status }) => status === String(answer.status));
  if (!declared) return expect.fail(`status_code_conformance: ${answer.status} is not declared.`);
  const type = answer.headers.get("content-type")?.split(";")[0] ?? null;
  expect(type, "content_type_conformance").toBe(declared.mediaType);
  if (declared.mediaType !== null)
    expect(faultsOf(declared.schema, jsonOf(answer)), "response_schema_conformance").toEqual([]);
  for (const { name, required, schema } of declared.headers) {
    const text = answer.headers.get(name);
    if (text === null) expect(required, `response_headers_conformance: ${name} is missing`).toBe(false);
    else expect(faultsOf(schema, fromText(schema, text)), "response_headers_conformance").toEqual([]);
  }
  return declared;
}

export function jsonOf({ body }: RecordedResponse): unknown {
  return body.length === 0 ? undefined : JSON.parse(body.toString());
}

export function headerOf({ headers }: RecordedRequest, name: string): string | undefined {
  return headers.find(([sent]) => sent.toLowerCase() === name.toLowerCase())?.[1];
}

/** A header's text as the value its schema speaks of. */
function fromText(schema: DeclaredResponse["schema"], text: string): unknown {
  const type = typeof schema === "object" ? schema["type"] : undefined;
  return type === "integer" || type === "number" ? Number(text) : text;
}

/** The mock server objected, and answered with a refusal that the contract declares. */
export function expectRefused(
  { client }: Target,
  operation: Operation,
  { outcome, exchanges }: { outcome: Outcome; exchanges: readonly Exchange[] },
): void {
  const { response } = only(exchanges);
  expect([400, 422], "negative_data_rejection").toContain(response.status);
  expect(violationsOf(response.headers), "objections").not.toEqual([]);
  expectDeclared(operation, response);
  const name = response.status === 400 ? "BadRequestError" : "UnprocessableContentError";
  expect("error" in outcome && outcome.error).toBeInstanceOf(client[name]);
}
