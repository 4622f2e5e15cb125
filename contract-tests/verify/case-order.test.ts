import { beforeAll, expect, test } from "vitest";
import { generatedCases } from "./case-order.js";
import { CaseMaker } from "./make-cases.js";
import { loadVerifiedContract, type VerifiedContract } from "./verified-contract.js";

let contract: VerifiedContract;
beforeAll(async () => {
  contract = await loadVerifiedContract("contract-tests/fixtures/print-shop/openapi.yaml");
});

/** How often each operation has its turn, when each of its answers has so many bytes. */
function turns(answerBytes: Readonly<Record<string, number>>, count: number): Record<string, number> {
  const makers = contract.operations
    .filter(({ id }) => id in answerBytes)
    .map((operation) => new CaseMaker(contract, operation, 1));
  const bytes = new Map<string, number>();
  const made: Record<string, number> = {};
  for (const { operation } of generatedCases(
    makers,
    (id) => bytes.get(id) ?? 0,
    () => undefined,
  )) {
    made[operation.id] = (made[operation.id] ?? 0) + 1;
    bytes.set(operation.id, (bytes.get(operation.id) ?? 0) + (answerBytes[operation.id] ?? 0));
    if (--count === 0) return made;
  }
  return made;
}

test("operations have their turns, those with long answers fewer, and none is left out", () => {
  const small = { "prints.list": 200, "prints.create": 200, "prints.get": 200 };
  expect(turns(small, 60)).toEqual({ "prints.list": 20, "prints.create": 20, "prints.get": 20 });
  expect(turns({ ...small, "prints.list": 9 * 16_384 }, 210)).toEqual({
    "prints.list": 11,
    "prints.create": 100,
    "prints.get": 99,
  });
});
