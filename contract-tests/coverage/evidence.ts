/** Most tests that are named of one cell. */
const mostTests = 5;

/** By which tests each cell is covered. */
export class Evidence {
  readonly #found = new Map<string, { readonly tests: Set<string>; count: number; asked: boolean }>();

  /** @param asked whether the request itself, or whoever drives the server, said what to answer */
  add(cellId: string, test: string, asked = false): void {
    const found = this.#found.get(cellId) ?? { tests: new Set(), count: 0, asked: true };
    this.#found.set(cellId, found);
    found.count++;
    if (found.tests.size < mostTests) found.tests.add(test);
    if (!asked) found.asked = false;
  }

  has(cellId: string): boolean {
    return this.#found.has(cellId);
  }

  of(cellId: string): { readonly tests: readonly string[]; readonly count: number; readonly asked: boolean } {
    const found = this.#found.get(cellId);
    return found ? { ...found, tests: [...found.tests] } : { tests: [], count: 0, asked: false };
  }
}
