import { schemaKeys } from "../../contract/extensions.js";
import type { JsonObject } from "../../load/document-walk.js";
import { canonical } from "../schema/canonical.js";
import { child, listOf, mapOf, type SchemaNode, textOf } from "../schema/schema-node.js";
import type { PlaceKind, SchemaFamily, ShapePair } from "../schema/schema-rule.js";
import type { Shape } from "../schema/shape.js";
import { type Bound, boundRules } from "./bounds.js";

const file = { type: "string", contentMediaType: "application/octet-stream" };
const words = (key: string, value: unknown, more: JsonObject = file): JsonObject => ({
  ...more,
  [key]: value,
});

/** Bounds that JSON Schema has no keyword for; each with where it stands in the extension's value. */
const bounds: readonly (Bound & { readonly path: readonly string[] })[] = [
  { keyword: schemaKeys.maxBytes, path: [], code: "max-bytes", side: "max", unit: " bytes", schema: file },
  {
    keyword: schemaKeys.lines,
    path: ["maxItems"],
    code: "max-lines",
    side: "max",
    unit: " lines",
    schema: file,
  },
  {
    keyword: schemaKeys.lines,
    path: ["minItems"],
    code: "min-lines",
    side: "min",
    unit: " lines",
    schema: file,
  },
  {
    keyword: schemaKeys.maxSeconds,
    path: [],
    code: "max-seconds",
    side: "max",
    unit: " seconds",
    schema: { type: "string" },
  },
];

/** The value of a bound, put where it belongs in its extension. */
function withValue(bound: (typeof bounds)[number], schema: JsonObject): JsonObject {
  const { keyword, path } = bound;
  const { [keyword]: value, ...rest } = schema;
  if (value === undefined && path.length === 0) return rest;
  const [key] = path;
  const inside = key === undefined ? value : { schema: {}, ...(value === undefined ? {} : { [key]: value }) };
  return { ...rest, [keyword]: inside };
}

const boundary = bounds.flatMap((bound) =>
  boundRules(bound).map((rule) => ({
    ...rule,
    before: withValue(bound, rule.before),
    after: withValue(bound, rule.after),
    ids: { "response-header": null },
  })),
);

const job = (more: object = {}): JsonObject => ({
  type: "object",
  properties: { status: { type: "string" }, state: { type: "string" } },
  [schemaKeys.job]: {
    statusProperty: "status",
    pending: ["new"],
    succeeded: ["done"],
    failed: ["broken"],
    ...more,
  },
});
const noJob = { type: "object", properties: { status: { type: "string" }, state: { type: "string" } } };
const lines = (more: object = {}): JsonObject =>
  words(schemaKeys.lines, { schema: { type: "object" }, ...more });
const failure = (more: object = {}): JsonObject => ({
  type: "object",
  properties: { message: { type: "string" }, text: { type: "string" } },
  [schemaKeys.error]: { messageProperty: "message", ...more },
});
/** A job and an error are what a reply is, as a whole or in part. */
const inReplies: Partial<Record<PlaceKind, null>> = {
  "response-header": null,
};
const inFiles: Partial<Record<PlaceKind, null>> = {
  "response-header": null,
  "request-header-property": null,
};

