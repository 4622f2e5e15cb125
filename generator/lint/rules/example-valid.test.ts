import { expect, test } from "vitest";
import { parse } from "yaml";
import { Subject } from "../subject.js";
import { applyRule, operation } from "../testing/apply-rule.js";
import { exampleValid } from "./example-valid.js";

const post = "#/paths/~1a~1{id}/post";
const body = (mediaType: string): string =>
  operation(`requestBody: {content: {application/json: {${mediaType}}}}`);
const form = (mediaType: string): string =>
  operation(`requestBody: {content: {multipart/form-data: {${mediaType}}}}`);
const at = `${post}/requestBody/content/application~1json`;
const inForm = `${post}/requestBody/content/multipart~1form-data`;

test.each<{ given: string; want: string[] }>([
  { given: body("schema: {type: string}, example: a"), want: [] },
  { given: body("schema: {type: string}, example: 1"), want: [`${at}/example`] },
  { given: body("schema: {type: string}, examples: {one: {value: 1}}"), want: [`${at}/examples/one/value`] },
  { given: body("schema: {type: string}, examples: {one: {externalValue: 'a.json'}}"), want: [] },
  {
    given: body("schema: {type: array, items: {type: string}}, example: [a, 1, 2]"),
    want: [`${at}/example/1`, `${at}/example/2`],
  },
  { given: body("schema: {additionalProperties: false}, example: {a/b: 1}"), want: [`${at}/example/a~1b`] },
  { given: body("schema: {required: [a, b]}, example: {}"), want: [`${at}/example`] },
  { given: body("schema: {required: [a], properties: {a: {readOnly: true}}}, example: {}"), want: [] },
  {
    given: body("schema: {required: [a], properties: {a: {writeOnly: true}}}, example: {}"),
    want: [`${at}/example`],
  },
  {
    given: body(
      "schema: {oneOf: [{required: [a]}, {properties: {b: {type: string}}, required: [b]}]}, example: {b: 1}",
    ),
    want: [`${at}/example/b`],
  },
  {
    given: `${body("schema: {$ref: '#/components/schemas/A'}, examples: {one: {$ref: '#/components/examples/B'}}")}
components: {schemas: {A: {properties: {a: {$ref: '#/components/schemas/A'}}, type: object}}, examples: {B: {value: {a: {a: 1}}}}}`,
    want: ["#/components/examples/B/value/a/a"],
  },
  // What other rules report must not hide what is wrong with the example.
  {
    given: body("schema: {pattern: '[', format: nonsense, minLenght: 1, maxLength: 1}, example: ab"),
    want: [`${at}/example`],
  },
  { given: form("schema: {required: [a]}, example: {b: 1}"), want: [`${inForm}/example`] },
  {
    given: form(
      "schema: {properties: {a: {contentMediaType: application/json, contentSchema: {type: array}}}}, examples: {good: {value: {a: '[]'}}, bad: {value: {a: '{}'}}, worse: {value: {a: '['}}}",
    ),
    want: [`${inForm}/examples/bad/value/a`, `${inForm}/examples/worse/value/a`],
  },
  {
    given: operation("parameters: [{in: query, name: a, schema: {type: integer}, example: b}]"),
    want: [`${post}/parameters/0/example`],
  },
  {
    given: operation(
      "responses: {'200': {headers: {A: {schema: {type: integer}, example: b}}, content: {text/html: {schema: {type: integer}, example: b}}}}",
    ),
    want: [`${post}/responses/200/headers/A/example`],
  },
  {
    given:
      "components: {schemas: {A: {properties: {a: {type: string, example: 1}, b: {$ref: '#/components/schemas/B', examples: [1, b]}}}, B: {type: string}}}",
    want: ["#/components/schemas/A/properties/a/example", "#/components/schemas/A/properties/b/examples/0"],
  },
  {
    given:
      "components: {schemas: {A: {required: [a, b], properties: {a: {readOnly: true}, b: {writeOnly: true}}, example: {}}}}",
    want: [],
  },
  // Patterns and branches that would keep a validator busy for years.
  {
    given: body(
      "schema: {type: string, pattern: '^(a+)+$'}, example: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
    ),
    want: [`${at}/example`],
  },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(exampleValid, given)).toEqual(want);
});

const messages = (given: string): string[] =>
  [...exampleValid.find(new Subject(parse(given), "3.1"))].map(({ message }) => message);

test("names what is missing, and no more than a few", () => {
  const names = Array.from({ length: 12 }, (_, index) => `p${index}`);
  expect(messages(body(`schema: {required: [${names}]}, example: {}`))).toEqual([
    'The example does not fit its schema: "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", … (12 in all) are missing.',
  ]);
});
