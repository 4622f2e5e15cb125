import { createHash } from "node:crypto";
import { isObject, isSameValue, type JsonObject } from "../load/document-walk.js";
import type { Change } from "./change.js";
import type { Context } from "./document/context.js";
import { ContractReading, type OperationReading } from "./document/contract-reading.js";
import { pairOperations } from "./document/pair-operations.js";
import { fillSentence } from "./fill-sentence.js";
import type { Finding } from "./rule.js";
import { documentFamilies, rulesById } from "./rules/index.js";
import { versionFindings } from "./rules/versions.js";
import { canonical } from "./schema/canonical.js";
import { SchemaComparer } from "./schema/compare-schemas.js";
import { SameShape } from "./schema/same-shape.js";
import { schemaFindings } from "./schema/schema-findings.js";
import type { Policy } from "./schema/schema-rule.js";
import { Untouched } from "./schema/untouched.js";

/** A document to compare: bundled, and in the words of OpenAPI 3.1. */
export type ComparedDocument = JsonObject;

/**
 * Everything that changed between two contracts, errors first, each change once however many operations it reaches.
 * Total: what a document leaves out or has wrong is not judged, the rest is.
 *
 * @param isReadable whether both sides could be read at these places; a change that depends on others is left out
 */
export function compareContracts(
  baseDocument: ComparedDocument,
  revisionDocument: ComparedDocument,
  policy: Policy,
  isReadable: (pointers: Change["pointers"]) => boolean = () => true,
): readonly Change[] {
  const base = new ContractReading(baseDocument);
  const revision = new ContractReading(revisionDocument);
  const same = new SameShape(base.shapes, revision.shapes);
  const untouched = new Untouched(baseDocument, revisionDocument);
  const comparer = new SchemaComparer(base.shapes, revision.shapes, same, untouched, policy);
  const paired = pairOperations(base, revision);
  const inherits = inheritsAlike(baseDocument, revisionDocument);
  const pairing = {
    ...paired,
    pairs: paired.pairs.filter(
      (pair) =>
        !inherits ||
        pair.base.path !== pair.revision.path ||
        !untouched.is(pair.base.pathItem, pair.revision.pathItem),
    ),
  };
  const context: Context = {
    ...pairing,
    base,
    revision,
    all: [...pairing.pairs, ...deliveries(base, revision, pairing.pairs)],
    policy,
    same,
    schemas: (place) => (untouched.is(place.base, place.revision) ? [] : schemaFindings(comparer, place)),
  };
  const changes = new Map<string, Change & { readonly operations: string[] }>();
  for (const family of documentFamilies)
    for (const finding of family.find(context)) {
      // The same place of a component is reached by many operations.
      const print = printOf(finding);
      const known = changes.get(print);
      if (!known && !isReadable({ base: finding.base, revision: finding.revision })) continue;
      if (!known) changes.set(print, asChange(finding, print));
      else if (finding.operation !== null && !known.operations.includes(finding.operation))
        known.operations.push(finding.operation);
    }
  for (const finding of versionFindings([...changes.values()], baseDocument, revisionDocument)) {
    changes.set(finding.id, asChange(finding, printOf(finding)));
  }
  return [...changes.values()].sort((a, b) => rank[a.severity] - rank[b.severity]);
}

/** Whether operations inherit the same of both documents: servers, security, limits. */
function inheritsAlike(base: JsonObject, revision: JsonObject): boolean {
  const inherited = ({ paths, webhooks, info, tags, components, ...rest }: JsonObject): JsonObject => ({
    ...rest,
    schemes: isObject(components) ? components["securitySchemes"] : null,
  });
  return isSameValue(inherited(base), inherited(revision));
}

const rank = { error: 0, warning: 1, note: 2 } as const;

/** Webhooks and callbacks of both sides, by name and method. */
function deliveries(
  base: ContractReading,
  revision: ContractReading,
  pairs: Context["pairs"],
): Context["pairs"] {
  const match = (from: readonly OperationReading[], to: readonly OperationReading[]): Context["pairs"] => {
    const others = new Map(to.map((operation) => [`${operation.method} ${operation.path}`, operation]));
    return from.flatMap((operation) => {
      const other = others.get(`${operation.method} ${operation.path}`);
      return other ? [{ base: operation, revision: other }] : [];
    });
  };
  const all = (reading: ContractReading) => reading.webhooks.flatMap(({ operations }) => operations);
  return [
    ...match(all(base), all(revision)),
    ...pairs.flatMap((pair) => match(pair.base.callbacks, pair.revision.callbacks)),
  ];
}

/** What a change is known by: its rule, its places, and the values. */
function printOf({ id, base, revision, before = null, after = null, name }: Finding): string {
  return canonical([id, base, revision, before, after, name ?? null]);
}

function asChange(finding: Finding, print: string): Change & { readonly operations: string[] } {
  const rule = rulesById.get(finding.id);
  if (!rule) throw new Error(`There is no rule ${finding.id}.`);
  const { base, revision, operation, before = null, after = null } = finding;
  return {
    id: rule.id,
    severity: rule.severity,
    direction: rule.direction,
    family: rule.family,
    pointers: { base, revision },
    message: fillSentence(rule.sentence, finding),
    remedy: rule.remedy,
    operations: operation === null ? [] : [operation],
    before,
    after,
    fingerprint: createHash("sha256").update(print).digest("hex").slice(0, 16),
    metBy: null,
    compile: [],
  };
}
