/** What a run leaves behind in a thread that stays; Stryker expects a new thread. Its own setup file ran before this. */
interface Stryker {
  activeMutant?: string | undefined;
  mutantCoverage?: { static: Record<string, number>; perTest: Record<string, unknown> };
}

const stryker = (globalThis as { __stryker__?: Stryker }).__stryker__;
if (stryker) {
  stryker.activeMutant = undefined; // no mutant while test files load
  const { mutantCoverage: coverage } = stryker;
  for (const map of coverage ? [coverage.static, coverage.perTest] : []) {
    for (const key of Object.keys(map)) delete map[key];
  }
}
