import { expect, test } from "vitest";
import { byCodeUnit, inCanonicalOrder } from "./canonical-order.js";

const keys = (value: unknown): string => JSON.stringify(value);

test.each([
  { what: "maps by key", given: { b: 1, a: { d: 1, c: 2 } }, want: { a: { c: 2, d: 1 }, b: 1 } },
  { what: "not by locale", given: { ä: 1, z: 1, Z: 1, a: 1 }, want: { Z: 1, a: 1, z: 1, ä: 1 } },
  {
    what: "lists as they are",
    given: { tags: [{ name: "b" }, { name: "a" }] },
    want: { tags: [{ name: "b" }, { name: "a" }] },
  },
  {
    what: "properties by the list of the required ones, then by name",
    given: {
      components: {
        schemas: { A: { properties: { d: {}, c: {}, b: {}, a: {} }, required: ["c", "b", "gone"] } },
      },
    },
    want: {
      components: {
        schemas: { A: { properties: { c: {}, b: {}, a: {}, d: {} }, required: ["c", "b", "gone"] } },
      },
    },
  },
  {
    what: "an example's `required` means nothing",
    given: { components: { examples: { A: { value: { required: ["b"], properties: { b: 1, a: 2 } } } } } },
    want: { components: { examples: { A: { value: { properties: { a: 2, b: 1 }, required: ["b"] } } } } },
  },
])("$what", ({ given, want }) => {
  expect(keys(inCanonicalOrder(given))).toBe(keys(want));
});

test("a key called __proto__ is a key like others", () => {
  const given = JSON.parse('{"z":1,"__proto__":{"b":1,"a":2}}');
  expect(JSON.stringify(inCanonicalOrder(given))).toBe('{"__proto__":{"a":2,"b":1},"z":1}');
});

test("by code unit", () => {
  expect(["b", "a", "B", "aa", ""].sort(byCodeUnit)).toEqual(["", "B", "a", "aa", "b"]);
});
