import { documentKeys } from "../../contract/extensions.js";
import { type DocumentFamily, rulesOf } from "../document/document-family.js";
import { documentOf } from "../document/fixture-documents.js";
import type { Finding } from "../rule.js";
import {
  agreedDays,
  dayOf,
  daysBetween,
  judgeDeprecation,
  judgeStability,
  stabilityRank,
} from "./lifecycle-days.js";

const { sunset, stability } = documentKeys;
const old = (day?: string) =>
  documentOf({ deprecated: true, ...(day === undefined ? {} : { [sunset]: day }) });
const level = (name: string) => documentOf({ [stability]: name });

/** Names, tags and the life of an operation that is on both sides. */
export const operations: DocumentFamily = {
  name: "operations",
  title: "Names and lifecycle of operations",
  rules: rulesOf("operations", [
    {
      id: "api-operation-id-removed",
      severity: "note",
      sentence: "{subject} no longer has the id {before}.",
      found: [documentOf(), documentOf({ operationId: "makeThing" })],
      absent: [documentOf(), documentOf({ summary: "Make a thing" })],
    },
    {
      id: "api-operation-id-added",
      severity: "note",
      sentence: "{subject} now has the id {after}.",
      found: [documentOf({ operationId: undefined }), documentOf()],
    },
    {
      id: "api-tag-removed",
      severity: "note",
      sentence: "{subject} no longer has the tag {before}.",
      found: [documentOf({ tags: ["a", "b"] }), documentOf({ tags: ["b"] })],
    },
    {
      id: "api-tag-added",
      severity: "note",
      sentence: "{subject} now has the tag {after}.",
      found: [documentOf({ tags: ["b"] }), documentOf({ tags: ["a", "b"] })],
    },
    {
      id: "endpoint-deprecated",
      severity: "note",
      sentence: "{subject} is now deprecated.",
      found: [documentOf(), old()],
    },
    {
      id: "endpoint-deprecated-with-sunset",
      severity: "note",
      sentence: "{subject} is now deprecated, until {after}.",
      found: [documentOf(), old("2099-01-01")],
    },
    {
      id: "endpoint-reactivated",
      severity: "note",
      sentence: "{subject} is no longer deprecated.",
      found: [old(), documentOf()],
    },
    {
      id: "api-deprecated-sunset-missing",
      severity: "error",
      sentence: "{subject} is now deprecated, without the day of its end.",
      remedy: `Write ${sunset} with a day that is far enough away.`,
      found: [documentOf(), old()],
    },
    {
      id: "api-deprecated-sunset-parse",
      severity: "error",
      sentence: "{subject} is now deprecated until {after}, which is no day.",
      remedy: "Write the day as 2031-12-31.",
      found: [documentOf(), old("soon")],
    },
    {
      id: "api-sunset-date-too-small",
      severity: "error",
      sentence: "{subject} is now deprecated until {after}, which is too soon.",
      remedy: "Give callers the time that was agreed.",
      found: [documentOf(), old("2020-01-01")],
      absent: [documentOf(), old("2099-01-01")],
    },
    {
      id: "sunset-deleted",
      severity: "error",
      sentence: "{subject} no longer says the day of its end; it was {before}.",
      remedy: "Keep the day that was announced.",
      found: [old("2099-01-01"), old()],
    },
    {
      id: "api-sunset-date-changed-too-small",
      severity: "error",
      sentence: "{subject} now ends on {after}; {before} was announced.",
      remedy: "Keep the day that was announced, or a later one.",
      found: [old("2099-01-01"), old("2021-01-01")],
    },
    {
      id: "api-invalid-stability-level",
      severity: "error",
      sentence: "{subject} has a stability that there is not: {name}.",
      remedy: "Write draft, alpha, beta or stable.",
      found: [documentOf(), level("rock-solid")],
      absent: [documentOf(), level("beta")],
    },
    {
      id: "api-stability-decreased",
      severity: "error",
      sentence: "{subject} is now {after}; it was {before}.",
      remedy: "Don't take back that it is settled.",
      found: [level("stable"), level("beta")],
    },
    {
      id: "api-stability-increased",
      severity: "note",
      sentence: "{subject} is now {after}; it was {before}.",
      found: [level("beta"), level("stable")],
    },
  ]),
  *find({ all, base, revision, policy }) {
    for (const { base: from, revision: to } of all) {
      const finding = (id: string, more: Partial<Finding> = {}): Finding => ({
        base: from.node.pointer,
        revision: to.node.pointer,
        subject: from.shown,
        operation: from.title,
        ...more,
        id,
      });
      const [before, after] = [from.value["operationId"], to.value["operationId"]];
      if (before !== after) {
        if (before !== undefined) yield finding("api-operation-id-removed", { before, after });
        else yield finding("api-operation-id-added", { after });
      }
      const [tags, newTags] = [base.tagsOf(from), revision.tagsOf(to)];
      for (const tag of tags) if (!newTags.includes(tag)) yield finding("api-tag-removed", { before: tag });
      for (const tag of newTags) if (!tags.includes(tag)) yield finding("api-tag-added", { after: tag });
      yield* lifecycle(from.value, to.value, policy, finding);
    }
  },
};

