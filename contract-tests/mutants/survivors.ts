/** A mutant that nothing notices, and why that is so. */
export interface Survivor {
  readonly mutant: string;
  readonly reason: string;
  /** Whether it changes nothing that anyone outside could see: then it is no fault, and not counted. */
  readonly isEquivalent: boolean;
}

const equivalent = (reason: string, ...mutants: readonly string[]): Survivor[] =>
  mutants.map((mutant) => ({ mutant, reason, isEquivalent: true }));

const open = (reason: string, ...mutants: readonly string[]): Survivor[] =>
  mutants.map((mutant) => ({ mutant, reason, isEquivalent: false }));

/** Every survivor there is. One that is not here fails the run, and so does one that is here and is caught by now. */
export const survivors: readonly Survivor[] = [
  ...open(
    "How long media may be is only known when the job has read it: no request shows it.",
    "contract | extension lost | #/components/schemas/BatchLine/properties/payload/x-max-seconds | lost",
  ),
  ...equivalent(
    "The items are objects anyway, by the schema of the list itself.",
    'contract | type widened | #/components/schemas/CreateGenerationWithFilesRequest/properties/input/contentSchema/contains/type | "object" → ["object","boolean"]',
  ),
];
