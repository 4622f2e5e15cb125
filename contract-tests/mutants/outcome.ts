import { type Family, type Judged, type Mutant, nameOf } from "./mutant.js";
import type { Survivor } from "./survivors.js";

/** At least so many of those that are faults must be noticed. */
export const threshold = 0.95;

/** A row of the table: mutants of one kind. */
export interface KindCount {
  readonly family: Family;
  readonly kind: string;
  caught: number;
  survived: number;
  /** Those that no one outside could tell from the truth. */
  equivalent: number;
}

export interface Outcome {
  readonly kinds: readonly KindCount[];
  readonly caught: number;
  readonly survived: number;
  readonly equivalent: number;
  /** Caught among those that are faults, from 0 to 1. */
  readonly score: number;
  /** Survivors with their reasons. */
  readonly explained: readonly { readonly mutant: string; readonly reason: string }[];
  /** Survivors without one. */
  readonly unexplained: readonly string[];
  /** Listed as survivors, and caught: their entries must go. */
  readonly healed: readonly { readonly mutant: string; readonly by: string }[];
  readonly passed: boolean;
}

export function outcomeOf(judged: readonly Judged[], listed: readonly Survivor[]): Outcome {
  const byName = new Map(listed.map((one) => [one.mutant, one]));
  const kinds = new Map<string, KindCount>();
  const explained: { mutant: string; reason: string }[] = [];
  const unexplained: string[] = [];
  const healed: { mutant: string; by: string }[] = [];
  for (const { mutant, outcome, by } of judged) {
    const { family, kind } = mutant;
    const name = nameOf(mutant);
    const row = kinds.get(`${family} ${kind}`) ?? { family, kind, caught: 0, survived: 0, equivalent: 0 };
    kinds.set(`${family} ${kind}`, row);
    const known = byName.get(name);
    if (outcome === "caught") {
      row.caught += 1;
      if (known) healed.push({ mutant: name, by: by ?? "" });
    } else if (outcome === "same" || known?.isEquivalent) row.equivalent += 1;
    else row.survived += 1;
    if (outcome !== "survived") continue;
    if (known) explained.push({ mutant: name, reason: known.reason });
    else unexplained.push(name);
  }
  const rows = [...kinds.values()];
  const sum = (of: "caught" | "survived" | "equivalent"): number =>
    rows.reduce((all, row) => all + row[of], 0);
  const [caught, survived] = [sum("caught"), sum("survived")];
  const score = caught + survived === 0 ? 1 : caught / (caught + survived);
  return {
    kinds: rows,
    caught,
    survived,
    equivalent: sum("equivalent"),
    score,
    explained,
    unexplained,
    healed,
    passed: score >= threshold && unexplained.length === 0 && healed.length === 0,
  };
}

/** At most so many of each kind, the same for the same seed: which, the name alone decides, not what else there is. */
export function sampled<Each extends Mutant>(
  mutants: readonly Each[],
  most: (family: Family) => number,
  seed: number,
): Each[] {
  const ranked = new Map<string, { mutant: Each; rank: number }[]>();
  for (const mutant of mutants) {
    const key = `${mutant.family} ${mutant.kind}`;
    ranked.set(key, [...(ranked.get(key) ?? []), { mutant, rank: rankOf(`${seed} ${nameOf(mutant)}`) }]);
  }
  const chosen = new Set(
    [...ranked.values()].flatMap((group) =>
      group
        .sort((a, b) => a.rank - b.rank)
        .slice(0, most(group[0]?.mutant.family ?? "contract"))
        .map(({ mutant }) => mutant),
    ),
  );
  return mutants.filter((mutant) => chosen.has(mutant));
}

/** FNV-1a, with its bits mixed once more: names are much alike. */
function rankOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
