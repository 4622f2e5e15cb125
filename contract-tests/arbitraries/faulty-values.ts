import fc from "fast-check";
import type { Schema } from "../support/contract.js";
import { type BreakingValue, breakingValues, type Means, oddName } from "./breaking-values.js";
import { NoValueError } from "./own-arbitraries.js";
import type { SchemaArbitraries } from "./schema-arbitrary.js";
import type { Fault, SchemaJudge } from "./schema-judge.js";
import { instancePath, replacedAt, type Visit, visitsOf } from "./visits.js";

/** A value with one thing wrong in it: Ajv refuses it, and for that keyword at that place alone. */
export interface FaultyValue {
  readonly value: unknown;
  readonly keyword: string;
  /** JSON pointer of what is wrong. */
  readonly pointer: string;
  readonly variant: string;
}

interface Candidate {
  readonly visit: Visit;
  readonly breaking: BreakingValue;
}

/** A fault that could not be made alone in so many values is given up. */
const mostProofs = 12;

/** Makes invalid values from valid ones, a single fault in each, and proves each fault before it is given away. */
export class FaultyValues {
  readonly #judge: SchemaJudge;
  readonly #arbitraries: SchemaArbitraries;
  readonly #means: Means;
  readonly #samples = new Map<Schema, unknown>();

  constructor(judge: SchemaJudge, arbitraries: SchemaArbitraries) {
    this.#judge = judge;
    this.#arbitraries = arbitraries;
    this.#means = { judge, arbitraries, sample: (schema) => this.#sample(schema) };
  }

  /** Faulty values of a schema; they shrink with the valid value they were made from, and keep their fault. */
  arbitrary(schema: Schema, source = this.#arbitraries.of(schema)): fc.Arbitrary<FaultyValue> {
    return new FaultyArbitrary(source, {
      visits: (value) => visitsOf(this.#judge, schema, value),
      candidates: (visit) => this.#candidatesAt(visit),
      prove: (value, candidate) => this.#proved(schema, value, candidate),
    });
  }

  /** All single faults that a valid value can be given, one for each way to break each keyword that has a say in it. */
  of(schema: Schema, value: unknown): FaultyValue[] {
    return this.#candidates(schema, value).flatMap(
      (candidate) => this.#proved(schema, value, candidate) ?? [],
    );
  }

  /** A fault for each keyword of the schema, wherever it stands, and each way to break it, found in many valid values. */
  *coverage(schema: Schema, values: Iterable<unknown>): Generator<FaultyValue> {
    const found = new Set<string>();
    const tried = new Map<string, number>();
    const ids = new Map<object, number>();
    for (const value of values)
      for (const candidate of this.#candidates(schema, value)) {
        const { visit, breaking } = candidate;
        const id = ids.get(visit.schema) ?? ids.size;
        ids.set(visit.schema, id);
        const key = `${id} ${breaking.keyword} ${breaking.variant}`;
        const tries = tried.get(key) ?? 0;
        if (found.has(key) || tries >= mostProofs) continue;
        tried.set(key, tries + 1);
        const faulty = this.#proved(schema, value, candidate);
        if (!faulty) continue;
        found.add(key);
        yield faulty;
      }
  }

  #candidates(schema: Schema, value: unknown): Candidate[] {
    return visitsOf(this.#judge, schema, value).flatMap((visit) => this.#candidatesAt(visit));
  }

  #candidatesAt(visit: Visit): Candidate[] {
    return breakingValues(visit, this.#means).map((breaking) => ({ visit, breaking }));
  }

  #proved(schema: Schema, whole: unknown, { visit, breaking }: Candidate): FaultyValue | null {
    const value = replacedAt(whole, visit.location, breaking.value);
    const pointer = instancePath(visit.location);
    const faults = this.#judge.faults(schema, value);
    if (!faults.some((fault) => isThis(fault, breaking.keyword, pointer))) return null;
    if (!isSingle(faults, breaking.keyword, pointer)) return null;
    const own = this.#judge.faults(visit.schema, breaking.value);
    if (!isSingle(own, breaking.keyword, "")) return null; // what a branch that fits reports is passed over above
    return { value, keyword: breaking.keyword, pointer, variant: breaking.variant };
  }

  #sample(schema: Schema): unknown {
    if (this.#samples.has(schema)) return this.#samples.get(schema);
    let value: unknown;
    try {
      [value] = fc.sample(this.#arbitraries.of(schema), { numRuns: 1, seed: 1 });
    } catch {
      value = undefined; // there is no such value, and so no such fault
    }
    this.#samples.set(schema, value);
    return value;
  }
}

