import { expect, test } from "vitest";
import { applyRule } from "../testing/apply-rule.js";
import { jsonSchemaDialect } from "./json-schema-dialect.js";

test.each<{ given: string; want: string[]; version?: "3.0" }>([
  { given: "openapi: 3.1.0", want: ["#"] },
  { given: "jsonSchemaDialect: https://json-schema.org/draft/2020-12/schema", want: [] },
  { given: "jsonSchemaDialect: https://json-schema.org/draft/2019-09/schema", want: ["#/jsonSchemaDialect"] },
  { given: "openapi: 3.0.3", want: [], version: "3.0" },
])("$given → $want", ({ given, want, version }) => {
  expect(applyRule(jsonSchemaDialect, given, version)).toEqual(want);
});
