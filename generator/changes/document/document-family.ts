import type { JsonObject } from "../../load/document-walk.js";
import type { Direction, Severity } from "../change.js";
import type { Finding, Rule } from "../rule.js";
import { harmless } from "../schema/expand-rule.js";
import type { Context } from "./context.js";

/** Rules that judge what is no schema: one file a family, named for it. */
export interface DocumentFamily {
  readonly name: string;
  readonly title: string;
  readonly rules: readonly Rule[];
  readonly find: (context: Context) => Iterable<Finding>;
}

interface RuleWords {
  readonly id: string;
  readonly severity: Severity;
  readonly direction?: Direction;
  readonly sentence: string;
  readonly remedy?: string;
  readonly found: readonly [base: JsonObject, revision: JsonObject];
  /** Without it: what is found, the other way round. */
  readonly absent?: readonly [base: JsonObject, revision: JsonObject];
}

/** The rules of a family, filled up with what most have in common. */
export function rulesOf(family: string, rules: readonly RuleWords[]): readonly Rule[] {
  return rules.map(({ id, severity, direction = "none", sentence, remedy = harmless, found, absent }) => {
    const [base, revision] = found;
    const [from, to] = absent ?? [revision, base];
    return {
      id,
      family,
      severity,
      direction,
      sentence,
      remedy,
      found: { base, revision },
      absent: { base: from, revision: to },
    };
  });
}
