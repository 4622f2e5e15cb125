import fc from "fast-check";
import { boundaryValues } from "../arbitraries/boundary-values.js";
import { breakingValues } from "../arbitraries/breaking-values.js";
import type { Fault } from "../arbitraries/schema-judge.js";
import type { TextPlace } from "../arbitraries/string-arbitrary.js";
import { type Location, replacedAt } from "../arbitraries/visits.js";
import { array, object, type Schema } from "../support/contract.js";
import { escapeToken } from "../support/pointer.js";
import { smallerValues } from "../verify/smaller-cases.js";
import type { JoinedContract, Placed } from "./joined-contract.js";
import { plainValue } from "./plain-value.js";
import { depthBelow, placeOf, placesIn, type Step, wrapped } from "./schema-places.js";

/** Asks for a value that one schema takes and another does not, for what a finding says of them. */
export interface Question {
  /** The value must be valid by this one. */
  readonly from: Schema;
  readonly to: Schema;
  /** The two schemas as the documents write them, in which the finding's pointers are looked up. */
  readonly written: { readonly from: Placed; readonly to: Placed };
  readonly pointers: { readonly from: string | null; readonly to: string | null };
  /** Keywords by which it is to be refused; empty: any. */
  readonly keywords: readonly string[];
  /** Values that the finding or the documents name. */
  readonly hints: readonly unknown[];
  readonly examples: readonly unknown[];
  readonly place: TextPlace;
  /** What is wrong with a value by the other schema, as it is sent. */
  readonly faults: (value: unknown) => readonly Fault[];
  /** Whether it can be sent as it is. */
  readonly canBeSent: (value: unknown) => boolean;
}

export interface Difference {
  readonly value: unknown;
  /** What the other schema says of it, what the finding is about alone. */
  readonly faults: readonly Fault[];
  /** Whether something else is wrong with it as well. */
  readonly isSingle: boolean;
}

/** Values that are tried for one finding, at most, and steps by which the one that was found is made smaller. */
const mostTries = 600;
const mostSteps = 400;
const seed = 20;

interface Assessed extends Difference {
  /** 0: the keyword at the place that the finding means; the more, the farther from it. */
  readonly rank: number;
  readonly others: number;
}

/** The smallest value found, else why there is none. The same question has the same answer. */
export function differingValue(
  joined: JoinedContract,
  question: Question,
): Difference | { readonly reason: string } {
  const search = new Search(joined, question);
  const found = search.best();
  return found ? search.smaller(found) : { reason: search.reason() };
}

class Search {
  readonly #joined: JoinedContract;
  readonly #question: Question;
  readonly #path: readonly Step[];
  readonly #inner: Schema | null;
  #tries = 0;
  /** Of the values that were tried: what kept one that differs from being shown. */
  #obstacle: string | null = null;

  constructor(joined: JoinedContract, question: Question) {
    this.#joined = joined;
    this.#question = question;
    const { written, pointers } = question;
    const { follow } = joined.judge;
    const from = placeOf(placesIn(written.from, follow), pointers.from);
    const to = placeOf(placesIn(written.to, follow), pointers.to);
    // Where a property is new or gone, the other side points to what would hold it.
    const deeper = (to?.path.length ?? 0) > (from?.path.length ?? 0) ? to : (from ?? to);
    this.#path = deeper?.path ?? [];
    this.#inner = to && to.path.length === this.#path.length ? to.schema : null;
  }

