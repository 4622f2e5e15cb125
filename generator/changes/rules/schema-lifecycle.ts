import { schemaKeys } from "../../contract/extensions.js";
import type { PlaceKind, SchemaFamily, SchemaRule } from "../schema/schema-rule.js";
import { judgeDeprecation, judgeStability } from "./lifecycle-days.js";

const text = { type: "string" };
const old = { ...text, deprecated: true };
const until = (day: string) => ({ ...old, [schemaKeys.sunset]: day });
const stable = (level: string) => ({ ...text, [schemaKeys.stability]: level });
/** A parameter has its own rules, and so have an operation and a body as a whole. */
const propertiesOnly: Partial<Record<PlaceKind, null>> = {
  "request-body": null,
  "request-parameter": null,
  "response-body": null,
  "response-header": null,
};
const rule = (
  code: string,
  severity: "error" | "note",
  sentence: string,
  rest: Partial<SchemaRule>,
): SchemaRule => ({
  code,
  request: severity,
  response: severity,
  sentence,
  before: text,
  after: old,
  ids: propertiesOnly,
  ...rest,
});

/** Deprecated properties, the day of their end, and how settled they are. */
export const schemaLifecycle: SchemaFamily = {
  name: "schema-lifecycle",
  title: "Lifecycle of properties",
  rules: [
    rule("deprecated", "note", "{subject} is now deprecated.", {}),
    rule("deprecated-with-sunset", "note", "{subject} is now deprecated, until {after}.", {
      after: until("2099-01-01"),
    }),
    rule("reactivated", "note", "{subject} is no longer deprecated.", { before: old, after: text }),
    rule("deprecated-sunset-missing", "error", "{subject} is now deprecated, without the day of its end.", {
      remedy: `Write ${schemaKeys.sunset} with a day that is far enough away.`,
      not: [text, until("2099-01-01")],
    }),
    rule(
      "deprecated-sunset-invalid",
      "error",
      "{subject} is now deprecated until {after}, which is no day.",
      {
        remedy: "Write the day as 2031-12-31.",
        after: until("soon"),
      },
    ),
    rule("sunset-date-too-small", "error", "{subject} is now deprecated until {after}, which is too soon.", {
      remedy: "Give callers the time that was agreed.",
      after: until("2020-01-01"),
      not: [text, until("2099-01-01")],
    }),
    rule("stability-decreased", "error", "{subject} is now {after}; it was {before}.", {
      remedy: "Don't take back that it is settled.",
      before: stable("stable"),
      after: stable("beta"),
    }),
    rule("stability-increased", "note", "{subject} is now {after}; it was {before}.", {
      before: stable("beta"),
      after: stable("stable"),
    }),
  ],
  compare({ base, revision, policy, report }) {
    const read = (shape: typeof base) => ({
      deprecated: shape.words.get("deprecated")?.value === true,
      sunset: shape.words.get(schemaKeys.sunset)?.value,
      stability: shape.words.get(schemaKeys.stability)?.value,
    });
    const [before, after] = [read(base), read(revision)];
    for (const { code, ...fact } of judgeDeprecation(before, after, policy, "sunset-invalid"))
      report(code === "sunset-invalid" ? "deprecated-sunset-invalid" : code, fact);
    for (const { code, ...fact } of judgeStability(before.stability, after.stability)) report(code, fact);
  },
};
