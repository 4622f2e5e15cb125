import { type Fault, type SchemaJudge, uniqueByKeyword } from "../arbitraries/schema-judge.js";
import { lengthOf } from "../arbitraries/string-arbitrary.js";
import { allows, type Bound, boundsOf } from "../limits/bounds.js";
import { type JsonObject, object, type Schema } from "../support/contract.js";
import type { Subject } from "./covered-contract.js";
import { applies, decidingKeywords } from "./keywords.js";
import { relaxed } from "./relaxed-schema.js";
import type { Meeting, SchemaTree } from "./schema-tree.js";

const known = new WeakMap<JsonObject, readonly Bound[]>();

function knownBounds(schema: JsonObject): readonly Bound[] {
  const found = known.get(schema) ?? boundsOf(schema);
  known.set(schema, found);
  return found;
}

/** Cells of a request's schemas that an accepted value covers: each keyword that has a say in it, each bound it is at. */
export function satisfiedBy({ tree }: Subject, judge: SchemaJudge, value: unknown): string[] {
  const found = new Set<string>();
  for (const { node, value: part } of tree.meetings(value)) {
    for (const keyword of decidingKeywords(node.schema))
      if (applies(node.schema, keyword, part)) found.add(`keyword ${node.pointer}/${keyword} satisfied`);
    for (const bound of knownBounds(node.schema)) {
      const count = countOf(judge, node.schema, bound, part);
      if (count !== null && isLastAllowed(bound, node.schema, count))
        found.add(`limit ${node.pointer}/${bound.keyword} ${bound.side} at`);
    }
    if (node.schema[uniqueByKeyword] !== undefined && Array.isArray(part) && part.length > 1)
      found.add(`limit ${node.pointer}/${uniqueByKeyword} unique at`);
  }
  return [...found];
}

/** Cells of answers' schemas that a value covers: what a server must keep, and has kept. */
export function keptBy(tree: SchemaTree, judge: SchemaJudge, value: unknown): string[] {
  const found = new Set<string>();
  for (const { node, value: part } of tree.meetings(value)) {
    for (const keyword of decidingKeywords(node.schema))
      if (applies(node.schema, keyword, part)) found.add(`keyword ${node.written}/${keyword} kept`);
    for (const bound of knownBounds(node.schema))
      if (countOf(judge, node.schema, bound, part) !== null)
        found.add(`limit ${node.written}/${bound.keyword} ${bound.side} kept`);
  }
  return [...found];
}

/**
 * Cells that a refused value covers: keywords that it breaks, where all that is wrong with it is at one place. Inside of
 * a choice (`anyOf`, `oneOf`) other branches do not fit anyway, so there it must be shown that the keyword decides:
 * without it (and what else the same schema has against the very value) the choice would hold.
 */
export class Violations {
  readonly #judge: SchemaJudge;
  readonly #relaxed = new Map<string, Schema>();
  readonly #ids = new WeakMap<object, number>();
  #count = 0;

  constructor(judge: SchemaJudge) {
    this.#judge = judge;
  }

