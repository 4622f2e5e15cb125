import { without } from "../limits/values-at.js";
import { toCall } from "../support/call.js";
import { array, object } from "../support/contract.js";
import { firstExample } from "../support/request-examples.js";
import type { CasesOf } from "./case.js";
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
  return faulty.map(({ what, request }) => ({
    title: [operation.id, "negative_data_rejection", `${what} refused`],
    run: async (target) => {
      expectRefused(target, operation, await callThrough(target, operation, toCall(operation, request)));
    },
  }));
};
