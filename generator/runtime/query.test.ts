import { expect, it } from "vitest";
import { parameter } from "../testing/example-api.js";
import { writeQuery } from "./parameter-styles.js";
import { serializeQuery } from "./query.js";

const isMap = (value: object | string | number | boolean): boolean =>
  Object.getPrototypeOf(value) === Object.prototype;

// The examples of the OpenAPI Specification's table of styles, and what it leaves to be decided.
it.each([
  { rule: {}, value: "a b&c", want: "q=a%20b%26c" },
  { rule: {}, value: ["a", "b"], want: "q=a&q=b" },
  { rule: { explode: false }, value: ["a", "b,c"], want: "q=a,b%2Cc" },
  { rule: { style: "spaceDelimited", explode: false }, value: ["a", "b"], want: "q=a%20b" },
  { rule: { style: "pipeDelimited", explode: false }, value: ["a", "b"], want: "q=a%7Cb" },
  { rule: {}, value: { R: 100, G: 200 }, want: "R=100&G=200" },
  { rule: { explode: false }, value: { R: 100, G: 200 }, want: "q=R,100,G,200" },
  {
    rule: { style: "deepObject" },
    value: { R: 100, deep: { x: [1, 2] } },
    want: "q[R]=100&q[deep][x]=1&q[deep][x]=2",
  },
  {
    rule: { style: "deepObject" },
    value: { a: null, b: undefined, c: { d: null, e: [undefined, 0] }, f: new Date(0) },
    want: "q[c][e]=0&q[f]=1970-01-01T00%3A00%3A00.000Z",
  },
  { rule: {}, value: { R: undefined, G: 200 }, want: "G=200" },
  { rule: { explode: false }, value: { R: undefined, G: 200 }, want: "q=G,200" },
  { rule: {}, value: {}, want: "" },
  { rule: { json: true }, value: { a: [1] }, want: "q=%7B%22a%22%3A%5B1%5D%7D" },
  { rule: { allowReserved: true }, value: "a/b?c=d&e", want: "q=a/b?c%3Dd%26e" },
  { rule: {}, value: new Date(0), want: "q=1970-01-01T00%3A00%3A00.000Z" },
  { rule: {}, value: false, want: "q=false" },
  { rule: {}, value: 0, want: "q=0" },
  { rule: {}, value: [], want: "" },
  { rule: {}, value: null, want: "" },
  { rule: {}, value: undefined, want: "" },
])("$rule writes $value as $want", ({ rule, value, want }) => {
  const styled = parameter("q", "query", { ...rule, write: writeQuery });
  expect(serializeQuery([styled], { q: value })).toBe(want);
  // What is a text or a list of texts needs no code of the other styles.
  const isPlain = Object.keys(rule).every((key) => key === "explode") && (!value || !isMap(value));
  if (isPlain) expect(serializeQuery([parameter("q", "query", rule)], { q: value })).toBe(want);
});

it("encodes a name, and sends what the contract does not know as it would be by default", () => {
  expect(serializeQuery([], { "a b": ["x", "y"] })).toBe("a%20b=x&a%20b=y");
});

it("joins what is there, each written as the parameter of its name and place", () => {
  const write = (text: string) => () => text;
  const parameters = [
    parameter("a", "header", { write: write("header") }),
    parameter("b", "query", { write: write("b=other") }),
    parameter("a", "query", { write: write("a=mine") }),
    parameter("c", "query", { write: write("") }),
  ];
  expect(serializeQuery(parameters, { a: 1, c: 2, b: 3, d: 4 })).toBe("a=mine&b=other&d=4");
});
