import { escapeInvisible } from "../../render/plain-text.js";
import type { Severity } from "../change.js";
import type { Rule } from "../rule.js";
import { evidenceLines } from "./evidence-words.js";
import { inReview, type Reported, type ReportedChange, type ReportedPlace, type Sides } from "./reported.js";
import { compileNotes } from "./words.js";

type DescribedRule = Pick<Rule, "family" | "severity" | "direction" | "sentence" | "remedy">;

const levels: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", note: "note" };

/**
 * A SARIF 2.1.0 log: a result a change, at its place in the revision, with that of the base related to it; approved
 * changes are suppressed; a changed line above does not make a result another (its fingerprint is ours).
 *
 * @param ruleOf a rule by its id
 * @param version of Specwright
 */
export function toSarif(
  { changes, problems, verdict }: Reported,
  sides: Sides,
  {
    ruleOf,
    version,
  }: { readonly ruleOf: (id: string) => DescribedRule | undefined; readonly version: string },
): string {
  const ids = [...new Set(changes.map(({ id }) => id))].sort();
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Specwright",
            semanticVersion: version,
            rules: ids.map((id) => describeRule(id, ruleOf(id))),
          },
        },
        columnKind: "utf16CodeUnits",
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: (["base", "revision"] as const).flatMap((side) =>
              problems[side].map(({ rule, message, remedy, file, line, column }) => ({
                level: "warning",
                descriptor: { id: rule },
                message: { text: `Not judged in the ${side}: ${message} ${remedy}` },
                ...(file !== null && {
                  locations: [{ physicalLocation: physical(sides[`${side}Folder`], { file, line, column }) }],
                }),
              })),
            ),
          },
        ],
        results: changes.map((change) => result(change, ids.indexOf(change.id), sides)),
        properties: { base: sides.base, revision: sides.revision, verdict },
      },
    ],
  };
  return `${escapeInvisible(JSON.stringify(log, null, 2))}\n`;
}

function describeRule(id: string, rule: DescribedRule | undefined) {
  if (!rule) return { id };
  const sentence = rule.sentence.replace(/\{(\w+)\}/g, "<$1>");
  return {
    id,
    shortDescription: { text: sentence },
    help: { text: rule.remedy },
    defaultConfiguration: { level: levels[rule.severity] },
    properties: { tags: [rule.family], direction: rule.direction },
  };
}

function result(change: ReportedChange, ruleIndex: number, sides: Sides) {
  const { id, severity, message, remedy, fingerprint, review, places, approval } = change;
  const { before, after, operations, direction, family, pointers } = change;
  return {
    ruleId: id,
    ruleIndex,
    level: levels[severity],
    message: {
      text: [message, ...compileNotes(change), ...evidenceLines(change.evidence), remedy].join("\n"),
    },
    locations: [location(sides.revisionFolder, review)],
    ...(places.base && {
      relatedLocations: [
        { id: 1, message: { text: "As it is in the base." }, ...location(sides.baseFolder, places.base) },
      ],
    }),
    partialFingerprints: { "specwright/v1": fingerprint },
    ...(approval && {
      suppressions: [
        {
          kind: "external",
          status: "accepted",
          justification: `${approval.author}, until ${approval.expires}: ${approval.reason}`,
        },
      ],
    }),
    properties: { family, direction, operations, pointers, before, after, metBy: change.metBy },
  };
}

function location(folder: string, place: ReportedPlace) {
  return {
    physicalLocation: physical(folder, place),
    logicalLocations: [{ fullyQualifiedName: place.pointer }],
  };
}

function physical(folder: string, place: { file: string; line: number | null; column: number | null }) {
  const { file, line, column } = place;
  const uri = inReview(folder, file).split("/").map(encodeURIComponent).join("/");
  return {
    artifactLocation: { uri },
    ...(line !== null && { region: { startLine: line, ...(column !== null && { startColumn: column }) } }),
  };
}
