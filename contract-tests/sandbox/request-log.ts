/** One request and what became of it. Of keys it shows the plan alone. */
export interface RequestEntry {
  readonly number: number;
  readonly atMs: number;
  readonly method: string;
  /** Path and query; keys in it are blotted out. */
  readonly target: string;
  readonly operationId: string | null;
  readonly plan: string | null;
  readonly status: number;
  /** The rule by which it was refused; `null` if it was not. */
  readonly rule: string | null;
  readonly faults: readonly { readonly pointer: string; readonly rule: string; readonly message: string }[];
  readonly durationMs: number;
  /** The body as it was understood, unless it was large. */
  readonly body: unknown;
}

/** The last so many requests, the oldest first. */
export class RequestLog {
  readonly #size: number;
  #entries: RequestEntry[] = [];
  #count = 0;

  constructor(size: number) {
    this.#size = size;
  }

  get count(): number {
    return this.#count;
  }

  add(entry: Omit<RequestEntry, "number">): RequestEntry {
    const numbered = { number: ++this.#count, ...entry };
    this.#entries.push(numbered);
    // Cut back now and then, not each time.
    if (this.#entries.length > 2 * this.#size) this.#entries = this.#entries.slice(-this.#size);
    return numbered;
  }

  /** How many are kept. */
  get size(): number {
    return this.#entries.length;
  }

  all(): readonly RequestEntry[] {
    return this.#entries.slice(-this.#size);
  }

  clear(): void {
    this.#entries = [];
    this.#count = 0;
  }
}
