import { expect } from "vitest";
import { without } from "../limits/values-at.js";
import { toCall } from "../support/call.js";
import { array, type Operation, object } from "../support/contract.js";
import { firstExample } from "../support/request-examples.js";
import type { CasesOf, ContractCase } from "./case.js";
import { callThrough, expectRefused } from "./exchange.js";

/** What the contract requires is missed, and what it does not know is refused. */
export const negativeCases: CasesOf = (_contract, operation) => {
  const { body, parameters } = operation;
  const example = firstExample(operation);
  const schema = object(body?.schema);
  const required = array(schema["required"]).map(String);
  const needed = parameters.filter((parameter) => parameter.required && parameter.in !== "path");
  const faulty = [
    ...required.map((name) => ({
      what: `without ${name}`,
      request: { ...example, body: without(example.body, [], [name]) },
    })),
    ...needed.map(({ name }) => ({
      what: `without ${name}`,
      request: { ...example, parameters: object(without(example.parameters, [], [name])) },
    })),
    // A form's unknown parts never leave the client, which knows the form's parts by name.
    ...(schema["additionalProperties"] === false && body?.mediaType === "application/json"
      ? [
          {
            what: "with an unknown property",
            request: { ...example, body: { ...object(example.body), "not-in-the-contract": 1 } },
          },
        ]
      : []),
  ];
  const refused = faulty.map(
    ({ what, request }): ContractCase => ({
      title: [operation.id, "negative_data_rejection", `${what} refused`],
      run: async (target) => {
        expectRefused(target, operation, await callThrough(target, operation, toCall(operation, request)));
      },
    }),
  );
  return [...refused, ...bodyCases(operation)];
};

/** Where the arguments are the body and nothing else, none is no body. */
function bodyCases(operation: Operation): ContractCase[] {
  const { body, parameters, idempotencyHeader } = operation;
  const takesMore = parameters.some(({ name, in: place }) => place !== "path" && name !== idempotencyHeader);
  if (!body?.required || takesMore) return [];
  return [
    {
      title: [operation.id, "negative_data_rejection", "without its body refused by the client"],
      run: async (target) => {
        const call = toCall(operation, { ...firstExample(operation), body: undefined });
        const { outcome, exchanges } = await callThrough(target, operation, call);
        const error = "error" in outcome ? outcome.error : expect.fail("It was not refused.");
        expect(error).toBeInstanceOf(target.client["InvalidArgumentError"]);
        expect(exchanges, "requests").toEqual([]);
      },
    },
  ];
}
