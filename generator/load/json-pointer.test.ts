import { describe, expect, test } from "vitest";
import { fromPointer, toPointer } from "./json-pointer.js";

describe("there and back", () => {
  test.each([
    { tokens: [], pointer: "#" },
    { tokens: ["paths", "/a/{b}", "get"], pointer: "#/paths/~1a~1{b}/get" },
    { tokens: ["~1", "a~b"], pointer: "#/~01/a~0b" },
    { tokens: ["", "a"], pointer: "#//a" },
  ])("$tokens ↔ $pointer", ({ tokens, pointer }) => {
    expect(toPointer(tokens)).toBe(pointer);
    expect(fromPointer(pointer)).toEqual(tokens);
  });
});

describe("as people write them", () => {
  test.each([
    { pointer: "/a/b", tokens: ["a", "b"] },
    { pointer: "#/a%20b", tokens: ["a b"] },
    { pointer: "#/100%", tokens: ["100%"] },
    { pointer: "#/", tokens: [] },
    { pointer: "", tokens: [] },
  ])("$pointer → $tokens", ({ pointer, tokens }) => {
    expect(fromPointer(pointer)).toEqual(tokens);
  });
});
