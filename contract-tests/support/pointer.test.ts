import { expect, test } from "vitest";
import { pointerOf, tokensOf, valueAt } from "./pointer.js";

const whole = { a: { "b/c~": [1, { d: null }] } };

test.each([
  { pointer: "", want: whole },
  { pointer: "/a/b~1c~0/0", want: 1 },
  { pointer: "/a/b~1c~0/1/d", want: null },
  { pointer: "/a/none/deeper", want: undefined },
  { pointer: "/constructor", want: undefined },
])("the value at $pointer", ({ pointer, want }) => expect(valueAt(whole, pointer)).toEqual(want));

test("keys come back from a pointer as they went in", () => {
  const tokens = ["a", "b/c~", "~1"];
  expect(tokensOf(pointerOf(tokens))).toEqual(tokens);
  expect(tokensOf("#/a%20b")).toEqual(["a b"]);
});
