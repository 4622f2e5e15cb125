import { expect, test } from "vitest";
import { Untouched } from "./untouched.js";

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const text = { type: "string" };
const document = (schemas: object) => ({ components: { schemas } });
const node = (value: unknown) => ({ value, pointer: "#/x" });

const schemas = {
  Leaf: text,
  Branch: { properties: { leaf: ref("Leaf") } },
  Tree: { items: ref("Branch") },
  Loop: { items: ref("Loop") },
  Elsewhere: { $ref: "#/paths/~1a/get" },
  Inside: { $ref: "#/components/schemas/Branch/properties/leaf" },
};
const base = document(schemas);

test.each<{ what: string; revision: object; given: unknown; other?: unknown; want: boolean }>([
  { what: "the same", revision: base, given: ref("Tree"), want: true },
  { what: "other words", revision: base, given: { ...text }, other: { type: "number" }, want: false },
  { what: "keys in another order", revision: base, given: { a: 1, b: 2 }, other: { b: 2, a: 1 }, want: true },
  { what: "a leaf", revision: document({ ...schemas, Leaf: {} }), given: ref("Leaf"), want: false },
  {
    what: "what refers to it",
    revision: document({ ...schemas, Leaf: {} }),
    given: ref("Branch"),
    want: false,
  },
  {
    what: "and what refers to that",
    revision: document({ ...schemas, Leaf: {} }),
    given: ref("Tree"),
    want: false,
  },
  {
    what: "a part of what was touched",
    revision: document({ ...schemas, Leaf: {} }),
    given: ref("Inside"),
    want: false,
  },
  { what: "what does not", revision: document({ ...schemas, Leaf: {} }), given: ref("Loop"), want: true },
  {
    what: "a component that is gone",
    revision: document({ Loop: schemas.Loop }),
    given: ref("Leaf"),
    want: false,
  },
  { what: "what leads out of the components", revision: base, given: ref("Elsewhere"), want: false },
])("$what", ({ revision, given, other = given, want }) => {
  const untouched = new Untouched(base, revision as typeof base);
  expect(untouched.is(node(given), node(other))).toBe(want);
  expect(untouched.is(node(given), node(other))).toBe(want); // as it is remembered
});

test("nodes that are several values at once are not judged", () => {
  const both = { ...node(text), and: [node(text)] };
  expect(new Untouched(base, base).is(both, both)).toBe(false);
});
