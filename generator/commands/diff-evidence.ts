import type { Evidence } from "../changes/evidence.js";
import type { Judgement } from "../judge-change.js";
import type { SpecReading } from "../load/load-spec.js";

/**
 * The judgement with what shows its errors, or why nothing does, and its warnings where something does: a request or an answer that the contract tests, which read both specs
 * with their own eyes, made and proved.
 */
export async function withEvidence(
  judgement: Judgement,
  base: SpecReading,
  revision: SpecReading,
  onProgress: (what: string) => void,
): Promise<Judgement> {
  const loud = judgement.changes.filter(({ severity }) => severity !== "note");
  if (loud.length === 0) return judgement;
  onProgress("Looking for evidence");
  const { EvidenceMaker, reportedEvidence } = await import("../../contract-tests/evidence/evidence-maker.js");
  const maker = new EvidenceMaker(base.document, revision.document);
  const found = new Map<string, Evidence>();
  for (const [index, change] of loud.entries()) {
    onProgress(`Looking for evidence, ${index + 1} of ${loud.length}`);
    const evidence = maker.of(change);
    // That nothing shows a warning is what one expects of it.
    if (change.severity === "error" || evidence.kind !== "none")
      found.set(change.fingerprint, reportedEvidence(evidence));
  }
  return {
    ...judgement,
    changes: judgement.changes.map((change) => ({
      ...change,
      evidence: found.get(change.fingerprint) ?? null,
    })),
  };
}