/** Limits of what is sent, and the states of jobs: what the contract says by its own words, schema by schema. */
export const schemaLimits: SchemaFamily = {
  name: "schema-limits",
  title: "Upload limits, lines, media lengths, jobs and errors",
  rules: [
    ...boundary,
    {
      code: "lines-added",
      request: "error",
      response: "note",
      sentence: "{subject} must now hold one JSON value a line.",
      remedy: "Go on taking what was valid before.",
      before: file,
      after: lines(),
      ids: inFiles,
    },
    {
      code: "lines-removed",
      request: "note",
      response: "error",
      sentence: "{subject} need no longer hold one JSON value a line.",
      remedy: "Callers read it by the line; go on with it.",
      before: lines(),
      after: file,
      ids: inFiles,
    },
    {
      code: "unique-by-changed",
      request: "error",
      response: "error",
      sentence: "No two lines of {subject:lower} may now share the property {after}; it was {before}.",
      remedy: "Go on taking what was valid before.",
      before: lines(),
      after: lines({ uniqueBy: "id" }),
      not: [lines({ uniqueBy: "id" }), lines()],
      ids: inFiles,
    },
    {
      code: "job-added",
      request: null,
      response: "note",
      sentence: "{subject} is now a job.",
      before: noJob,
      after: job(),
      ids: inReplies,
    },
    {
      code: "job-removed",
      request: null,
      response: "error",
      sentence: "{subject} is no longer a job: clients can't wait for its end any more.",
      remedy: "Go on saying how far it is.",
      before: job(),
      after: noJob,
      ids: inReplies,
    },
    {
      code: "job-property-changed",
      request: null,
      response: "error",
      sentence: "The {name} of {subject:lower} is now {after}; it was {before}.",
      remedy: "Keep the property where clients look for it.",
      before: job(),
      after: job({ statusProperty: "state" }),
      not: [job(), job({ pollSeconds: 5 })],
      ids: inReplies,
    },
    {
      code: "job-state-added",
      request: null,
      response: "warning",
      sentence: "{subject} has the new state {after}.",
      remedy: "Clients that don't know the state wait on, or stop; announce it.",
      before: job(),
      after: job({ pending: ["new", "held"] }),
      ids: inReplies,
    },
    {
      code: "job-state-removed",
      request: null,
      response: "note",
      sentence: "{subject} no longer has the state {before}.",
      before: job({ pending: ["new", "held"] }),
      after: job(),
      ids: inReplies,
    },
    {
      code: "job-state-moved",
      request: null,
      response: "error",
      sentence: "The state {name} of {subject:lower} now means {after}; it meant {before}.",
      remedy: "Keep what the state means, and give the new meaning a state of its own.",
      before: job(),
      after: job({ pending: [], failed: ["broken", "new"] }),
      not: [job(), job({ pending: [] })],
      ids: inReplies,
    },
    {
      code: "job-poll-seconds-changed",
      request: null,
      response: "note",
      sentence: "{subject} is to be asked for every {after} seconds; it was {before}.",
      before: job({ pollSeconds: 5 }),
      after: job({ pollSeconds: 10 }),
      not: [job(), job({ pending: [] })],
      ids: inReplies,
    },
    {
      code: "error-property-changed",
      request: null,
      response: "warning",
      sentence: "The {name} of {subject:lower} is now in {after}; it was in {before}.",
      remedy: "Keep the property where clients look for it.",
      before: failure(),
      after: failure({ messageProperty: "text" }),
      not: [failure(), { ...failure(), description: "what went wrong" }],
      ids: inReplies,
    },
  ],
  compare(pair) {
    for (const bound of bounds) compareBound(pair, bound);
    compareLines(pair);
    compareJobs(pair);
    compareErrors(pair);
  },
};

const wordOf = ({ words: all }: Shape, key: string): SchemaNode | null => all.get(key) ?? null;

function compareBound({ base, revision, report }: ShapePair, bound: (typeof bounds)[number]): void {
  const read = (shape: Shape): ReadonlyMap<string, number> => {
    const node = wordOf(shape, bound.keyword);
    const value = bound.path.reduce<unknown>((at, key) => mapOf(at)[key], node?.value);
    const entries = typeof value === "number" ? [["", value] as const] : Object.entries(mapOf(value));
    return new Map(entries.filter((entry): entry is [string, number] => typeof entry[1] === "number"));
  };
  if (bound.path.length > 0 && (!wordOf(base, bound.keyword) || !wordOf(revision, bound.keyword))) return;
  const [from, to] = [read(base), read(revision)];
  for (const name of new Set([...from.keys(), ...to.keys()])) {
    const [before, after] = [from.get(name), to.get(name)];
    if (before === after) continue;
    const fact = {
      ...(name === "" ? {} : { name }),
      base: placeOf(base, bound, before),
      revision: placeOf(revision, bound, after),
    };
    // Of a value that is new or gone nothing could be said on the other side.
    const isIn = (values: Shape["values"]): boolean => name === "" || !values || values.includes(name);
    if (!isIn(before === undefined ? base.values : revision.values)) continue;
    if (before === undefined) report(`${bound.code}-set`, { ...fact, after });
    else if (after === undefined) report(`${bound.code}-unset`, { ...fact, before });
    else report(`${bound.code}-${after > before ? "increased" : "decreased"}`, { ...fact, before, after });
  }
}

