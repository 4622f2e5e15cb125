import { areDisjoint, holds, typesOf } from "../schema/implied-types.js";
import { textOf } from "../schema/schema-node.js";
import type { SchemaFamily, ShapePair } from "../schema/schema-rule.js";

const notInBodies = {
  "request-body": null,
  "request-property": null,
  "request-parameter": null,
  "request-parameter-property": null,
} as const;

/** Types and formats: what a value may be at all. */
export const types: SchemaFamily = {
  name: "types",
  title: "Types and formats",
  acrossTypes: true,
  rules: [
    {
      code: "type-changed",
      request: "error",
      response: "error",
      severities: { "request-parameter-property": "warning" },
      sentence: "{subject} is now of type {after}; it was {before}.",
      remedy: "Keep the type, and give the new one a name of its own.",
      before: { type: "string" },
      after: { type: "boolean" },
      not: [
        { type: "string", description: "a" },
        { type: ["string"], description: "b" },
      ],
    },
    {
      code: "type-generalized",
      request: "note",
      response: "error",
      sentence: "{subject} now allows any {after}; it was {before}.",
      remedy: "Callers may meet values that they never met before; keep the narrower type in replies.",
      before: { type: "integer" },
      after: { type: "number" },
    },
    {
      code: "type-specialized",
      request: "error",
      response: "note",
      sentence: "{subject} is now narrowed to {after}; it was {before}.",
      remedy: "Go on taking what was valid before.",
      before: { type: "number" },
      after: { type: "integer" },
      ids: {
        "request-body": "request-body-type-changed",
        "request-property": "request-property-type-changed",
        "request-parameter": "request-parameter-type-changed",
      },
    },
    {
      code: "type-compatible",
      request: "note",
      response: "note",
      sentence: "{subject} is now of type {after}, was {before}, which reads the same as text.",
      before: { type: "integer" },
      after: { type: "string" },
      not: [{ type: "integer" }, { type: "boolean" }],
      mediaType: "application/xml",
      ids: {
        ...notInBodies,
        "request-body": "request-body-type-compatible",
        "request-property": "request-property-type-compatible",
      },
    },
    {
      code: "list-of-types-widened",
      request: "note",
      response: "error",
      sentence: "{subject} may now be {name} too.",
      remedy: "Callers don't know what to do with the new type; offer it under a name of its own.",
      before: { type: ["string", "boolean"] },
      after: { type: ["string", "boolean", "object"] },
    },
    {
      code: "list-of-types-narrowed",
      request: "error",
      response: "note",
      sentence: "{subject} may no longer be {name}.",
      remedy: "Go on taking the old type.",
      before: { type: ["string", "boolean", "object"] },
      after: { type: ["string", "boolean"] },
    },
    {
      code: "became-impossible",
      request: "error",
      response: "note",
      sentence: "{subject} allows no value any more.",
      remedy: "Take the contradiction out, or deprecate what nobody can use.",
      before: { type: "string" },
      after: { type: "string", allOf: [{ type: "boolean" }] },
    },
  ],
  compare(pair) {
    const { base, revision } = pair;
    if (base.possible && !revision.possible) return pair.report("became-impossible");
    const [from, to] = shown(pair);
    if (!from || !to) {
      if (!from && to && base.values === null)
        pair.report("type-specialized", { before: "any", after: to.join(" or ") });
      if (from && !to && isFree(revision))
        pair.report("type-generalized", { before: from.join(" or "), after: "value" });
      return;
    }
    if (from.length !== 1 || to.length !== 1) return compareLists(pair, from, to);
    compareFormats(pair, from[0] as string, to[0] as string);
  },
};

type Types = readonly string[] | null;

function shown({ base, revision, baseShape, revisionShape }: ShapePair): [Types, Types] {
  return [
    typesOf(base, { shapeOf: baseShape } as never),
    typesOf(revision, { shapeOf: revisionShape } as never),
  ];
}

const isFree = ({ types, values, oneOf, anyOf }: ShapePair["base"]): boolean =>
  !types && !values && !oneOf && !anyOf;

function compareLists(pair: ShapePair, from: readonly string[], to: readonly string[]): void {
  if (pair.base.oneOf || pair.base.anyOf || pair.revision.oneOf || pair.revision.anyOf) return; // told by the members
  const added = to.filter((type) => !holds(from, type));
  const removed = from.filter((type) => !holds(to, type));
  if (areDisjoint(from, to)) {
    pair.report("type-changed", { before: from.join(" or "), after: to.join(" or ") });
    return;
  }
  const words = { before: from.join(" or "), after: to.join(" or ") };
  if (added.length > 0) pair.report("list-of-types-widened", { ...words, name: added.join(" or ") });
  if (removed.length > 0) pair.report("list-of-types-narrowed", { ...words, name: removed.join(" or ") });
}

function compareFormats(pair: ShapePair, from: string, to: string): void {
  const formats = [pair.base, pair.revision].map(({ words }) => textOf(words.get("format")?.value));
  const [before = null, after = null] = formats;
  if (from === to && before === after) return;
  const fact = { before: withFormat(from, before), after: withFormat(to, after) };
  const wider = contains(to, after, from, before);
  const narrower = contains(from, before, to, after);
  const loose = to === "string" && after === null ? "type-compatible" : undefined;
  const code = wider ? "type-generalized" : narrower ? "type-specialized" : "type-changed";
  pair.report(code, { ...fact, looseCode: wider || narrower ? undefined : loose });
}

const withFormat = (type: string, format: string | null): string =>
  format === null ? type : `${type} (${format})`;

/** Which formats hold every value of which others. */
const wider: Readonly<Record<string, readonly string[]>> = {
  int64: ["int32", "int16", "int8"],
  bigint: ["int64", "int32"],
  int32: ["int16", "int8"],
  double: ["float"],
  uri: ["url"],
  url: ["uri"],
  "uri-reference": ["uri", "url"],
  iri: ["uri"],
};

function contains(type: string, format: string | null, other: string, otherFormat: string | null): boolean {
  if (type === "number" && other === "integer") return format === null || format === "double";
  if (type !== other) return false;
  if (format === otherFormat || format === null) return true;
  return otherFormat !== null && (wider[format]?.includes(otherFormat) ?? false);
}
