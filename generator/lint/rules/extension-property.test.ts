import { expect, test } from "vitest";
import { applyRule, operation, schemas } from "../testing/apply-rule.js";
import { extensionProperty } from "./extension-property.js";

const at = "#/components/schemas/A";
const ours = (schema: string): string => `x-client: {}\n${schemas(schema)}`;
const job = (fields: string, properties = "s: {enum: [NEW, DONE]}"): string =>
  ours(`{properties: {${properties}}, x-job: {statusProperty: s, pending: [NEW], ${fields}}}`);

const post = "#/paths/~1a~1{id}/post/x-batch";
const batch = (fields: string, unique = "uniqueBy: k"): string => {
  const lines = `{x-item-schema: {schema: {properties: {k: {}}}, ${unique}}}`;
  const form = `{multipart/form-data: {schema: {properties: {file: ${lines}, dry: {}}}}}`;
  const job = "{application/json: {schema: {oneOf: [{properties: {id: {}, url: {}}}, {}]}}}";
  return `x-client: {}\n${operation(
    `x-batch: {${fields}}, requestBody: {content: ${form}}, responses: {"201": {content: ${job}}}`,
  )}`;
};

test.each<{ given: string; want: string[] }>([
  { given: job("succeeded: [DONE], failed: []"), want: [] },
  { given: job("succeeded: [DONE, DNOE], failed: []"), want: [`${at}/x-job/succeeded/1`] },
  { given: job("succeeded: [DONE], failed: [GONE]"), want: [`${at}/x-job/failed/0`] },
  {
    given: job("succeeded: [DNOE], failed: []", "s: {anyOf: [{enum: [NEW, DONE]}, {type: string}]}"),
    want: [`${at}/x-job/succeeded/0`],
  },
  { given: job("succeeded: [DONE]", "t: {}"), want: [`${at}/x-job/statusProperty`] },
  { given: job("succeeded: [ANY]", "s: {type: string}"), want: [] },
  { given: job("succeeded: [DONE], errorProperty: e"), want: [`${at}/x-job/errorProperty`] },
  { given: job("succeeded: [DONE], errorProperty: null"), want: [] },
  {
    given: ours("{properties: {m: {}}, x-error: {messageProperty: m, codeProperty: c}}"),
    want: [`${at}/x-error/codeProperty`],
  },
  { given: ours("{x-error: {messageProperty: m}}"), want: [`${at}/x-error/messageProperty`] },
  { given: schemas("{x-error: {messageProperty: m}}"), want: [] },
  { given: ours("{enum: [a], x-max-seconds: {a: 1, b: 2}}"), want: [`${at}/x-max-seconds/b`] },
  { given: ours("{x-max-seconds: 2}"), want: [] },
  {
    given: ours("{x-item-schema: {schema: {properties: {a: {}}}, uniqueBy: b}}"),
    want: [`${at}/x-item-schema/uniqueBy`],
  },
  {
    given: ours("{x-item-schema: {schema: {properties: {a: {}}}, uniqueBy: a, minItems: 1, maxItems: 1}}"),
    want: [],
  },
  { given: batch("idProperty: id, resultProperty: url, dryRunProperty: dry"), want: [] },
  { given: batch("idProperty: id, resultProperty: null"), want: [] },
  { given: batch("idProperty: key"), want: [`${post}/idProperty`] },
  { given: batch("idProperty: id, resultProperty: link"), want: [`${post}/resultProperty`] },
  { given: batch("idProperty: id, dryRunProperty: only"), want: [`${post}/dryRunProperty`] },
  { given: batch("idProperty: id", "minItems: 1"), want: [post] },
  {
    given: ours("{x-item-schema: {schema: {}, minItems: 3, maxItems: 2}}"),
    want: [`${at}/x-item-schema/minItems`],
  },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(extensionProperty, given)).toEqual(want);
});
