import { expect, test } from "vitest";
import { applyRule, schemas } from "../testing/apply-rule.js";
import { discriminatorTag } from "./discriminator-tag.js";

test.each<{ given: string; want: string[] }>([
  {
    given: schemas(
      "{discriminator: {propertyName: k}, oneOf: [{properties: {k: {const: b}}}, {properties: {k: {enum: [c]}}}]}",
    ),
    want: [],
  },
  {
    given: schemas(
      "{discriminator: {propertyName: k}, oneOf: [{properties: {k: {const: b}}}, {properties: {k: {type: string}}}]}",
    ),
    want: ["#/components/schemas/A/oneOf/1"],
  },
  {
    given: schemas(
      "{discriminator: {propertyName: k}, anyOf: [{$ref: '#/components/schemas/B'}, {type: 'null'}]}",
      "B: {properties: {}}",
    ),
    want: ["#/components/schemas/B"],
  },
  {
    given: schemas(
      "{discriminator: {propertyName: k}, oneOf: [{allOf: [{$ref: '#/components/schemas/B'}]}]}",
      "B: {properties: {k: {const: b}}}",
    ),
    want: [],
  },
  {
    given: schemas(
      "{discriminator: {propertyName: k}, oneOf: [{$ref: '#/components/schemas/B'}]}",
      "B: {oneOf: [{properties: {k: {const: b}}}, {}]}",
    ),
    want: ["#/components/schemas/B/oneOf/1"],
  },
  {
    given: schemas("{discriminator: {propertyName: k}, oneOf: [{$ref: '#/components/schemas/A'}]}"),
    want: [],
  },
  { given: schemas("{oneOf: [{type: string}]}"), want: [] },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(discriminatorTag, given)).toEqual(want);
});
