import { expect, test } from "vitest";
import { applyRule, operation } from "../testing/apply-rule.js";
import { linkTarget } from "./link-target.js";

const at = "#/paths/~1a~1{id}/post/responses/201/links/next";
const schema = "{allOf: [{properties: {id: {type: string}}}]}";
const linked = (link: string, body = schema): string =>
  operation(
    `operationId: a.make, responses: {'201': {links: {next: {${link}}}, content: {application/json: {schema: ${body}}}}}`,
  );
const carrying = (expression: string): string => `operationId: a.make, parameters: {id: '${expression}'}`;

test.each<{ given: string; want: string[] }>([
  { given: linked("operationId: a.make"), want: [] },
  { given: linked("operationId: a.mkae"), want: [`${at}/operationId`] },
  { given: linked("operationRef: '#/paths/x'"), want: [] },
  { given: linked(carrying("$response.body#/id")), want: [] },
  { given: linked(carrying("$response.body#/di")), want: [`${at}/parameters/id`] },
  { given: linked(carrying("$response.body#/di"), "{type: object}"), want: [] },
  { given: linked(carrying("$response.body#/di"), "{properties: {}, oneOf: [{}]}"), want: [] },
  { given: linked(carrying("$request.query.di")), want: [] },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(linkTarget, given)).toEqual(want);
});
