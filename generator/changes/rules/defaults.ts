import { canonical } from "../schema/canonical.js";
import type { SchemaFamily, SchemaRule } from "../schema/schema-rule.js";

const rule = (
  change: string,
  sentence: string,
  before: object,
  after: object,
  not?: SchemaRule["not"],
): SchemaRule => ({
  code: `default-value-${change}`,
  request: "note",
  response: "note",
  severities: { "request-parameter": "error" },
  sentence,
  remedy: "Who leaves it out gets another result than before; keep the default.",
  before: before as never,
  after: after as never,
  ...(not ? { not } : {}),
});

const plain = { type: "string" };
const given = { type: "string", default: "a" };

/** What holds where a value is left out. */
export const defaults: SchemaFamily = {
  name: "defaults",
  title: "Defaults",
  rules: [
    rule("added", "{subject} now has the default {after}.", plain, given),
    rule("removed", "{subject} no longer has the default {before}.", given, plain),
    rule(
      "changed",
      "{subject} now has the default {after}; it was {before}.",
      given,
      { type: "string", default: "b" },
      [given, { ...given, description: "as it was" }],
    ),
  ],
  compare({ base, revision, report }) {
    const [from, to] = [base.words.get("default"), revision.words.get("default")];
    if (!from && to) report("default-value-added", { after: to.value, revision: to.pointer });
    else if (from && !to) report("default-value-removed", { before: from.value, base: from.pointer });
    else if (from && to && canonical(from.value) !== canonical(to.value))
      report("default-value-changed", {
        before: from.value,
        after: to.value,
        base: from.pointer,
        revision: to.pointer,
      });
  },
};
