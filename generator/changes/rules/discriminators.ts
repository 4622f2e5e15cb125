import type { JsonObject } from "../../load/document-walk.js";
import { children, mapOf, textOf } from "../schema/schema-node.js";
import type { SchemaFamily, SchemaRule, ShapePair } from "../schema/schema-rule.js";

const kind = (name: string): JsonObject => ({
  type: "object",
  properties: { kind: { type: "string", const: name }, sort: { type: "string", const: name } },
  required: ["kind", "sort"],
});
const union = { oneOf: [kind("a"), kind("b")] };
const tagged = (propertyName: string, mapping?: JsonObject): JsonObject => ({
  ...union,
  discriminator: { propertyName, ...(mapping ? { mapping } : {}) },
});
const one = { first: "#/components/schemas/One" };
const note = (
  code: string,
  sentence: string,
  before: JsonObject,
  after: JsonObject,
  not?: SchemaRule["not"],
): SchemaRule => ({
  code: `discriminator-${code}`,
  request: "note",
  response: "note",
  sentence,
  before,
  after,
  ...(not ? { not } : {}),
});

/** The property that tells the alternatives of a union apart. What it means for values, the alternatives tell. */
export const discriminators: SchemaFamily = {
  name: "discriminators",
  title: "Discriminators",
  rules: [
    note("added", "{subject} now has the discriminator {after}.", union, tagged("kind")),
    note("removed", "{subject} no longer has the discriminator {before}.", tagged("kind"), union),
    note(
      "property-name-changed",
      "The alternatives of {subject:lower} are now told apart by {after}; it was {before}.",
      tagged("kind"),
      tagged("sort"),
      [tagged("kind"), { ...tagged("kind"), description: "told apart" }],
    ),
    note(
      "mapping-added",
      "The discriminator of {subject:lower} knows the new value {name}.",
      tagged("kind"),
      tagged("kind", one),
    ),
    note(
      "mapping-deleted",
      "The discriminator of {subject:lower} no longer knows the value {name}.",
      tagged("kind", one),
      tagged("kind"),
    ),
    note(
      "mapping-changed",
      "The value {name} of the discriminator of {subject:lower} now means {after}; it was {before}.",
      tagged("kind", one),
      tagged("kind", { first: "#/components/schemas/Two" }),
      [tagged("kind", one), { ...tagged("kind", one), description: "told apart" }],
    ),
  ],
  compare(pair) {
    const { base, revision, report } = pair;
    const [from, to] = [base.words.get("discriminator"), revision.words.get("discriminator")];
    if (!from && !to) return;
    const name = (node: typeof from): string | null => textOf(mapOf(node?.value)["propertyName"]);
    if (!from) return report("discriminator-added", { after: name(to) });
    if (!to) return report("discriminator-removed", { before: name(from) });
    if (name(from) !== name(to))
      report("discriminator-property-name-changed", { before: name(from), after: name(to) });
    compareMappings(pair, from.value, to.value);
  },
};

function compareMappings(pair: ShapePair, from: unknown, to: unknown): void {
  const read = (value: unknown) =>
    new Map(
      children({ value: mapOf(value)["mapping"], pointer: "" }).map(({ key, value: target }) => [
        key,
        String(target),
      ]),
    );
  const [before, after] = [read(from), read(to)];
  for (const [name, target] of before) {
    const now = after.get(name);
    if (now === undefined) pair.report("discriminator-mapping-deleted", { name });
    else if (now !== target && !isRenamed(pair, target, now))
      pair.report("discriminator-mapping-changed", { name, before: target, after: now });
  }
  for (const name of after.keys())
    if (!before.has(name)) pair.report("discriminator-mapping-added", { name });
}

/** Another name for the same schema, the old name being gone. */
function isRenamed({ same, baseShape, revisionShape }: ShapePair, target: string, now: string): boolean {
  const node = (pointer: string) => ({ value: { $ref: pointer }, pointer: "" });
  const [was, is] = [baseShape(node(target)), revisionShape(node(now))];
  const isGone = revisionShape(node(target)).name === null;
  return isGone && was.name !== null && is.name !== null && same.ofShapes(was, is);
}
