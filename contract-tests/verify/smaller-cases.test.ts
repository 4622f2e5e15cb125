import { beforeAll, expect, test } from "vitest";
import { object } from "../support/contract.js";
import type { VerifyCase } from "./case.js";
import { CaseMaker } from "./make-cases.js";
import { smallerCases } from "./smaller-cases.js";
import { loadVerifiedContract, type VerifiedContract } from "./verified-contract.js";

let contract: VerifiedContract;
let maker: CaseMaker;
beforeAll(async () => {
  contract = await loadVerifiedContract("contract-tests/fixtures/print-shop/openapi.yaml");
  const create = contract.operations.find(({ id }) => id === "prints.create");
  if (!create) throw new Error("The print shop prints nothing.");
  maker = new CaseMaker(contract, create, 1);
});

/** Takes the first smaller case that still fails, over and over. */
function shrink(one: VerifyCase, fails: (body: Readonly<Record<string, unknown>>) => boolean): unknown {
  for (const smaller of smallerCases(contract, one))
    if (fails(object(smaller.args?.body))) return shrink(smaller, fails);
  return one.args?.body;
}

test("a valid body is shrunk to what matters, and stays valid", () => {
  const body = {
    title: "A long title",
    copies: 77,
    paper: ["glossy", 90],
    callbackUrl: "https://example.com/",
  };
  const one = maker.case({ ...maker.least(), body }, { intent: "positive", source: "test", what: "" });
  expect(shrink(one, ({ copies }) => Number(copies) > 5)).toEqual({ title: "a", copies: 77 });
  expect(shrink(one, ({ paper }) => paper !== undefined)).toMatchObject({
    title: "a",
    copies: 1,
    paper: ["glossy", 90],
  });
});

test("a faulty body keeps its fault, and gets no other", () => {
  const body = { title: "A long title", copies: 0, paper: ["glossy", 90] };
  const wrong = { where: "body", keyword: "minimum", pointer: "/copies", variant: "below" };
  const one = maker.case({ ...maker.least(), body }, { intent: "negative", source: "test", what: "", wrong });
  expect(shrink(one, () => true)).toEqual({ title: "a", copies: 0 });
});

test("optional parameters go first", () => {
  const args = { ...maker.least(), header: { "Idempotency-Key": "k" } };
  const one = maker.case(args, { intent: "positive", source: "test", what: "" });
  const [first] = smallerCases(contract, one);
  expect(first?.args?.header).toEqual({});
});
