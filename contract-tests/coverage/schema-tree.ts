import { regExpOf, type SchemaJudge, schemasIn } from "../arbitraries/schema-judge.js";
import { type JsonObject, object, type Schema } from "../support/contract.js";
import { escapeToken } from "../support/pointer.js";

/** A schema at its place. A reference and what it leads to are two of them, one below the other. */
export interface SchemaNode {
  readonly schema: JsonObject;
  /** JSON pointer of this use: references are followed and leave no trace. */
  readonly pointer: string;
  /** JSON pointer of where it is written, which other uses share. */
  readonly written: string;
  readonly above: SchemaNode | null;
  /** How it is reached from the one above, in keys of schemas. */
  readonly step: readonly string[];
  /** Whether it is one of several that may hold: a branch of `anyOf` or `oneOf`. */
  readonly isBranch: boolean;
}

/** One schema meeting one part of a value. */
export interface Meeting {
  readonly node: SchemaNode;
  readonly value: unknown;
  /** JSON pointer of the part. */
  readonly place: string;
  /** The outermost choice (`anyOf`, `oneOf`) that it is inside of; `null`: none. */
  readonly choice: Meeting | null;
}

interface Child {
  readonly node: SchemaNode;
  readonly value: unknown;
  readonly place: string;
}

/** Which parts of a value are looked into, and which branches of choices. */
interface Way {
  /** @param index of an item of a list, which has so many */
  readonly takes: (place: string, index?: number, length?: number) => boolean;
  readonly onlyFitting: boolean;
}

/** Items of a long list are much alike: the first are looked into, and the last. */
const mostItems = 12;

function isOfFew(_: string, index = 0, length = 0): boolean {
  return index < mostItems || index === length - 1;
}

/** The schemas of one body or parameter, from the outside in. Those that ask for themselves end where they begin again. */
export class SchemaTree {
  readonly root: SchemaNode | null;
  readonly #judge: SchemaJudge;
  readonly #children = new Map<SchemaNode, Map<string, SchemaNode | null>>();
  readonly #nameOf: (node: SchemaNode, step: readonly string[]) => readonly string[];

  /** @param nameOf what a step is called in pointers, where the schema is not the one that is written */
  constructor(
    judge: SchemaJudge,
    schema: Schema,
    pointer: string,
    nameOf: (node: SchemaNode, step: readonly string[]) => readonly string[] = (_, step) => step,
  ) {
    this.#judge = judge;
    this.#nameOf = nameOf;
    this.root =
      typeof schema === "object"
        ? { schema, pointer, written: pointer, above: null, step: [], isBranch: false }
        : null;
  }

