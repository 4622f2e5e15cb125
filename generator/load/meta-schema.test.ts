import SwaggerParser from "@apidevtools/swagger-parser";
import { describe, expect, test } from "vitest";
import { operation, smallSpec } from "../testing/small-spec.js";
import { isPlainlyValid } from "./meta-schema.js";

const schemas = (schema: unknown): Record<string, unknown> =>
  smallSpec({ components: { schemas: { A: schema } } });
const as30 = (document: Record<string, unknown>): Record<string, unknown> => ({
  ...document,
  openapi: "3.0.3",
});

const given: readonly { what: string; document: Record<string, unknown> }[] = [
  { what: "a small one", document: smallSpec() },
  {
    what: "webhooks alone",
    document: { openapi: "3.1.0", info: { title: "T", version: "1" }, webhooks: {} },
  },
  { what: "nothing", document: { openapi: "3.1.0", info: { title: "T", version: "1" } } },
  { what: "no title", document: smallSpec({ info: { version: "1" } }) },
  { what: "a schema that is true", document: schemas(true) },
  { what: "a schema of any keywords", document: schemas({ type: ["string", "null"], anything: 1 }) },
  { what: "a schema of an unknown type", document: schemas({ type: "text" }) },
  { what: "a schema that is a list", document: schemas([]) },
  {
    what: "a response without a description",
    document: smallSpec({ paths: { "/a": { get: { responses: { 200: {} } } } } }),
  },
  {
    what: "an unknown field",
    document: smallSpec({ paths: { "/a": { get: operation("a", { other: 1 }) } } }),
  },
  { what: "an extension", document: smallSpec({ "x-any": 1 }) },
  {
    what: "a license of a name alone",
    document: smallSpec({ info: { title: "T", version: "1", license: { name: "L" } } }),
  },
  { what: "a version that is not known", document: smallSpec({ openapi: "3.1.9" }) },
];

describe("what is plainly valid is what swagger-parser takes", () => {
  test.each([
    ...given,
    ...given.map(({ what, document }) => ({ what: `${what}, 3.0`, document: as30(document) })),
  ])("$what", async ({ document }) => {
    const taken = await SwaggerParser.validate(structuredClone(document) as never).then(
      () => true,
      () => false,
    );
    expect(isPlainlyValid(document)).toBe(taken);
  });

  test("some are, and some are not", () => {
    expect(new Set(given.map(({ document }) => isPlainlyValid(document)))).toEqual(new Set([true, false]));
  });
});
