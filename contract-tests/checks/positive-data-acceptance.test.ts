import { expect, test } from "vitest";
import { loadVerifiedContract } from "../verify/verified-contract.js";
import { positiveDataAcceptance } from "./positive-data-acceptance.js";

const contract = await loadVerifiedContract("spec/openapi.yaml");
const operation = contract.operations.find(({ id }) => id === "generations.estimateCost");

const judge = (status: number, body: object, intent: "positive" | "negative" = "positive") =>
  positiveDataAcceptance.judge?.(
    {
      case: { operation, intent } as never,
      response: {
        status,
        headers: [["content-type", "application/json"]],
        body: Buffer.from(JSON.stringify(body)),
      },
      sentAtMs: 0,
      answeredAtMs: 0,
      keyIndex: 0,
      failure: null,
    },
    { contract, history: [] },
  );

test.each([
  { given: "what it asked for", status: 200, body: [], want: null },
  {
    given: "a code that the contract has for this status alone",
    status: 422,
    body: { errorCode: "cost_estimate_unavailable" },
    want: undefined,
  },
  {
    given: "a code that bad requests have, too",
    status: 422,
    body: { errorCode: "generation_input_validation_failed" },
    want: expect.stringContaining("422"),
  },
  {
    given: "a code that the contract does not have",
    status: 422,
    body: { errorCode: "out_of_luck" },
    want: expect.stringContaining("422"),
  },
  { given: "no code", status: 422, body: {}, want: expect.stringContaining("422") },
  {
    given: "a bad request with a code of another status",
    status: 400,
    body: { errorCode: "cost_estimate_unavailable" },
    want: expect.stringContaining("400"),
  },
])("a valid request that is answered with $given ($status)", ({ status, body, want }) => {
  expect(judge(status, body)).toEqual(want);
  expect(judge(status, body, "negative")).toBeUndefined();
});
