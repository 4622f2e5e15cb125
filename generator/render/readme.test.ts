import { expect, it } from "vitest";
import { contractOf } from "../testing/contract-of.js";
import { operation, smallSpec } from "../testing/small-spec.js";
import { layOut } from "./lay-out.js";
import { callShape } from "./operation-view.js";
import { nameTypes } from "./type-names.js";
import { readmeView } from "./views.js";

const securitySchemes = {
  key: { type: "apiKey", in: "header", name: "X-Key" },
  app: { type: "apiKey", in: "header", name: "X-App" },
  basic: { type: "http", scheme: "basic" },
};

function readme(security: object[]): string {
  const paths = { "/parcels": { get: operation("parcels.list", { security }) } };
  const contract = contractOf(smallSpec({ paths, components: { securitySchemes } }));
  const shapes = new Map(contract.operations.map((found) => [found.id, callShape(contract, found)]));
  const view = {
    contract,
    shapes,
    names: nameTypes(contract),
    typeOf: new Map(),
    jobs: new Map(),
    validators: null,
  };
  return layOut("readme", readmeView(view, []));
}

it.each([
  ["one key", [{ key: [] }], { key: true, more: false, without: false }],
  ["two together", [{ key: [], app: [] }], { key: true, more: true, without: false }],
  ["only what is no key", [{ basic: [] }], { key: false, more: false, without: true }],
  ["nothing", [], { key: false, more: false, without: false }],
])("the README promises no more credentials than are sent: %s", (_, security, want) => {
  const text = readme(security);
  expect({
    key: text.includes("| `apiKey` |"),
    more: text.includes("the one credential"),
    without: text.includes("does not send; give the header"),
  }).toEqual(want);
});