  of({ tree, schema }: Subject, value: unknown): string[] {
    const all = this.#judge.faults(schema, value).filter((fault) => !isOfCondition(fault));
    const faults = all.filter((fault) => !isFollowUp(fault, all));
    const meetings = new Map<object, Meeting[]>();
    const places = new Set(faults.map(({ instancePath }) => instancePath));
    for (const meeting of tree.meetingsAt(value, places))
      meetings.set(meeting.node.schema, [...(meetings.get(meeting.node.schema) ?? []), meeting]);
    const met = faults.map((fault) => ({
      fault,
      meeting: (meetings.get(object(fault.parentSchema)) ?? []).find(
        ({ place }) => place === fault.instancePath,
      ),
    }));
    const known = met.flatMap(({ fault, meeting }) => (meeting ? [{ fault, meeting }] : []));
    if (known.length < met.length) return []; // something is wrong that no schema here says
    const tops = new Set(known.map(({ meeting }) => (meeting.choice ?? meeting).place));
    if (tops.size !== 1) return [];
    const outside = known.filter(({ meeting }) => meeting.choice === null);
    if (
      new Set(outside.map(({ fault }) => fault.keyword)).size > 1 &&
      outside.some(({ fault }) => ofObjects.has(fault.keyword))
    )
      return []; // a property too few and one too many are two faults
    const found = new Set<string>();
    for (const { fault, meeting } of known) {
      if (meeting.choice !== null && !this.#decides(fault, meeting, meeting.choice, known)) continue;
      for (const id of brokenBy(this.#judge, fault, meeting)) found.add(id);
    }
    return [...found];
  }

  #decides(
    fault: Fault,
    { node, place }: Meeting,
    choice: Meeting,
    known: readonly { readonly fault: Fault; readonly meeting: Meeting }[],
  ): boolean {
    // One value can be neither of a type nor one of some words; what an object lacks and has too much are two things.
    const together = known.filter(
      (other) =>
        other.meeting.node === node && other.meeting.place === place && !ofObjects.has(other.fault.keyword),
    );
    const broken = ofObjects.has(fault.keyword)
      ? [fault.keyword]
      : together.map((other) => other.fault.keyword);
    const keywords = new Set(
      broken.flatMap((keyword) =>
        keyword === "contains" ? ["contains", "minContains", "maxContains"] : [keyword],
      ),
    );
    const key = `${this.#idOf(choice.node.schema)} ${node.pointer} ${this.#idOf(node.schema)} ${[...keywords].sort().join()}`;
    const without = this.#relaxed.get(key) ?? relaxed(this.#judge, choice.node, node, [...keywords]);
    this.#relaxed.set(key, without);
    return this.#judge.isValid(without, choice.value);
  }

  #idOf(schema: object): number {
    const known = this.#ids.get(schema) ?? ++this.#count;
    this.#ids.set(schema, known);
    return known;
  }
}

/** Keywords of which an object can break several, each by itself. */
const ofObjects = new Set(["required", "dependentRequired", "additionalProperties", "unevaluatedProperties"]);

/** Faults that only say that a condition does not hold, or of what is inside of one. */
function isOfCondition({ keyword, schemaPath }: Fault): boolean {
  return keyword === "if" || /\/(if|not|contains|propertyNames)\//.test(schemaPath);
}

/** A wrong item may also be the one that a list must contain; that it is missing is no second fault. */
function isFollowUp({ keyword, instancePath }: Fault, all: readonly Fault[]): boolean {
  return keyword === "contains" && all.some((other) => other.instancePath.startsWith(`${instancePath}/`));
}

function brokenBy(judge: SchemaJudge, { keyword, params }: Fault, { node, value }: Meeting): string[] {
  const { schema, pointer } = node;
  const name = keyword === "contains" ? countingKeyword(schema, params, judge, value) : keyword;
  const broken = [`keyword ${pointer}/${name} violated`];
  for (const bound of knownBounds(schema)) {
    if (bound.keyword !== name) continue;
    const count = countOf(judge, schema, bound, value);
    if (count !== null && isFirstForbidden(bound, schema, count))
      broken.push(`limit ${pointer}/${name} ${bound.side} beyond`);
  }
  if (name === uniqueByKeyword) broken.push(`limit ${pointer}/${name} unique beyond`);
  return broken;
}

/** Ajv has one word for too few and too many. */
function countingKeyword(schema: JsonObject, params: JsonObject, judge: SchemaJudge, value: unknown): string {
  const max = params["maxContains"];
  const count = matching(judge, schema, value);
  if (typeof max === "number" && count > max) return "maxContains";
  return schema["minContains"] === undefined ? "contains" : "minContains";
}

function matching(judge: SchemaJudge, schema: JsonObject, value: unknown): number {
  return Array.isArray(value)
    ? value.filter((item) => judge.isValid(schema["contains"] as Schema, item)).length
    : 0;
}

/** How much of a value a bound counts; `null`: it has no say in it. */
function countOf(
  judge: SchemaJudge,
  schema: JsonObject,
  { dimension }: Bound,
  value: unknown,
): number | null {
  switch (dimension) {
    case "number":
      return typeof value === "number" ? value : null;
    case "length":
      return typeof value === "string" ? lengthOf(value) : null;
    case "items":
      return Array.isArray(value) ? value.length : null;
    case "matches":
      return Array.isArray(value) ? matching(judge, schema, value) : null;
  }
}

/** Of numbers that need not be whole, what is within 1 of a bound is taken for just below or above it. */
function isLastAllowed(bound: Bound, schema: JsonObject, count: number): boolean {
  if (!allows(bound, count)) return false;
  return bound.exclusive ? isNext(bound, schema, count) : count === bound.n;
}

function isFirstForbidden(bound: Bound, schema: JsonObject, count: number): boolean {
  if (allows(bound, count)) return false;
  return bound.exclusive ? count === bound.n : isNext(bound, schema, count);
}

function isNext({ n, dimension }: Bound, schema: JsonObject, count: number): boolean {
  const isWhole = dimension !== "number" || [schema["type"]].flat().includes("integer");
  const distance = Math.abs(count - n);
  // A fraction where a whole number belongs is wrong anyway; a number as large as these has no smaller step.
  return isWhole && Number.isInteger(count) ? distance === 1 : distance > 0 && distance <= 1;
}
