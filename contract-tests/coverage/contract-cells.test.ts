import { expect, test } from "vitest";
import { declaredLimits } from "../limits/inventory.js";
import { loadContract } from "../support/contract.js";
import { contractCells } from "./contract-cells.js";
import { loadCoveredContract } from "./covered-contract.js";
import { parcels } from "./testing/parcel-exchange.js";

/** The inventory is made another way: by looking at every key of the document. */
test("every limit of a request that the contract declares is a cell, at its place", async () => {
  const cells = contractCells(await loadCoveredContract("spec/openapi.yaml"));
  const pointers = new Set(
    cells.filter(({ dimension }) => dimension === "limits").map(({ pointer }) => pointer),
  );
  const { document } = await loadContract("spec/openapi.yaml");
  const ofRequests = declaredLimits(document).filter((one) => !/^#\/webhooks\/|\/responses\//.test(one));
  expect(ofRequests.length).toBeGreaterThan(100);
  expect(ofRequests.filter((one) => !pointers.has(one))).toEqual([]);
});

test("a schema that asks for itself has its cells once", async () => {
  const cells = contractCells(await loadCoveredContract(parcels));
  expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
  const ofGrams = cells.filter(
    ({ subject, side }) => subject.endsWith("/properties/grams") && side === "violated",
  );
  expect(ofGrams.map(({ subject, rule }) => `${subject} ${rule}`)).toEqual([
    'body /properties/grams type "integer"',
    "body /properties/grams minimum 1",
    "body /properties/grams maximum 1000",
  ]);
});
