import fc from "fast-check";

export interface Run {
  readonly seed: number;
  readonly runs: number;
  /** How long a counterexample is made smaller. */
  readonly shrinkMs: number;
  /** How long a call may take: longer than any of the tests does. */
  readonly patienceMs: number;
}

/** How often each promise is put to the test: a little whenever the tests run, a lot with `npm run client-side`. */
export const run: Run = {
  seed: Number(process.env["CLIENT_SIDE_SEED"] ?? 1),
  runs: Number(process.env["CLIENT_SIDE_RUNS"] ?? 2),
  shrinkMs: 10_000,
  patienceMs: 15_000,
};

/**
 * Holds `faultsOf` against values: it says what is wrong with one, and nothing where it is right.
 *
 * @param told the value as a person would read it, such as the call that is made
 * @throws {Error} with the smallest value found that is wrong, the seed and path to find it again, and what is wrong
 */
export async function hold<T>(
  arbitrary: fc.Arbitrary<T>,
  faultsOf: (value: T) => Promise<readonly string[]>,
  { seed, runs, shrinkMs }: Run,
  told: (value: T) => string,
): Promise<void> {
  let failedAt: number | null = null;
  const property = fc.asyncProperty(arbitrary, async (value) => {
    if (failedAt !== null && performance.now() - failedAt >= shrinkMs) throw new fc.PreconditionFailure(true);
    const faults = await faultsOf(value);
    if (faults.length === 0) return;
    failedAt ??= performance.now();
    throw new FaultsError(faults);
  });
  const result = await fc.check(property, { seed, numRuns: runs });
  if (!result.failed) return;
  const [value] = result.counterexample ?? [];
  const { errorInstance: error } = result;
  if (value === undefined) throw error ?? new Error("No value could be made.");
  const faults = error instanceof FaultsError ? error.faults : [String((error as Error)?.stack ?? error)];
  throw new Error(
    [
      ...faults,
      `  ${told(value)}`,
      `  seed ${result.seed}, path ${result.counterexamplePath}, after ${result.numRuns} runs and ${result.numShrinks} smaller ones.`,
    ].join("\n"),
  );
}

class FaultsError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join("\n"));
  }
}
