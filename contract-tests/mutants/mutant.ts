/** A fault to be planted: one thing that is not as it should be. */
export interface Mutant {
  /** Where it is planted. */
  readonly family: Family;
  /** What sort of fault it is; each kind is made wherever there is a place for it. */
  readonly kind: string;
  /** JSON pointer of the contract, or file and function of the source. */
  readonly at: string;
  /** What stands there, and what instead. */
  readonly change: string;
}

export const families = ["contract", "sandbox", "client"] as const;
export type Family = (typeof families)[number];

/** What became of one. */
export interface Judged {
  readonly mutant: Mutant;
  /** `same`: no request and no answer there is could tell it from the truth, so it is no fault. */
  readonly outcome: "caught" | "survived" | "same";
  /** What noticed it: a check, or a case of the suite; `null` where nothing did. */
  readonly by: string | null;
  readonly durationMs: number;
}

/** By what a mutant is known in lists and on the command line, whatever else is changed around it. */
export function nameOf({ family, kind, at, change }: Mutant): string {
  return `${family} | ${kind} | ${at} | ${change}`;
}