  /** Every schema that can have a say: not those of a condition (`if`, `not`, `contains`), which bind nobody. */
  all(): SchemaNode[] {
    const found = new Set<SchemaNode>();
    const visit = (node: SchemaNode): void => {
      if (found.has(node)) return;
      found.add(node);
      for (const child of this.#everyChild(node)) visit(child);
    };
    if (this.root) visit(this.root);
    return [...found];
  }

  /** Every meeting of a valid value with a schema; of choices with the branches that hold. */
  *meetings(value: unknown): Generator<Meeting> {
    const way = { takes: isOfFew, onlyFitting: true };
    if (this.root) yield* this.#from(this.root, value, "", null, way);
  }

  /** The meetings at some places of a value that need not be valid; of choices with all branches. */
  *meetingsAt(value: unknown, places: ReadonlySet<string>): Generator<Meeting> {
    const takes = (place: string): boolean =>
      [...places].some((wanted) => wanted === place || wanted.startsWith(`${place}/`));
    const way = { takes, onlyFitting: false };
    if (!this.root) return;
    for (const meeting of this.#from(this.root, value, "", null, way))
      if (places.has(meeting.place)) yield meeting;
  }

  *#from(
    node: SchemaNode,
    value: unknown,
    place: string,
    choice: Meeting | null,
    way: Way,
  ): Generator<Meeting> {
    const meeting: Meeting = { node, value, place, choice };
    yield meeting;
    const { schema } = node;
    const isChoice = schema["anyOf"] !== undefined || schema["oneOf"] !== undefined;
    for (const child of this.#reached(node, value, place, way)) {
      if (way.onlyFitting && child.node.isBranch && !this.#judge.isValid(child.node.schema, value)) continue;
      const inner = choice ?? (isChoice && child.node.isBranch ? meeting : null);
      yield* this.#from(child.node, child.value, child.place, inner, way);
    }
  }

  /** The schemas below that a value leads to, each with the part it speaks of. */
  *#reached(node: SchemaNode, value: unknown, place: string, way: Way): Generator<Child> {
    const { schema } = node;
    for (const child of this.#besides(node, value)) yield { node: child, value, place };
    if (Array.isArray(value)) {
      const prefix = schemasIn(schema["prefixItems"]);
      for (const [index, item] of value.entries()) {
        if (!way.takes(`${place}/${index}`, index, value.length)) continue;
        const child =
          index < prefix.length
            ? this.#child(node, ["prefixItems", String(index)], prefix[index])
            : this.#child(node, ["items"], schema["items"] as Schema | undefined);
        if (child) yield { node: child, value: item, place: `${place}/${index}` };
      }
    } else if (typeof value === "object" && value !== null) {
      for (const [name, part] of Object.entries(value)) {
        const inner = `${place}/${escapeToken(name)}`;
        if (!way.takes(inner)) continue;
        for (const child of this.#named(node, name)) yield { node: child, value: part, place: inner };
      }
    }
  }

  /** Schemas that speak of the same value. */
  #besides(node: SchemaNode, value: unknown): SchemaNode[] {
    const { schema } = node;
    const { if: condition } = schema as Record<string, Schema>;
    const held = condition !== undefined && this.#judge.isValid(condition, value);
    const conditional = condition === undefined ? [] : [held ? "then" : "else"];
    const dependent = Object.keys(object(schema["dependentSchemas"])).filter((name) =>
      Object.hasOwn(object(value), name),
    );
    return [
      ...this.#listed(node),
      ...conditional.map((key) => this.#child(node, [key], schema[key] as Schema | undefined)),
      ...dependent.map((name) =>
        this.#child(node, ["dependentSchemas", name], object(schema["dependentSchemas"])[name] as Schema),
      ),
    ].filter((child) => child !== null);
  }

  /** What a reference leads to, and the members of `allOf`, `anyOf` and `oneOf`. */
  #listed(node: SchemaNode): (SchemaNode | null)[] {
    const { $ref } = node.schema;
    return [
      ...(typeof $ref === "string" ? [this.#child(node, ["$ref"], this.#judge.follow($ref))] : []),
      ...["allOf", "anyOf", "oneOf"].flatMap((key) =>
        schemasIn(node.schema[key]).map((child, index) => this.#child(node, [key, String(index)], child)),
      ),
    ];
  }

  #named(node: SchemaNode, name: string): SchemaNode[] {
    const { properties, patternProperties, additionalProperties } = node.schema;
    const own = Object.hasOwn(object(properties), name)
      ? [this.#child(node, ["properties", name], object(properties)[name] as Schema)]
      : [];
    const fitting = Object.entries(object(patternProperties))
      .filter(([pattern]) => regExpOf(pattern).test(name))
      .map(([pattern, schema]) => this.#child(node, ["patternProperties", pattern], schema as Schema));
    const found = [...own, ...fitting];
    const rest =
      found.length > 0 ? [] : [this.#child(node, ["additionalProperties"], additionalProperties as Schema)];
    return [...found, ...rest].filter((child) => child !== null);
  }

  #everyChild(node: SchemaNode): SchemaNode[] {
    const { schema } = node;
    const single = ["then", "else", "items", "additionalProperties"].map((key) =>
      this.#child(node, [key], schema[key] as Schema | undefined),
    );
    const mapped = ["properties", "patternProperties", "dependentSchemas"].flatMap((key) =>
      Object.entries(object(schema[key])).map(([name, child]) =>
        this.#child(node, [key, name], child as Schema),
      ),
    );
    const prefix = schemasIn(schema["prefixItems"]).map((child, index) =>
      this.#child(node, ["prefixItems", String(index)], child),
    );
    return [...this.#listed(node), ...mapped, ...prefix, ...single].filter((child) => child !== null);
  }

  #child(above: SchemaNode, step: readonly string[], schema: Schema | undefined): SchemaNode | null {
    if (typeof schema !== "object" || schema === null) return null;
    const known = this.#children.get(above) ?? new Map<string, SchemaNode | null>();
    this.#children.set(above, known);
    const key = step.join("\n");
    const found = known.get(key);
    if (found !== undefined) return found;
    const child = ancestorWith(above, schema) ?? this.#newChild(above, step, schema);
    known.set(key, child);
    return child;
  }

  #newChild(above: SchemaNode, step: readonly string[], schema: JsonObject): SchemaNode {
    const tokens = this.#nameOf(above, step)
      .map((token) => `/${escapeToken(token)}`)
      .join("");
    const { $ref } = above.schema;
    const isRef = step[0] === "$ref";
    return {
      schema,
      pointer: isRef ? above.pointer : `${above.pointer}${tokens}`,
      written: isRef ? String($ref).replace(/^[^#]*/, "") : `${above.written}${tokens}`,
      above,
      step,
      isBranch: step[0] === "anyOf" || step[0] === "oneOf",
    };
  }
}

function ancestorWith(node: SchemaNode, schema: JsonObject): SchemaNode | null {
  for (let at: SchemaNode | null = node; at !== null; at = at.above) if (at.schema === schema) return at;
  return null;
}
