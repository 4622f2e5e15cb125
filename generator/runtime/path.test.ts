import { expect, it } from "vitest";
import { parameter } from "../testing/example-api.js";
import type { ParameterDescriptor } from "./descriptors.js";
import { InvalidArgumentError } from "./errors.js";
import { writePath } from "./parameter-styles.js";
import { fillPath } from "./path.js";

const id = parameter("id", "path");
const styled = parameter("styled", "path", { style: "matrix", write: writePath });

it.each([
  { value: "a/b?c#d", want: "/things/a%2Fb%3Fc%23d" },
  { value: "../keys", want: "/things/..%2Fkeys" },
  { value: "%2e%2e", want: "/things/%252e%252e" },
  { value: "ü 😀", want: "/things/%C3%BC%20%F0%9F%98%80" },
  { value: "{id}", want: "/things/%7Bid%7D" },
  { value: "$&", want: "/things/%24%26" },
  { value: 7, want: "/things/7" },
  { value: "...", want: "/things/..." },
])("$value stays in its segment", ({ value, want }) => {
  const path = fillPath("/things/{id}", [id], { id: value });
  expect(path).toBe(want);
  expect(new URL(path, "http://x").pathname).toBe(want);
});

it.each([
  { template: "/things/{id}", values: { id: ".." } },
  { template: "/things/{id}", values: { id: "." } },
  { template: "/things/{id}", values: { id: "" } },
  { template: "/things/{id}", values: {} },
  { template: "/things/{id}", values: { id: null } },
  { template: "/things/{id}", values: { id: [] } },
  { template: "/things/{id}", values: { id: "\ud800" } },
  { template: "/things/{styled}", values: { styled: null } },
  { template: "/things/{styled}", values: { styled: [] } },
  { template: "/things/{styled}", values: { styled: "\ud800" } },
  { template: "/things/{a}{b}/x", values: { a: ".", b: "." } },
  { template: "/things/.{a}", values: { a: "." } },
])("$values in $template is refused", ({ template, values }) => {
  expect(() => fillPath(template, [id, styled], values)).toThrow(InvalidArgumentError);
});

it.each([
  { value: "", want: "must not be empty" },
  { value: "\udfff", want: "is not well-formed Unicode text" },
  { value: "..", want: 'must not make a segment ".."' },
])("says why $value is refused", ({ value, want }) => {
  expect(() => fillPath("/things/{id}", [id], { id: value })).toThrow(`The path parameter id ${want}.`);
});

it("leaves what the template itself says", () => {
  expect(fillPath("/../{id}/.", [id], { id: "a" })).toBe("/../a/.");
});

it("writes a parameter as that of its name and place", () => {
  const write = (text: string) => () => text;
  const others = [
    parameter("id", "query", { write: write("query") }),
    parameter("other", "path", { write: write("other") }),
    parameter("id", "path", { write: write("mine") }),
  ];
  expect(fillPath("/{id}/{none}", others, { id: "a", none: "b" })).toBe("/mine/b");
});

it("throws on what a writer throws", () => {
  const write = (): never => {
    throw new TypeError("a mistake");
  };
  expect(() => fillPath("/{id}", [parameter("id", "path", { write })], { id: 1 })).toThrow(
    new TypeError("a mistake"),
  );
});

it.each([
  { rule: {}, value: ["a", "b"], want: "/a,b" },
  { rule: { style: "simple" }, value: { x: 1, y: 2 }, want: "/x,1,y,2" },
  { rule: { style: "simple", explode: true }, value: { x: 1, y: 2 }, want: "/x=1,y=2" },
  { rule: { style: "label" }, value: ["a", "b"], want: "/.a,b" },
  { rule: { style: "label", explode: true }, value: ["a", "b"], want: "/.a.b" },
  { rule: { style: "matrix" }, value: ["a", "b"], want: "/;id=a,b" },
  { rule: { style: "matrix", explode: true }, value: ["a", "b"], want: "/;id=a;id=b" },
  { rule: { style: "matrix" }, value: "a", want: "/;id=a" },
  { rule: { json: true }, value: { x: 1 }, want: "/%7B%22x%22%3A1%7D" },
])("$rule writes $value as $want", ({ rule, value, want }) => {
  const write = (written: ParameterDescriptor): string => fillPath("/{id}", [written], { id: value });
  expect(write(parameter("id", "path", { ...rule, write: writePath }))).toBe(want);
  if (Object.keys(rule).length === 0) expect(write(id)).toBe(want); // without the code of the other styles
});