function placeOf(
  shape: Shape,
  { keyword, path }: (typeof bounds)[number],
  value: number | undefined,
): string {
  const word = wordOf(shape, keyword);
  if (!word) return shape.pointer;
  return value === undefined ? word.pointer : [word.pointer, ...path].join("/");
}

function compareLines({ base, revision, report, descend }: ShapePair): void {
  const [from, to] = [wordOf(base, schemaKeys.lines), wordOf(revision, schemaKeys.lines)];
  if (!from && !to) return;
  if (!from || !to) {
    report(to ? "lines-added" : "lines-removed", {
      ...(from ? { base: from.pointer } : {}),
      ...(to ? { revision: to.pointer } : {}),
    });
    return;
  }
  const [schema, newSchema] = [child(from, "schema"), child(to, "schema")];
  if (schema && newSchema) descend("[line]", schema, newSchema);
  const [before, after] = [from, to].map(({ value }) => textOf(mapOf(value)["uniqueBy"]));
  if (after !== null && after !== undefined && before !== after)
    report("unique-by-changed", {
      before: before ?? "none",
      after,
      base: from.pointer,
      revision: to.pointer,
    });
}

const jobProperties = { statusProperty: "status", errorProperty: "error", errorCodeProperty: "error code" };

function compareJobs({ base, revision, report }: ShapePair): void {
  const [from, to] = [wordOf(base, schemaKeys.job), wordOf(revision, schemaKeys.job)];
  if (!from && !to) return;
  const places = { base: from?.pointer ?? base.pointer, revision: to?.pointer ?? revision.pointer };
  if (!from || !to) {
    report(to ? "job-added" : "job-removed", places);
    return;
  }
  const [was, is] = [mapOf(from.value), mapOf(to.value)];
  for (const [key, name] of Object.entries(jobProperties))
    if (was[key] !== undefined && canonical(was[key]) !== canonical(is[key]))
      report("job-property-changed", { name, before: was[key], after: is[key] ?? "nowhere", ...places });
  const meanings = (value: JsonObject) =>
    new Map(
      ["pending", "succeeded", "failed"].flatMap((meaning) =>
        listOf(value[meaning]).map((state) => [String(state), meaning] as const),
      ),
    );
  const [before, after] = [meanings(was), meanings(is)];
  for (const [state, meaning] of before) {
    const now = after.get(state);
    if (now === undefined) report("job-state-removed", { before: state, ...places });
    else if (now !== meaning)
      report("job-state-moved", { name: state, before: meaning, after: now, ...places });
  }
  for (const state of after.keys())
    if (!before.has(state)) report("job-state-added", { after: state, ...places });
  const [seconds, newSeconds] = [was["pollSeconds"], is["pollSeconds"]];
  if (seconds !== undefined && newSeconds !== undefined && seconds !== newSeconds)
    report("job-poll-seconds-changed", { before: seconds, after: newSeconds, ...places });
}

const errorProperties = {
  messageProperty: "message",
  codeProperty: "code",
  requestIdProperty: "request's id",
};

function compareErrors({ base, revision, report }: ShapePair): void {
  const [from, to] = [wordOf(base, schemaKeys.error), wordOf(revision, schemaKeys.error)];
  if (!from || !to) return;
  for (const [key, name] of Object.entries(errorProperties)) {
    const [before, after] = [mapOf(from.value)[key], mapOf(to.value)[key]];
    if (before !== undefined && before !== null && before !== after)
      report("error-property-changed", {
        name,
        before,
        after: after ?? "nowhere",
        base: from.pointer,
        revision: to.pointer,
      });
  }
}
