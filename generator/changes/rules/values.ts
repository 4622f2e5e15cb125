import { schemaKeys } from "../../contract/extensions.js";
import { canonical } from "../schema/canonical.js";
import { listOf } from "../schema/schema-node.js";
import type { SchemaFamily, ShapePair } from "../schema/schema-rule.js";

const extensible = (...values: string[]) => ({ type: "string", [schemaKeys.extensibleEnum]: values });
const open = (...values: string[]) => ({ anyOf: [{ type: "string", enum: values }, { type: "string" }] });

/** Enums and constants. */
export const values: SchemaFamily = {
  name: "values",
  title: "Enums and constants",
  acrossTypes: true,
  rules: [
    {
      code: "became-enum",
      request: "error",
      response: "note",
      sentence: "{subject} now takes these values only: {after}.",
      remedy: "Go on taking every value that was valid.",
      before: { type: "string" },
      after: { type: "string", enum: ["a", "b"] },
    },
    {
      code: "enum-removed",
      request: "note",
      response: "warning",
      sentence: "{subject} is no longer one of a list of values.",
      remedy: "Callers that tell the values apart need a branch for all others.",
      before: { type: "string", enum: ["a", "b"] },
      after: { type: "string" },
    },
    {
      code: "enum-value-added",
      request: "note",
      response: "warning",
      sentence: "{subject} has the new value {after}.",
      remedy:
        "Callers that tell the values apart meet one they don't know; announce it, or write the enum as open.",
      before: { type: "string", enum: ["a", "b"] },
      after: { type: "string", enum: ["b", "a", "c"] },
    },
    {
      code: "enum-value-removed",
      request: "error",
      response: "note",
      sentence: "{subject} no longer has the value {before}.",
      remedy: "Go on taking the value; deprecate it first.",
      before: { type: "string", enum: ["a", "b", "c"] },
      after: { type: "string", enum: ["b", "a"] },
      ids: { "response-body": "response-mediatype-enum-value-removed" },
    },
    {
      code: "known-value-added",
      request: "note",
      response: "note",
      sentence: "{subject} names the new value {after}; it may have others anyway.",
      before: open("a", "b"),
      after: open("a", "b", "c"),
    },
    {
      code: "known-value-removed",
      request: "warning",
      response: "note",
      sentence: "{subject} no longer names the value {before}; it may have others anyway.",
      remedy: "Say whether the value is still understood.",
      before: open("a", "b", "c"),
      after: open("a", "b"),
    },
    {
      code: "enum-opened",
      request: "note",
      response: "warning",
      sentence: "{subject} may now have values that are not listed.",
      remedy: "Callers that tell the values apart need a branch for all others.",
      before: { type: "string", enum: ["a", "b"] },
      after: open("a", "b"),
    },
    {
      code: "enum-closed",
      request: "error",
      response: "note",
      sentence: "{subject} may no longer have values that are not listed.",
      remedy: "Go on taking every value that was valid.",
      before: open("a", "b"),
      after: { type: "string", enum: ["a", "b"] },
    },
    {
      code: "const-added",
      request: "error",
      response: "note",
      sentence: "{subject} must now be {after}.",
      remedy: "Go on taking every value that was valid.",
      before: { type: "string" },
      after: { type: "string", const: "a" },
    },
    {
      code: "const-removed",
      request: "note",
      response: "error",
      sentence: "{subject} need no longer be {before}.",
      remedy: "Callers take the value for granted; keep it in replies.",
      before: { type: "string", const: "a" },
      after: { type: "string" },
    },
    {
      code: "const-changed",
      request: "error",
      response: "error",
      sentence: "{subject} must now be {after}; it was {before}.",
      remedy: "Keep the value; give another meaning another name.",
      before: { type: "string", const: "a" },
      after: { type: "string", const: "b" },
      not: [
        { type: "string", const: "a" },
        { type: "string", enum: ["a"] },
      ],
    },
    {
      code: `${schemaKeys.extensibleEnum}-value-added`,
      request: "note",
      response: "note",
      sentence: "{subject} names the new value {after}.",
      before: extensible("a", "b"),
      after: extensible("a", "b", "c"),
    },
    {
      code: `${schemaKeys.extensibleEnum}-value-removed`,
      request: "error",
      response: "note",
      sentence: "{subject} no longer names the value {before}.",
      remedy: "Go on taking the value; deprecate it first.",
      before: extensible("a", "b", "c"),
      after: extensible("a", "b"),
    },
  ],
  compare(pair) {
    const { base, revision, report } = pair;
    compareExtensible(pair);
    const [from, to] = [base.values, revision.values];
    if (!from && !to) return;
    if (!from) {
      if (revision.openValues) return;
      if (revision.isConst && to) return report("const-added", { after: to[0] });
      return report("became-enum", { after: to });
    }
    if (!to) {
      if (base.openValues) return;
      return base.isConst
        ? report("const-removed", { before: from[0] })
        : report("enum-removed", { before: from });
    }
    const isOther = from.length === 1 && to.length === 1 && canonical(from) !== canonical(to);
    if (isOther && base.isConst && revision.isConst)
      return report("const-changed", { before: from[0], after: to[0] });
    if (base.openValues !== revision.openValues) report(revision.openValues ? "enum-opened" : "enum-closed");
    const isOpen = base.openValues && revision.openValues;
    for (const value of without(from, to))
      report(isOpen ? "known-value-removed" : "enum-value-removed", { before: value });
    for (const value of without(to, from))
      report(isOpen ? "known-value-added" : "enum-value-added", { after: value });
  },
};

function compareExtensible({ base, revision, report }: ShapePair): void {
  const [from, to] = [base, revision].map(({ words }) => words.get(schemaKeys.extensibleEnum)?.value);
  if (!Array.isArray(from) || !Array.isArray(to)) return;
  for (const value of without(from, to))
    report(`${schemaKeys.extensibleEnum}-value-removed`, { before: value });
  for (const value of without(to, from)) report(`${schemaKeys.extensibleEnum}-value-added`, { after: value });
}

function without(list: readonly unknown[], others: readonly unknown[]): unknown[] {
  const known = new Set(listOf(others).map(canonical));
  return list.filter((value) => !known.has(canonical(value)));
}