  best(): Assessed | null {
    let best: Assessed | null = null;
    for (const value of this.#candidates()) {
      if (++this.#tries > mostTries) break;
      const assessed = this.#assess(value);
      if (!assessed || (best && !isBetter(assessed, best))) continue;
      best = assessed;
      if (best.rank === 0 && best.others === 0) break;
    }
    return best;
  }

  reason(): string {
    const { from, to } = this.#question;
    if (this.#obstacle !== null) return this.#obstacle;
    try {
      if (!this.#joined.arbitraries.isPossible([{ allOf: [from, { not: to }] }]))
        return "No value can be valid by the one side and not by the other.";
    } catch {
      return "The schemas can't be read as JSON Schema.";
    }
    return `None of the ${Math.min(this.#tries, mostTries)} values that were tried is valid by the one side and not by the other.`;
  }

  smaller(found: Assessed): Assessed {
    let best = found;
    let steps = 0;
    for (let again = true; again && steps < mostSteps; ) {
      again = false;
      for (const value of simplerValues(best.value)) {
        if (++steps > mostSteps) break;
        const assessed = this.#assess(value);
        if (!assessed || assessed.rank > best.rank || assessed.others > best.others) continue;
        best = assessed;
        again = true;
        break;
      }
    }
    return best;
  }

  #assess(value: unknown): Assessed | null {
    const { from, to, canBeSent, keywords } = this.#question;
    if (!this.#isValid(from, value)) return null;
    if (!canBeSent(value)) {
      if (!this.#isValid(to, value)) this.#obstacle ??= "No value that differs can be written in this style.";
      return null;
    }
    const ranked = this.#faultsOf(value).map((fault) => ({ fault, rank: this.#rank(fault, keywords) }));
    const relevant = ranked.filter(({ rank }) => rank < irrelevant).sort((a, b) => a.rank - b.rank);
    const [first] = relevant;
    if (!first) {
      if (ranked.length === 0 && !this.#isValid(to, value))
        this.#obstacle ??= "As texts, which have no type, the values that were valid are valid still.";
      return null;
    }
    const others = ranked.length - relevant.length;
    return {
      value,
      faults: relevant.map(({ fault }) => fault),
      rank: first.rank,
      others,
      isSingle: others === 0,
    };
  }

  #rank(fault: Fault, keywords: readonly string[]): number {
    const depth = depthBelow(this.#path, locationOf(fault));
    if (depth === null) return irrelevant;
    const isExpected = keywords.length === 0 || keywords.includes(fault.keyword);
    // What is wrong with some part farther down is another finding's.
    if (!isExpected) return depth === 0 ? 10 : irrelevant;
    return Math.min(depth, 9);
  }

  *#candidates(): Generator<unknown> {
    const { from, to, examples } = this.#question;
    const there = wrapped(this.#path, true);
    const { judge, faulty } = this.#joined;
    const plain = [plainValue(judge, to, this.#path), plainValue(judge, from, this.#path)];
    for (const base of plain) if (base !== undefined) yield* this.#variants(base);
    const fitting = this.#samples({ allOf: [from, to, there] }, 4);
    const bases = [
      ...fitting,
      ...examples,
      ...this.#samples({ allOf: [from, there] }, 4),
      ...this.#samples(from, 3),
    ];
    for (const base of bases) yield* this.#variants(base);
    if (this.#inner !== null)
      yield* this.#samples({ allOf: [from, wrapped(this.#path, { not: this.#inner })] }, 8);
    yield* this.#samples({ allOf: [from, { not: to }] }, 8);
    const both = [...fitting, ...this.#samples({ allOf: [from, to] }, 8)];
    for (const { value } of guarded(() => faulty.coverage(to, both))) yield value;
    for (const { value } of guarded(() => boundaryValues(judge, from, bases))) yield value;
    yield* this.#samples(from, 40);
  }

  /** The value, and others that differ in what the finding is about. */
  *#variants(base: unknown): Generator<unknown> {
    yield base;
    const location = locationIn(base, this.#path);
    if (location === null) return;
    const value = valueAt(base, location);
    const { arbitraries, judge } = this.#joined;
    const [before, last] = [location.slice(0, -1), location.at(-1)];
    if (typeof last === "string") {
      const { [last]: _, ...rest } = object(valueAt(base, before));
      yield replacedAt(base, before, rest);
    }
    for (const other of likely(value, this.#question.hints)) yield replacedAt(base, location, other);
    if (this.#inner === null) return;
    const means = { judge, arbitraries, sample: (schema: Schema) => this.#samples(schema, 1)[0] };
    const broken = guarded(() =>
      breakingValues({ schema: object(this.#inner), value, location }, means).values(),
    );
    for (const { value: other } of broken) yield replacedAt(base, location, other);
  }

  #samples(schema: Schema, count: number): unknown[] {
    const { arbitraries } = this.#joined;
    try {
      if (!arbitraries.isPossible([schema])) return [];
      const made = fc.sample(arbitraries.of(schema, this.#question.place), { numRuns: count, seed });
      return made.sort((a, b) => sizeOf(a) - sizeOf(b));
    } catch {
      return []; // there is no such value, or the schema is one that can't be compiled
    }
  }

  #faultsOf(value: unknown): readonly Fault[] {
    try {
      return this.#question.faults(value);
    } catch {
      return []; // some schemas make Ajv itself stumble over a value
    }
  }

  #isValid(schema: Schema, value: unknown): boolean {
    try {
      return this.#joined.judge.isValid(schema, value);
    } catch {
      return false; // it can't be compiled
    }
  }
}

const irrelevant = 100;

function isBetter(one: Assessed, other: Assessed): boolean {
  if (one.rank !== other.rank) return one.rank < other.rank;
  if (one.others !== other.others) return one.others < other.others;
  return sizeOf(one.value) < sizeOf(other.value);
}

/** Smaller values, and those whose texts are plainer. */
function* simplerValues(value: unknown): Generator<unknown> {
  const texts = new Set<string>();
  JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "string") texts.add(part);
    return part;
  });
  for (const text of [...texts].slice(0, 10))
    for (const plain of ["a", "A", "0"])
      if (!/^[a-zA-Z0]$/.test(text) && text !== plain)
        yield JSON.parse(
          JSON.stringify(value, (_, part: unknown) => (part === text ? plain : part)) ?? "null",
        ) as unknown;
  yield* smallerValues(value);
}

const sizeOf = (value: unknown): number => JSON.stringify(value)?.length ?? 0;

/** Where the fault is; a property that is missing, or one too many, has a place as well. */
function locationOf({ instancePath, params }: Fault): string {
  const { missingProperty, additionalProperty, unevaluatedProperty, propertyName } = params as Record<
    string,
    unknown
  >;
  const name = missingProperty ?? additionalProperty ?? unevaluatedProperty ?? propertyName;
  return name === undefined ? instancePath : `${instancePath}/${escapeToken(String(name))}`;
}

function* guarded<T>(make: () => Iterable<T>): Generator<T> {
  try {
    yield* make();
  } catch {
    // a schema that none can be made of, or that can't be compiled
  }
}

function locationIn(value: unknown, path: readonly Step[]): Location | null {
  const location: (string | number)[] = [];
  let at = value;
  for (const step of path) {
    if ("property" in step) {
      if (!Object.hasOwn(object(at), step.property)) return null;
      location.push(step.property);
    } else if ("other" in step) {
      const last = Object.keys(object(at)).at(-1);
      if (last === undefined) return null;
      location.push(last);
    } else {
      const index = step.item === "any" ? 0 : step.item;
      if (array(at).length <= index) return null;
      location.push(index);
    }
    at = valueAt(value, location);
  }
  return location;
}

function valueAt(value: unknown, location: Location): unknown {
  return location.reduce<unknown>(
    (at, token) => (typeof token === "number" ? array(at)[token] : object(at)[token]),
    value,
  );
}

/** What may stand in a value's place: what the finding names, as itself and as a length, and one value of each kind. */
function* likely(value: unknown, hints: readonly unknown[]): Generator<unknown> {
  for (const hint of hints) {
    yield hint;
    if (Array.isArray(hint)) yield* hint;
    if (typeof hint !== "number") continue;
    for (const number of [hint, hint - 1, hint + 1, hint - 0.5, hint + 0.5]) {
      yield number;
      if (!Number.isInteger(number) || number < 0) continue;
      if (number <= 100_000) yield textOfLength(value, number);
      if (Array.isArray(value) && number <= 2000)
        yield Array.from({ length: number }, (_, index) => value[index] ?? value[0] ?? null);
      if (number <= 200)
        yield {
          ...object(value),
          ...Object.fromEntries(Array.from({ length: number }, (_, index) => [`p${index}`, 0])),
        };
    }
  }
  yield* ["", "a", "text", 0, 1, -1, 1.5, 1_000_000, true, false, [], {}, null];
  if (Array.isArray(value))
    yield* [value.slice(0, -1), [...value, value[0] ?? 0], [...value, "text"], [...value, 1]];
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    yield* [
      { ...value, extra: 0 },
      { ...value, extra: "text" },
    ];
}

function textOfLength(value: unknown, length: number): string {
  const text = typeof value === "string" && value !== "" ? value : "a";
  return text.slice(0, length) + (text.at(-1) as string).repeat(Math.max(0, length - text.length));
}
