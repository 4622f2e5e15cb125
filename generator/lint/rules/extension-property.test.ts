import { expect, test } from "vitest";
import { applyRule, schemas } from "../testing/apply-rule.js";
import { extensionProperty } from "./extension-property.js";

const at = "#/components/schemas/A";
const ours = (schema: string): string => `x-client: {}\n${schemas(schema)}`;
const job = (fields: string, properties = "s: {enum: [NEW, DONE]}"): string =>
  ours(`{properties: {${properties}}, x-job: {statusProperty: s, pending: [NEW], ${fields}}}`);

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
  {
    given: ours("{x-item-schema: {schema: {}, minItems: 3, maxItems: 2}}"),
    want: [`${at}/x-item-schema/minItems`],
  },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(extensionProperty, given)).toEqual(want);
});
