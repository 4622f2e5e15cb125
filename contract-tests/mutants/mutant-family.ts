import type { Mutant } from "./mutant.js";

export interface Verdict {
  readonly outcome: "caught" | "survived" | "same";
  readonly by: string | null;
}

/** Mutants of one sort, and what judges them. The same sources make the same ones in every process. */
export interface MutantFamily<Each extends Mutant = Mutant> {
  readonly mutants: readonly Each[];
  /** Those in code that the whole suite never comes by, as for what this contract does not have: they are only counted. */
  readonly unreached: readonly Each[];
  judge(mutant: Each): Promise<Verdict>;
}