type Found = (id: string, more?: Partial<Finding>) => Finding;

const operationIds: Readonly<Record<string, string>> = {
  reactivated: "endpoint-reactivated",
  deprecated: "endpoint-deprecated",
  "deprecated-with-sunset": "endpoint-deprecated-with-sunset",
  "deprecated-sunset-missing": "api-deprecated-sunset-missing",
  "deprecated-sunset-parse": "api-deprecated-sunset-parse",
  "sunset-date-too-small": "api-sunset-date-too-small",
};

function* lifecycle(
  from: Record<string, unknown>,
  to: Record<string, unknown>,
  policy: Parameters<typeof judgeDeprecation>[2],
  finding: Found,
): Iterable<Finding> {
  const read = (value: Record<string, unknown>) => ({
    deprecated: value["deprecated"] === true,
    sunset: value[sunset],
    stability: value[stability],
  });
  const [before, after] = [read(from), read(to)];
  const wrong = [before.stability, after.stability].find((name) => stabilityRank(name) === null);
  if (wrong !== undefined) yield finding("api-invalid-stability-level", { name: String(wrong) });
  for (const { code, ...fact } of judgeStability(before.stability, after.stability))
    yield finding(`api-${code}`, fact);
  for (const { code, ...fact } of judgeDeprecation(before, after, policy, "deprecated-sunset-parse")) {
    yield finding(operationIds[code] as string, fact);
  }
  if (!before.deprecated || !after.deprecated) return;
  yield* sunsetChange(
    before.sunset,
    after.sunset,
    agreedDays(after.stability, policy),
    policy.today,
    finding,
    {
      deleted: "sunset-deleted",
      invalid: "api-path-sunset-parse",
      tooSmall: "api-sunset-date-changed-too-small",
    },
  );
}

/** The announced day of an end was moved: never to before what was agreed, nor to what is no day. */
export function* sunsetChange(
  before: unknown,
  after: unknown,
  agreed: number,
  today: string,
  finding: Found,
  ids: { readonly deleted: string; readonly invalid: string; readonly tooSmall: string },
): Iterable<Finding> {
  if (before === undefined || before === after) return;
  if (after === undefined) {
    yield finding(ids.deleted, { before });
    return;
  }
  const [from, to] = [dayOf(before), dayOf(after)];
  if (from === null || to === null) {
    yield finding(ids.invalid, { before: from === null ? before : after });
    return;
  }
  if (to < from && daysBetween(today, to) < Math.max(agreed, daysBetween(today, from) > 0 ? 1 : 0))
    yield finding(ids.tooSmall, { before: from, after: to });
}
