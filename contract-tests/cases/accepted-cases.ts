import { expect } from "vitest";
import { toCall } from "../support/call.js";
import { type Operation, object } from "../support/contract.js";
import { faultsOf } from "../support/json-schema.js";
import { partsOf } from "../support/parts.js";
import { firstExample, type RequestExample, requestExamples } from "../support/request-examples.js";
import type { CasesOf } from "./case.js";
import { callThrough, expectAccepted } from "./exchange.js";

/** Every example of a request is valid, and accepted when the client sends it. */
export const acceptedCases: CasesOf = (_contract, operation) =>
  requestExamples(operation).map((example) => ({
    title: [operation.id, example.name, "accepted"],
    run: async (target) => {
      expect(faultsOfExample(operation, example), "faults of the example itself").toEqual([]);
      expectAccepted(operation, await callThrough(target, operation, toCall(operation, example)));
    },
  }));

/** Every link leads from a success of one operation to a success of another. */
export const linkCases: CasesOf = (contract, operation) =>
  operation.responses.flatMap((response) =>
    response.links.map((link) => ({
      title: [operation.id, `link ${link.name}`, `leads to ${link.operationId}`],
      run: async (target) => {
        const example = firstExample(operation);
        const created = expectAccepted(
          operation,
          await callThrough(target, operation, toCall(operation, example)),
        );
        const next = contract.operations.find(({ id }) => id === link.operationId) as Operation;
        const given = Object.fromEntries(
          Object.entries(link.parameters).map(([name, expression]) => [name, pointed(created, expression)]),
        );
        const least = firstExample(next);
        const call = toCall(next, { ...least, path: { ...least.path, ...given } });
        expectAccepted(next, await callThrough(target, next, call));
      },
    })),
  );

/** `$response.body#/id` of OpenAPI's runtime expressions. */
function pointed(body: unknown, expression: string): unknown {
  const tokens = expression.replace(/^\$response\.body#\//, "").split("/");
  const value = tokens.reduce((at, token) => object(at)[token], body);
  expect(value, `${expression} of the answer`).toBeDefined();
  return value;
}

function faultsOfExample({ parameters, body }: Operation, example: RequestExample): string[] {
  const given: Record<string, unknown> = { ...example.path, ...example.parameters };
  const ofParameters = parameters
    .filter(({ name }) => Object.hasOwn(given, name))
    .flatMap(({ name, schema }) => faultsOf(schema, given[name]));
  if (!body || example.body === undefined) return ofParameters;
  const ofParts = partsOf(body).flatMap((part) => {
    const value = object(example.body)[part.name];
    if (value === undefined) return [];
    if (part.kind === "json") return faultsOf(contentSchema(part.schema), JSON.parse(String(value)));
    if (part.lines === null) return [];
    const lines = String(value).trimEnd().split("\n");
    return lines.flatMap((line) => faultsOf(part.lines?.schema ?? true, JSON.parse(line)));
  });
  return [...ofParameters, ...faultsOf(body.schema, example.body), ...ofParts];
}

function contentSchema(schema: unknown) {
  return object(object(schema)["contentSchema"]);
}
