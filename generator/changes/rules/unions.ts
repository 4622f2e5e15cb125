import type { JsonObject } from "../../load/document-walk.js";
import { mapOf, type SchemaNode } from "../schema/schema-node.js";
import type { SchemaFamily, SchemaRule, ShapePair } from "../schema/schema-rule.js";
import { isAnnotationOnly, type Shape } from "../schema/shape.js";

const kind = (name: string): JsonObject => ({
  type: "object",
  properties: { kind: { type: "string", const: name }, [name]: { type: "string" } },
  required: ["kind"],
});
const [a, b, c] = [kind("a"), kind("b"), kind("c")];

function unionRules(key: "oneOf" | "anyOf", code: string, response: "error" | "warning"): SchemaRule[] {
  return [
    {
      code: `${code}-added`,
      request: "note",
      response,
      sentence: "{subject} has the new alternative {name}.",
      remedy: "Callers meet a shape they don't know; offer it under a name of its own.",
      before: { [key]: [a, b] },
      after: { [key]: [b, a, c] },
    },
    {
      code: `${code}-removed`,
      request: "error",
      response: "note",
      sentence: "{subject} no longer has the alternative {name}.",
      remedy: "Go on taking it; deprecate it first.",
      before: { [key]: [a, b, c] },
      after: { [key]: [b, a] },
    },
    {
      code: `${code}-set`,
      request: "error",
      response: "note",
      sentence: `{subject} must now meet one of several schemas (\`${key}\`).`,
      remedy: "Go on taking what was valid before.",
      before: { type: "object" },
      after: { type: "object", [key]: [a, b] },
    },
    {
      code: `${code}-unset`,
      request: "note",
      response: "error",
      sentence: `{subject} need no longer meet one of several schemas (\`${key}\`).`,
      remedy: "Callers rely on their shapes; keep to them in replies.",
      before: { type: "object", [key]: [a, b] },
      after: { type: "object" },
    },
  ];
}

/** Alternatives and parts: `oneOf`, `anyOf`, `allOf`. */
export const unions: SchemaFamily = {
  name: "unions",
  title: "oneOf, anyOf and allOf",
  acrossTypes: true,
  rules: [
    ...unionRules("oneOf", "one-of", "error"),
    ...unionRules("anyOf", "any-of", "warning"),
    {
      code: "wrapped-in-one-of",
      request: "error",
      response: "error",
      sentence: "{subject} was one object and is now one of several (`oneOf`).",
      remedy:
        "What met the old schema may now meet two, or none; and its type becomes a union. Keep the object, with optional properties.",
      before: a,
      after: { oneOf: [a, b] },
      not: [{ oneOf: [a, b] }, { oneOf: [a, b], description: "either" }],
    },
    {
      code: "all-of-added",
      request: "error",
      response: "note",
      sentence: "{subject} must now meet {name} as well (`allOf`).",
      remedy: "Go on taking what was valid before.",
      before: { allOf: [a, { type: "object", required: ["a"] }] },
      after: { allOf: [a, { type: "object", required: ["a"] }, { type: "object", minProperties: 1 }] },
    },
    {
      code: "all-of-removed",
      request: "warning",
      response: "note",
      sentence: "{subject} need no longer meet {name} (`allOf`).",
      remedy: "Make sure that nothing that was part of it is missed.",
      before: { allOf: [a, { type: "object", required: ["a"] }, { type: "object", minProperties: 1 }] },
      after: { allOf: [a, { type: "object", required: ["a"] }] },
    },
    {
      code: "all-of-added-annotation-only",
      request: "note",
      response: "note",
      sentence: "{subject} has a new part that says nothing about values (`allOf`).",
      before: a,
      after: { ...a, allOf: [{ title: "remark" }] },
    },
    {
      code: "all-of-removed-annotation-only",
      request: "note",
      response: "note",
      sentence: "{subject} has lost a part that said nothing about values (`allOf`).",
      before: { ...a, allOf: [{ title: "remark" }] },
      after: a,
    },
  ],
  compare(pair) {
    compareUnion(pair, "oneOf", "one-of");
    compareUnion(pair, "anyOf", "any-of");
    compareParts(pair);
  },
};

