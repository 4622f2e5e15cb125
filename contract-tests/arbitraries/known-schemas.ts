/** After so many visits without anything new a schema is taken to have shown all it has. */
const mostFruitless = 24;

/** What was found at each schema of a value, and what was tried in vain: the same schema is met many times over. */
export class KnownSchemas {
  readonly #known = new Map<object, TriesAt>();
  readonly #mostTries: number;

  /** `mostTries`: what was tried so often, and not found, is given up. */
  constructor(mostTries: number) {
    this.#mostTries = mostTries;
  }

  /** Begins a visit; `null`: there is nothing more to be found at this schema. */
  triesAt(schema: object): TriesAt | null {
    const known = this.#known.get(schema) ?? new TriesAt(this.#mostTries);
    this.#known.set(schema, known);
    return known.begin() ? known : null;
  }
}

class TriesAt {
  readonly #tries = new Map<string, number>();
  readonly #mostTries: number;
  #fruitless = 0;

  constructor(mostTries: number) {
    this.#mostTries = mostTries;
  }

  begin(): boolean {
    return this.#fruitless++ < mostFruitless;
  }

  /** Counts a try, unless it is not worth it. */
  mayTry(key: string): boolean {
    const tries = this.#tries.get(key) ?? 0;
    if (tries >= this.#mostTries) return false;
    if (tries === 0) this.#fruitless = 0;
    this.#tries.set(key, tries + 1);
    return true;
  }

  found(key: string): void {
    this.#tries.set(key, Number.POSITIVE_INFINITY);
    this.#fruitless = 0;
  }
}
