import { expect, test } from "vitest";
import { tellApart } from "./tell-apart.js";

const document = [
  "#",
  "#/paths",
  "#/paths/~1a",
  "#/paths/~1a/get",
  "#/paths/~1a/get/responses",
  "#/paths/~1a/get/responses/200",
  "#/components",
  "#/components/schemas",
  "#/components/schemas/A",
  "#/components/schemas/A/properties",
];

test.each([
  ["#/paths/~1a/get/responses/200", "#/paths/~1a/get/responses/200"],
  ["#/paths/~1a/get/responses/404", "#/paths/~1a/get"],
  ["#/components/schemas/A/properties/b", "#/components/schemas/A"],
  ["#/components/schemas/B", null],
  ["#/paths/~1b/get/responses/404", null],
])("an error of the compiler at %s of the base is about %s of the revision", (base, revision) => {
  const finding = { pointers: [base], code: "f()", error: "No." };
  const [change] = tellApart([], [finding], (pointer) => document.includes(pointer));
  expect(change).toMatchObject({ metBy: "compiler", pointers: { base, revision } });
});