/** Whether one side is a union and the other one of its members: then the members tell everything. */
export function isAlternative({ base, revision, same, baseShape, revisionShape }: ShapePair): boolean {
  for (const key of ["oneOf", "anyOf"] as const) {
    const [from, to] = alternatives(base, revision, key);
    if ((from && !base[key]) || (to && !revision[key])) return true;
    if (!from && to?.some((member) => same.ofShapes(base, revisionShape(member)))) return true;
    if (from && !to && from.some((member) => same.ofShapes(baseShape(member), revision))) return true;
    if (!from && to && isWrapped(base, revision)) return true;
  }
  return false;
}

/** The alternatives of both sides; a single one counts where the other side has several. */
function alternatives(
  base: Shape,
  revision: Shape,
  key: "oneOf" | "anyOf",
): [from: readonly SchemaNode[] | null, to: readonly SchemaNode[] | null] {
  const only = ({ only: one }: Shape): readonly SchemaNode[] | null =>
    one?.key === key ? [one.member] : null;
  return [
    base[key] ?? (revision[key] ? only(base) : null),
    revision[key] ?? (base[key] ? only(revision) : null),
  ];
}

/** An object that became a union and has no properties beside it. */
const isWrapped = (base: Shape, revision: Shape): boolean =>
  base.properties.size > 0 &&
  revision.properties.size === 0 &&
  !base.oneOf &&
  !base.anyOf &&
  revision.oneOf !== null;

function compareUnion(pair: ShapePair, key: "oneOf" | "anyOf", code: string): void {
  const { base, revision, report, same, baseShape, revisionShape } = pair;
  const [from, to] = alternatives(base, revision, key);
  const title = (node: SchemaNode, shape: Shape): string =>
    shape.name ?? String(mapOf(node.value)["title"] ?? `of type ${shape.types?.join(" or ") ?? "any"}`);
  const added = (node: SchemaNode): void =>
    report(`${code}-added`, { name: title(node, revisionShape(node)), revision: node.pointer });
  const removed = (node: SchemaNode): void =>
    report(`${code}-removed`, { name: title(node, baseShape(node)), base: node.pointer });
  if (from && to) {
    const match = matchMembers(pair, from, to);
    for (const [was, is] of match.pairs) pair.descend(`(${title(was, baseShape(was))})`, was, is);
    match.removed.forEach(removed);
    match.added.forEach(added);
  } else if (to) {
    const own = to.find((member) => same.ofShapes(base, revisionShape(member)));
    if (key === "oneOf" && isWrapped(base, revision)) report("wrapped-in-one-of");
    else if (own) for (const member of to) if (member !== own) added(member);
    if (!own && !isWrapped(base, revision) && !revision[key === "oneOf" ? "anyOf" : "oneOf"])
      report(`${code}-set`);
  } else if (from) {
    const own = from.find((member) => same.ofShapes(baseShape(member), revision));
    if (own) {
      for (const member of from) if (member !== own) removed(member);
    } else if (!base[key === "oneOf" ? "anyOf" : "oneOf"]) report(`${code}-unset`);
  }
}

interface Match {
  readonly pairs: readonly (readonly [SchemaNode, SchemaNode])[];
  readonly removed: readonly SchemaNode[];
  readonly added: readonly SchemaNode[];
}

