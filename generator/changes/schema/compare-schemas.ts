import { schemaFamilies } from "../rules/schema-families.js";
import { isAlternative, unions } from "../rules/unions.js";
import { areDisjoint, typesOf } from "./implied-types.js";
import type { SameShape } from "./same-shape.js";
import type { SchemaNode } from "./schema-node.js";
import type { Fact, Policy, ShapePair } from "./schema-rule.js";
import type { Shape, ShapeReader } from "./shape.js";
import type { Untouched } from "./untouched.js";

/** Two shapes, what differs in themselves, and the pairs inside them. */
export interface Comparison {
  readonly base: Shape;
  readonly revision: Shape;
  readonly facts: readonly Fact[];
  readonly steps: readonly Step[];
  /** Whether something differs here or anywhere inside. */
  differs: boolean;
}

export interface Step {
  readonly segment: string;
  readonly readOnly: boolean;
  readonly writeOnly: boolean;
  readonly to: Comparison;
}

/** Compares pairs of schemas, each pair once, however often and from wherever it is reached. */
export class SchemaComparer {
  readonly #known = new Map<Shape, Map<Shape, Comparison>>();
  readonly #base: ShapeReader;
  readonly #revision: ShapeReader;
  readonly #same: SameShape;
  readonly #untouched: Untouched;
  readonly #policy: Policy;

  constructor(
    base: ShapeReader,
    revision: ShapeReader,
    same: SameShape,
    untouched: Untouched,
    policy: Policy,
  ) {
    this.#base = base;
    this.#revision = revision;
    this.#same = same;
    this.#untouched = untouched;
    this.#policy = policy;
  }

  compare(base: SchemaNode, revision: SchemaNode): Comparison {
    const pending: (() => void)[] = [];
    const made: Comparison[] = [];
    const root = this.#pair(base, revision, pending, made);
    for (let work = pending.pop(); work; work = pending.pop()) work();
    spread(made);
    return root;
  }

  /** The comparison of a pair; its work is put off, so that deep schemas don't need a deep stack. */
  #pair(base: SchemaNode, revision: SchemaNode, pending: (() => void)[], made: Comparison[]): Comparison {
    const [left, right] = [this.#base.shapeOf(base), this.#revision.shapeOf(revision)];
    const row = this.#known.get(left) ?? new Map<Shape, Comparison>();
    this.#known.set(left, row);
    const known = row.get(right);
    if (known) return known;
    const facts: Fact[] = [];
    const steps: Step[] = [];
    const comparison: Comparison = { base: left, revision: right, facts, steps, differs: false };
    row.set(right, comparison);
    if (this.#untouched.is(base, revision)) return comparison;
    made.push(comparison);
    pending.push(() => {
      const pair: ShapePair = {
        base: left,
        revision: right,
        policy: this.#policy,
        same: this.#same,
        baseShape: (node) => this.#base.shapeOf(node),
        revisionShape: (node) => this.#revision.shapeOf(node),
        report: (code, fact = {}) =>
          facts.push({ base: left.pointer, revision: right.pointer, ...fact, code }),
        descend: (segment, from, to) => {
          const next = this.#pair(from, to, pending, made);
          const has = (word: string): boolean =>
            next.base.words.get(word)?.value === true && next.revision.words.get(word)?.value === true;
          steps.push({ segment, readOnly: has("readOnly"), writeOnly: has("writeOnly"), to: next });
        },
      };
      if (isAlternative(pair)) return unions.compare(pair);
      const disjoint = areDisjoint(typesOf(left, this.#base), typesOf(right, this.#revision));
      for (const family of schemaFamilies) if (!disjoint || family.acrossTypes) family.compare(pair);
    });
    return comparison;
  }
}

/** Marks every comparison from which one with facts can be reached. */
function spread(made: readonly Comparison[]): void {
  const parents = new Map<Comparison, Comparison[]>();
  for (const comparison of made)
    for (const { to } of comparison.steps) {
      const known = parents.get(to);
      if (known) known.push(comparison);
      else parents.set(to, [comparison]);
    }
  const pending = made.filter(({ facts, steps }) => facts.length > 0 || steps.some(({ to }) => to.differs));
  for (const comparison of pending) comparison.differs = true;
  for (let at = pending.pop(); at; at = pending.pop()) {
    for (const parent of parents.get(at) ?? []) {
      if (parent.differs) continue;
      parent.differs = true;
      pending.push(parent);
    }
  }
}
