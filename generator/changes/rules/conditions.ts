import { canonical } from "../schema/canonical.js";
import { children, listOf, mapOf, type SchemaNode } from "../schema/schema-node.js";
import type { SchemaFamily, SchemaRule, ShapePair } from "../schema/schema-rule.js";

const named = { type: "object", properties: { a: { type: "string" }, b: { type: "string" } } };
/** A thing with `then` would be a promise to JavaScript, so nothing here is written as one. */
const demandsB = (branch: string) => ({ [branch]: { required: ["b"] } });
const holdsA = { properties: { a: { const: "x" } } };

/** A demand that may be there or not: what it costs a request to get it, and a reply to lose it. */
const pairOf = (
  code: string,
  added: string,
  removed: string,
  before: object,
  after: object,
): SchemaRule[] => [
  {
    code: `${code}-added`,
    request: "error",
    response: "note",
    sentence: added,
    remedy: "Go on taking what was valid before.",
    before: before as never,
    after: after as never,
  },
  {
    code: `${code}-removed`,
    request: "note",
    response: "error",
    sentence: removed,
    remedy: "Callers rely on it; keep to it in replies.",
    before: after as never,
    after: before as never,
  },
];

/** What must hold under a condition: `if`, `not`, `dependentRequired` and their kin. */
export const conditions: SchemaFamily = {
  name: "conditions",
  title: "Conditions",
  rules: [
    ...pairOf(
      "if",
      "{subject} has a new condition (`if`).",
      "{subject} has lost a condition (`if`).",
      named,
      {
        ...named,
        if: holdsA,
        ...demandsB("then"),
      },
    ),
    ...pairOf(
      "then",
      "{subject} demands more where its condition holds (`then`).",
      "{subject} no longer demands anything where its condition holds (`then`).",
      { ...named, if: holdsA },
      { ...named, if: holdsA, ...demandsB("then") },
    ),
    ...pairOf(
      "else",
      "{subject} demands more where its condition does not hold (`else`).",
      "{subject} no longer demands anything where its condition does not hold (`else`).",
      { ...named, if: holdsA },
      { ...named, if: holdsA, else: { required: ["b"] } },
    ),
    ...pairOf(
      "not",
      "{subject} now forbids what meets a schema (`not`).",
      "{subject} no longer forbids what meets a schema (`not`).",
      named,
      {
        ...named,
        not: { required: ["b"] },
      },
    ),
    {
      code: "not-changed",
      request: "error",
      response: "error",
      sentence: "{subject} now forbids something else (`not`).",
      remedy: "Make sure that all that was valid still is.",
      before: { ...named, not: { required: ["a"] } },
      after: { ...named, not: { required: ["b"] } },
      not: [
        { ...named, not: { required: ["a"] } },
        { ...named, not: { required: ["a"], description: "never" } },
      ],
    },
    ...pairOf(
      "property-names",
      "The names of the properties of {subject:lower} must now meet a schema.",
      "The names of the properties of {subject:lower} need no longer meet a schema.",
      { type: "object" },
      { type: "object", propertyNames: { minLength: 2 } },
    ),
    ...pairOf(
      "pattern-property",
      "Properties of {subject:lower} whose names match {name} must now meet a schema.",
      "Properties of {subject:lower} whose names match {name} need no longer meet a schema.",
      { type: "object" },
      { type: "object", patternProperties: { "^a": { type: "string" } } },
    ),
    ...pairOf(
      "dependent-schema",
      "{subject} must now meet a schema if it has the property {name}.",
      "{subject} need no longer meet a schema if it has the property {name}.",
      named,
      { ...named, dependentSchemas: { a: { required: ["b"] } } },
    ),
    ...pairOf(
      "dependent-required",
      "{subject} must now have {after} if it has the property {name}.",
      "{subject} need no longer have {before} if it has the property {name}.",
      named,
      { ...named, dependentRequired: { a: ["b"] } },
    ),
    {
      code: "dependent-required-changed",
      request: "error",
      response: "error",
      sentence: "{subject} must now have {after} if it has the property {name}; it was {before}.",
      remedy: "Go on taking what was valid before.",
      before: { ...named, dependentRequired: { a: ["b"] } },
      after: { ...named, dependentRequired: { a: ["c"] } },
      not: [
        { ...named, dependentRequired: { a: ["b", "c"] } },
        { ...named, dependentRequired: { a: ["c", "b"] } },
      ],
    },
  ],
  compare(pair) {
    const { base, revision, report, descend, same } = pair;
    for (const [key, code] of [
      ["if", "if"],
      ["then", "then"],
      ["else", "else"],
      ["propertyNames", "property-names"],
    ] as const) {
      const [from, to] = [base.words.get(key), revision.words.get(key)];
      if (from && to) descend(`(${key})`, from, to);
      else if (to) report(`${code}-added`, { revision: to.pointer });
      else if (from) report(`${code}-removed`, { base: from.pointer });
    }
    const [from, to] = [base.words.get("not"), revision.words.get("not")];
    if (from && to && !same.of(from, to)) report("not-changed", { base: from.pointer, revision: to.pointer });
    else if (!from && to) report("not-added", { revision: to.pointer });
    else if (from && !to) report("not-removed", { base: from.pointer });
    compareMaps(pair, "patternProperties", "pattern-property");
    compareMaps(pair, "dependentSchemas", "dependent-schema");
    compareDependentRequired(pair);
  },
};

function compareMaps({ base, revision, report, descend }: ShapePair, key: string, code: string): void {
  const read = (node: SchemaNode | undefined) =>
    new Map(children(node ?? null).map((entry) => [entry.key, entry]));
  const [from, to] = [read(base.words.get(key)), read(revision.words.get(key))];
  for (const [name, was] of from) {
    const is = to.get(name);
    if (is) descend(`(${name})`, was, is);
    else report(`${code}-removed`, { name, base: was.pointer });
  }
  for (const [name, is] of to) if (!from.has(name)) report(`${code}-added`, { name, revision: is.pointer });
}

function compareDependentRequired({ base, revision, report }: ShapePair): void {
  const [from, to] = [base, revision].map(({ words }) => mapOf(words.get("dependentRequired")?.value)) as [
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const [before, after] = [from[name], to[name]].map((list) => [...listOf(list)].sort()) as [
      unknown[],
      unknown[],
    ];
    if (canonical(before) === canonical(after)) continue;
    const fact = { name, before, after };
    const code = before.length === 0 ? "added" : after.length === 0 ? "removed" : "changed";
    report(`dependent-required-${code}`, fact);
  }
}