/** Which member became which: the same one, else the one of the same name or tag, else what is left on its own. */
function matchMembers(
  { same, baseShape, revisionShape }: ShapePair,
  from: readonly SchemaNode[],
  to: readonly SchemaNode[],
): Match {
  const removed = [...from];
  const added = [...to];
  const pairs: (readonly [SchemaNode, SchemaNode])[] = [];
  const pairBy = (fits: (was: SchemaNode, is: SchemaNode) => boolean): void => {
    for (const was of [...removed]) {
      const index = added.findIndex((is) => fits(was, is));
      if (index < 0) continue;
      pairs.push([was, added[index] as SchemaNode]);
      added.splice(index, 1);
      removed.splice(removed.indexOf(was), 1);
    }
  };
  const nameOf = (shape: Shape): string | null => shape.name;
  pairBy(
    (was, is) => nameOf(baseShape(was)) !== null && nameOf(baseShape(was)) === nameOf(revisionShape(is)),
  );
  pairBy((was, is) => same.of(was, is));
  pairBy((was, is) => {
    const [left, right] = [tagOf(baseShape(was), baseShape), tagOf(revisionShape(is), revisionShape)];
    return left !== null && left === right;
  });
  const itemsOf = (shape: Shape, shapeOf: (node: SchemaNode) => Shape): string | null => {
    const items = shape.words.get("items");
    return items ? shapeOf(items).name : null;
  };
  pairBy((was, is) => {
    const name = itemsOf(baseShape(was), baseShape);
    return name !== null && name === itemsOf(revisionShape(is), revisionShape);
  });
  const titleOf = (node: SchemaNode): unknown => mapOf(node.value)["title"];
  pairBy((was, is) => titleOf(was) !== undefined && titleOf(was) === titleOf(is));
  const isInline = (shape: Shape): boolean => shape.name === null;
  if (removed.length === 1 && added.length === 1) {
    pairBy((was, is) => isInline(baseShape(was)) && isInline(revisionShape(is)));
  } else {
    pairBy((was, is) => {
      const [left, right] = [baseShape(was), revisionShape(is)];
      const shared = [...left.properties.keys()].filter((name) => right.properties.has(name));
      return (
        isInline(left) &&
        isInline(right) &&
        shared.length * 2 > Math.max(left.properties.size, right.properties.size)
      );
    });
  }
  return { pairs, removed, added };
}

/** The one value that tells a member from the others, such as `type: "video"`. */
function tagOf(shape: Shape, shapeOf: (node: SchemaNode) => Shape): string | null {
  for (const [name, property] of shape.properties) {
    if (!shape.required.has(name)) continue;
    const { values } = shapeOf(property);
    if (values?.length === 1) return `${name}=${JSON.stringify(values[0])}`;
  }
  return null;
}

function compareParts(pair: ShapePair): void {
  const { base, revision, report, same, baseShape, revisionShape } = pair;
  if (base.allOf.length === 0 && revision.allOf.length === 0) return;
  const isRemark = ({ value }: SchemaNode): boolean => isAnnotationOnly(value);
  const parts = (shape: Shape): SchemaNode[] => shape.allOf.filter((part) => !isRemark(part));
  const remarks = (shape: Shape): number => shape.allOf.filter(isRemark).length;
  if (remarks(revision) > remarks(base)) report("all-of-added-annotation-only");
  if (remarks(revision) < remarks(base)) report("all-of-removed-annotation-only");
  const [removed, added] = [parts(base), parts(revision)];
  const take = (fits: (was: SchemaNode, is: SchemaNode) => boolean): void => {
    for (const was of [...removed]) {
      const index = added.findIndex((is) => fits(was, is));
      if (index < 0) continue;
      added.splice(index, 1);
      removed.splice(removed.indexOf(was), 1);
    }
  };
  take((was, is) => baseShape(was).name !== null && baseShape(was).name === revisionShape(is).name);
  take((was, is) => same.of(was, is));
  take((was, is) => baseShape(was).name === null && revisionShape(is).name === null); // changed in place: told below
  // A single part is the whole, and so is one that is the same as the whole of the other side.
  const isWhole = (part: Shape, whole: Shape): boolean =>
    (part.name !== null && part.name === whole.name) || same.ofShapes(whole, part);
  drop(added, (is) => parts(base).length === 0 && isWhole(revisionShape(is), base));
  drop(removed, (was) => parts(revision).length === 0 && isWhole(baseShape(was), revision));
  // What was merely arranged otherwise is no change.
  const rearranged = removed.length > 0 || added.length > 0 ? same.ofShapes(base, revision) : true;
  const bothSides =
    parts(base).length > 0 && parts(revision).length > 0 && (removed.length === 0 || added.length === 0);
  if (rearranged && !bothSides) return;
  const name = (node: SchemaNode, shape: Shape): string =>
    shape.name ?? String(mapOf(node.value)["title"] ?? "another schema");
  for (const part of removed)
    report("all-of-removed", { name: name(part, baseShape(part)), base: part.pointer });
  for (const part of added)
    report("all-of-added", { name: name(part, revisionShape(part)), revision: part.pointer });
}

function drop<T>(list: T[], fits: (one: T) => boolean): void {
  const index = list.findIndex(fits);
  if (index >= 0) list.splice(index, 1);
}