interface Steps {
  visits(value: unknown): readonly Visit[];
  candidates(visit: Visit): readonly Candidate[];
  prove(value: unknown, candidate: Candidate): FaultyValue | null;
}

interface Origin {
  readonly value: unknown;
  readonly context: unknown;
  readonly candidate: Candidate;
}

const mostTries = 100;
const mostCandidates = 12;

class FaultyArbitrary extends fc.Arbitrary<FaultyValue> {
  readonly #source: fc.Arbitrary<unknown>;
  readonly #steps: Steps;

  constructor(source: fc.Arbitrary<unknown>, steps: Steps) {
    super();
    this.#source = source;
    this.#steps = steps;
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<FaultyValue> {
    for (let tries = 0; tries < mostTries; tries++) {
      const { value, context } = this.#source.generate(random, bias);
      const visits = this.#steps.visits(value);
      for (let index = 0; index < mostCandidates && visits.length > 0; index++) {
        const visit = visits[random.nextInt(0, visits.length - 1)] as Visit;
        const candidates = this.#steps.candidates(visit);
        if (candidates.length === 0) continue;
        const candidate = candidates[random.nextInt(0, candidates.length - 1)] as Candidate;
        const faulty = this.#steps.prove(value, candidate);
        if (faulty) return new fc.Value(faulty, { value, context, candidate } satisfies Origin);
      }
    }
    throw new NoValueError("No fault can be made in values of this schema.");
  }

  override canShrinkWithoutContext(_: unknown): _ is FaultyValue {
    return false;
  }

  override shrink(_: FaultyValue, context: unknown): fc.Stream<fc.Value<FaultyValue>> {
    const origin = context as Origin | undefined;
    if (!origin) return fc.Stream.nil();
    return this.#source
      .shrink(origin.value, origin.context)
      .map((smaller) => this.#again(smaller, origin.candidate))
      .filter((made) => made !== null) as fc.Stream<fc.Value<FaultyValue>>;
  }

  /** The same keyword of the same schema broken the same way in another value. */
  #again(
    { value, context }: fc.Value<unknown>,
    { visit, breaking }: Candidate,
  ): fc.Value<FaultyValue> | null {
    const same = this.#steps.visits(value).filter((other) => other.schema === visit.schema);
    for (const candidate of same.flatMap((other) => this.#steps.candidates(other))) {
      const isSame =
        candidate.breaking.keyword === breaking.keyword && candidate.breaking.variant === breaking.variant;
      const faulty = isSame && this.#steps.prove(value, candidate);
      if (faulty) return new fc.Value(faulty, { value, context, candidate } satisfies Origin);
    }
    return null;
  }
}

function isThis(fault: Fault, keyword: string, pointer: string): boolean {
  if (sameKeyword(fault.keyword, keyword) && fault.instancePath === pointer) return true;
  // Where a keyword's schema is broken by a property it was not named for, Ajv reports the schema's own keyword.
  return keyword.endsWith("Properties") && fault.instancePath === `${pointer}/${oddName}`;
}

/** What Ajv calls by another name, or by several. */
function sameKeyword(reported: string, keyword: string): boolean {
  const contains = ["contains", "minContains", "maxContains"];
  return reported === keyword || (contains.includes(keyword) && contains.includes(reported));
}

const choices = new Set(["oneOf", "anyOf"]);

function isWithin(pointer: string, place: string): boolean {
  return pointer === place || pointer.startsWith(`${place}/`);
}

/** Reports that only say that another part does not fit. */
const followUps = new Set(["if", "oneOf", "anyOf", "not", "contains", "propertyNames", "false schema"]);

/**
 * Whether nothing else is wrong. What branches of `oneOf` and its like report is passed over: of them all but one do
 * not fit anyway. Where a branch is a reference, its reports do not say whose they are, but the `oneOf` itself is one.
 */
function isSingle(faults: readonly Fault[], keyword: string, pointer: string): boolean {
  const chosen = faults.filter((fault) => choices.has(fault.keyword) && isWithin(pointer, fault.instancePath));
  return faults.every(
    (fault) =>
      isThis(fault, keyword, pointer) ||
      followUps.has(fault.keyword) ||
      chosen.some(({ instancePath }) => isWithin(fault.instancePath, instancePath)) ||
      /\/(oneOf|anyOf|not|contains|propertyNames)\//.test(`${fault.schemaPath}/`) ||
      fault.instancePath.startsWith(`${pointer}/`),
  );
}
