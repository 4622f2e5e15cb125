import { expect, test } from "vitest";
import { applyRule, operation } from "../testing/apply-rule.js";
import { pathParameters } from "./path-parameters.js";

test.each<{ given: string; want: string[] }>([
  {
    given: operation("parameters: [{in: path, name: id, required: false}]"),
    want: ["#/paths/~1a~1{id}/post/parameters/0/required"],
  },
  { given: operation("parameters: [{in: path, name: id, required: true}]"), want: [] },
  { given: operation(""), want: ["#/paths/~1a~1{id}/post"] },
  {
    given: operation("parameters: [{in: path, name: id}]"),
    want: ["#/paths/~1a~1{id}/post/parameters/0"],
  },
  {
    given: operation(
      "parameters: [{in: path, name: id, required: true}, {in: path, name: no, required: true}]",
    ),
    want: ["#/paths/~1a~1{id}/post/parameters/1/name"],
  },
  { given: operation("parameters: [{in: query, name: id}]"), want: ["#/paths/~1a~1{id}/post"] },
  {
    given: "paths: {'/a/{id}': {parameters: [{in: path, name: id}], get: {}, put: {}}}",
    want: ["#/paths/~1a~1{id}/parameters/0"],
  },
  {
    given:
      "paths: {'/a/{id}': {parameters: [{$ref: '#/components/parameters/Id'}], get: {}}}\ncomponents: {parameters: {Id: {in: path, name: id, required: true}}}",
    want: [],
  },
  { given: operation("parameters: [{}]"), want: [] },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(pathParameters, given)).toEqual(want);
});
