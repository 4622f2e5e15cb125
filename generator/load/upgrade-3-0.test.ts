import { expect, test } from "vitest";
import { upgradeFrom30 } from "./upgrade-3-0.js";

test.each([
  { given: { type: "string", nullable: true }, want: { type: ["string", "null"] } },
  { given: { type: "string", nullable: false }, want: { type: "string" } },
  {
    given: { type: "string", nullable: true, enum: ["a"] },
    want: { type: ["string", "null"], enum: ["a", null] },
  },
  {
    given: { type: "string", nullable: true, enum: ["a", null] },
    want: { type: ["string", "null"], enum: ["a", null] },
  },
  {
    given: { nullable: true, allOf: [{ $ref: "#/x" }] },
    want: { anyOf: [{ allOf: [{ $ref: "#/x" }] }, { type: "null" }] },
  },
  {
    given: { nullable: true, description: "D", oneOf: [{ type: "string" }] },
    want: { description: "D", anyOf: [{ oneOf: [{ type: "string" }] }, { type: "null" }] },
  },
  { given: { minimum: 1, exclusiveMinimum: true }, want: { exclusiveMinimum: 1 } },
  { given: { minimum: 1, exclusiveMinimum: false }, want: { minimum: 1 } },
  { given: { maximum: 1, exclusiveMaximum: true }, want: { exclusiveMaximum: 1 } },
  { given: { exclusiveMaximum: true }, want: {} },
  { given: { maximum: 0, exclusiveMaximum: 1 }, want: { maximum: 0, exclusiveMaximum: 1 } },
  {
    given: { properties: { nullable: { type: "string", nullable: true } } },
    want: { properties: { nullable: { type: ["string", "null"] } } },
  },
  { given: { items: { type: "string", nullable: true } }, want: { items: { type: ["string", "null"] } } },
  { given: { default: { nullable: true } }, want: { default: { nullable: true } } },
  { given: { enum: [{ exclusiveMinimum: true }] }, want: { enum: [{ exclusiveMinimum: true }] } },
])("$given → $want", ({ given, want }) => {
  const document = upgradeFrom30({ openapi: "3.0.3", components: { schemas: { A: given } } });
  expect(document).toEqual({ openapi: "3.1.0", components: { schemas: { A: want } } });
});

test("an example that looks like a schema stays as it is", () => {
  const example = { type: "string", nullable: true };
  const document = { openapi: "3.0.0", components: { examples: { A: { value: example } } } };
  expect(upgradeFrom30(document)).toEqual({ ...document, openapi: "3.1.0" });
});
