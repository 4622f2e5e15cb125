import type { SchemaFamily } from "../schema/schema-rule.js";
import type { Shape } from "../schema/shape.js";

/** Whether `null` is a value too. */
export const nullability: SchemaFamily = {
  name: "nullability",
  title: "Null",
  rules: [
    {
      code: "became-nullable",
      request: "note",
      response: "error",
      sentence: "{subject} may now be null.",
      remedy: "Leave it out of the reply instead, or give a value.",
      before: { type: "string" },
      after: { type: ["string", "null"] },
    },
    {
      code: "became-not-nullable",
      request: "error",
      response: "note",
      sentence: "{subject} may no longer be null.",
      remedy: "Go on taking null, and treat it as left out.",
      before: { type: ["string", "null"] },
      after: { type: "string" },
    },
  ],
  compare({ base, revision, report }) {
    if (base.nullable === revision.nullable || !saysMore(base) || !saysMore(revision)) return;
    report(revision.nullable ? "became-nullable" : "became-not-nullable", {
      before: base.nullable,
      after: revision.nullable,
    });
  },
};

/** A schema without any demand takes null as well, and never says so. */
function saysMore({ nullable, types, values, oneOf, anyOf, properties }: Shape): boolean {
  return (
    nullable || types !== null || values !== null || oneOf !== null || anyOf !== null || properties.size > 0
  );
}
