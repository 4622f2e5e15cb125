import { describe, expect, test } from "vitest";
import { EvidenceMaker, reportedEvidence } from "../contract-tests/evidence/evidence-maker.js";
import { knownExceptions, serveContract } from "../contract-tests/support/prism-evidence.js";
import { compareContracts } from "./changes/compare-contracts.js";
import type { Rule } from "./changes/rule.js";
import { ruleFamilies } from "./changes/rules/index.js";
import { schemaFamilies } from "./changes/rules/schema-families.js";

/**
 * Every rule shows itself by a pair of documents. Of those that break, `EVIDENCE=all` (`npm run evidence`) takes each; without
 * it one place of each schema rule is enough, since the others differ only in where the schema stands.
 */
const takesAll = process.env["EVIDENCE"] === "all";
const schemaFamilyNames = new Set(schemaFamilies.map(({ name }) => name));
const isSampled = ({ id, family }: Rule): boolean =>
  !schemaFamilyNames.has(family) ||
  /^(new-required-request-property|request-property-|response-body-)/.test(id);
const loud = ruleFamilies
  .flatMap(({ rules }) => rules)
  .filter((rule) => rule.severity !== "note" && (takesAll || isSampled(rule)));

const policyOf = (id: string) => ({
  today: "2026-08-01",
  deprecationDays: /sunset-missing$/.test(id) ? { beta: 30, stable: 90 } : { beta: 0, stable: 0 },
});

const all = loud.map((rule) => {
  const { base, revision } = rule.found;
  const change = compareContracts(base, revision, policyOf(rule.id)).find(({ id }) => id === rule.id);
  if (!change) throw new Error(`${rule.id} is not found in its fixture.`);
  return { rule, change, evidence: new EvidenceMaker(base, revision).of(change) };
});

const found = all.filter(({ rule }) => rule.severity === "error");
const warned = all.filter(({ rule }) => rule.severity === "warning");

describe("what shows a change of the rules' own fixtures", () => {
  test("is found wherever values can tell the sides apart", () => {
    const why = found.map(({ rule: { id }, evidence }) =>
      evidence.kind === "none" ? { id, reason: evidence.reason } : null,
    );
    const missing = why.filter((one) => one !== null && !isKnownReason(one.reason));
    expect(missing.map((one) => one?.id)).toEqual(
      missing.map((one) => one?.id).filter((id) => narrower.test(id ?? "")),
    );
    const shown = why.filter((one) => one === null).length;
    if (takesAll) console.log(`evidence for ${shown} of ${found.length} breaking rules`);
    expect(shown / found.length).toBeGreaterThan(takesAll ? 0.65 : 0.6);
  });

  test("is found for warnings too", () => {
    const shown = warned.filter(({ evidence }) => evidence.kind !== "none").length;
    if (takesAll) console.log(`evidence for ${shown} of ${warned.length} rules that warn`);
    expect(shown / warned.length).toBeGreaterThan(takesAll ? 0.6 : 0.5);
  });

  test("is the same each time", () => {
    const some = found.filter(({ evidence }) => evidence.kind !== "none").slice(0, 10);
    for (const { rule, change, evidence } of some) {
      const again = new EvidenceMaker(rule.found.base, rule.found.revision).of(change);
      expect(reportedEvidence(again)).toEqual(reportedEvidence(evidence));
    }
  });
});

/** Rules whose fixtures are told apart by their words, but allow no value on the one side that the other forbids. */
const narrower = /prefix-items|wrapped-in-one-of|all-of-added|pattern-property|items-added|property-names/;

const isKnownReason = (reason: string): boolean =>
  /^In words only|^As texts|can be written in this style|^No value can be valid/.test(reason);

const requests = all.flatMap(({ rule, evidence }) =>
  evidence.kind === "request" && evidence.condition === null ? [{ id: rule.id, rule, evidence }] : [],
);

describe("a request that shows a change, sent to Prism", () => {
  test.each(requests)("$id: taken by the base, refused by the revision", async ({ id, rule, evidence }) => {
    const exception = knownExceptions.find(({ rules }) => rules.test(id));
    const [before, after] = await Promise.all(
      [rule.found.base, rule.found.revision].map(async (document) =>
        (await serveContract(document))(evidence),
      ),
    );
    // An exception that no longer holds has healed, and is to be taken out.
    expect(
      { refusedBefore: before?.isRefused, refusedAfter: after?.isRefused },
      `${exception?.what ?? ""} ${before?.why}`,
    ).toEqual({
      refusedBefore: exception?.wrongAbout === "base",
      refusedAfter: exception?.wrongAbout !== "revision",
    });
  });
});
