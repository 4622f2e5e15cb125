import type { ContractCase } from "../cases/case.js";
import type { JsonObject } from "../support/contract.js";
import { declaredLimits } from "./inventory.js";
import { notEnforced } from "./not-enforced.js";

/** All limits of a document by who answers for them. */
export interface LimitGroups {
  readonly tested: readonly string[];
  readonly notEnforced: readonly { readonly limit: string; readonly what: string }[];
  /** In no group: a limit nobody thought of. */
  readonly forgotten: readonly string[];
  /** Said to be enforced by nobody, and yet tested. */
  readonly contradictory: readonly string[];
}

export function groupLimits(document: JsonObject, cases: readonly ContractCase[]): LimitGroups {
  const tested = new Set(cases.flatMap(({ limits = [] }) => limits));
  const declared = declaredLimits(document);
  const listed = declared.flatMap((limit) =>
    notEnforced.filter(({ where }) => where.test(limit)).map(({ what }) => ({ limit, what })),
  );
  return {
    tested: declared.filter((limit) => tested.has(limit)),
    notEnforced: listed,
    forgotten: declared.filter((limit) => !tested.has(limit) && !listed.some((one) => one.limit === limit)),
    contradictory: listed.filter(({ limit }) => tested.has(limit)).map(({ limit }) => limit),
  };
}
