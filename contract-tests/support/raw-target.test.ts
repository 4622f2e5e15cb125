import { describe, expect, test } from "vitest";
import type { Operation, Parameter } from "./contract.js";
import { expectedTarget, sentTarget } from "./raw-target.js";

const values = ["a b", "c,d"];

describe("expectedTarget", () => {
  test.each([
    { style: "form", explode: false, value: values, want: "q=a%20b,c%2Cd" },
    { style: "form", explode: true, value: values, want: "q=a%20b&q=c%2Cd" },
    { style: "spaceDelimited", explode: false, value: values, want: "q=a%20b%20c%2Cd" },
    { style: "pipeDelimited", explode: false, value: values, want: "q=a%20b%7Cc%2Cd" },
    { style: "deepObject", explode: true, value: { x: 1, y: "&" }, want: "q[x]=1&q[y]=%26" },
    { style: "form", explode: true, value: "ü=", want: "q=%C3%BC%3D" },
  ])("$style, explode $explode: $want", ({ style, explode, value, want }) => {
    const operation = {
      path: "/a/{id}",
      parameters: [parameter("id", "path"), { ...parameter("q", "query"), style, explode }],
    };
    const example = { name: "", path: { id: "1/2" }, parameters: { q: value }, body: undefined };
    const expected = expectedTarget(operation as unknown as Operation, example);
    expect(expected).toEqual(sentTarget(`/a/1%2F2?${want}`));
    expect(expected.query.join("&")).toBe(want);
  });
});

test("the order of parameters is free, that of one parameter's items is not", () => {
  expect(sentTarget("/a?x=2&y=1&x=1")).toEqual(sentTarget("/a?y=1&x=2&x=1"));
  expect(sentTarget("/a?x=1&x=2")).not.toEqual(sentTarget("/a?x=2&x=1"));
});

function parameter(name: string, place: Parameter["in"]): Parameter {
  return {
    name,
    in: place,
    at: [],
    required: false,
    style: "simple",
    explode: false,
    schema: true,
    examples: [],
  };
}
