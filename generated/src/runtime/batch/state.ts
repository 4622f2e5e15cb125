import { InvalidArgumentError } from "../errors.js";
import { BatchNotSavedError, BatchStateError } from "./batch-errors.js";

/** How far one batch of an input is. */
export interface BatchEntry {
  /** 1 for the first batch of the input. */
  readonly number: number;
  /** First and last row of the input that are in it, counted from 1. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** SHA-256 of its file, in hex. */
  readonly digest: string;
  /**
   * `sending` is written before a batch is sent: what is found in it by a later run was perhaps created. `finished` is
   * written after its results were read.
   */
  readonly status: "sending" | "created" | "finished";
  /** When it came to this status, as an ISO date. */
  readonly at: string;
  /** The id of the created batch; `null` while it is being sent. */
  readonly id: string | null;
  /** The key that makes sending it again safe, where the API takes one. */
  readonly idempotencyKey: string | null;
}

/** What a run must know of earlier runs over the same input: plain JSON. */
export interface BatchState {
  readonly version: 1;
  /** Id of the contract's operation. */
  readonly operation: string;
  readonly batches: readonly BatchEntry[];
}

/** Where the state is kept: a file, a row of a database, an object of a bucket. One run at a time may use it. */
export interface StateStore {
  /** What was saved last; `null` at first. */
  load(): Promise<BatchState | null>;
  /** Replaces it, whole or not at all. When the promise resolves it must survive a crash. */
  save(state: BatchState): Promise<void>;
  /** The run has ended. */
  close?(): Promise<void>;
}

/** The entries of a run; each change is saved before anything else happens. */
export class Journal {
  readonly #store: StateStore;
  readonly #operation: string;
  readonly #entries: Map<number, BatchEntry>;

  private constructor(store: StateStore, operation: string, entries: readonly BatchEntry[]) {
    this.#store = store;
    this.#operation = operation;
    this.#entries = new Map(entries.map((entry) => [entry.number, entry]));
  }

  /**
   * @param operation id of the contract's operation; `null` for whichever the state is of
   * @throws {BatchStateError} for what is no state, or one of another operation
   */
  static async open(store: StateStore, operation: string | null): Promise<Journal> {
    try {
      const state = checkState(await store.load());
      if (state && operation !== null && state.operation !== operation) {
        throw new BatchStateError(`The state is one of ${state.operation}, not of ${operation}.`);
      }
      return new Journal(store, operation ?? state?.operation ?? "", state?.batches ?? []);
    } catch (error) {
      await store.close?.();
      throw error;
    }
  }

  get entries(): readonly BatchEntry[] {
    return [...this.#entries.values()].sort((a, b) => a.number - b.number);
  }

  entry(number: number): BatchEntry | null {
    return this.#entries.get(number) ?? null;
  }

  async put(entry: BatchEntry): Promise<void> {
    this.#entries.set(entry.number, entry);
    await this.#save();
  }

  async remove(number: number): Promise<void> {
    this.#entries.delete(number);
    await this.#save();
  }

  /** @throws {BatchNotSavedError} if it can't be saved: the batch is there, and its id must not be lost */
  async created(entry: BatchEntry, id: string): Promise<void> {
    try {
      await this.put({ ...entry, status: "created", at: now(), id });
    } catch (error) {
      throw new BatchNotSavedError(entry, id, error);
    }
  }

  async finished(number: number): Promise<void> {
    const entry = this.entry(number);
    if (entry) await this.put({ ...entry, status: "finished", at: now() });
  }

  async close(): Promise<void> {
    await this.#store.close?.();
  }

  #save(): Promise<void> {
    return this.#store.save({ version: 1, operation: this.#operation, batches: this.entries });
  }
}

export const now = (): string => new Date().toISOString();

/** Keeps the state in memory: for a run that is not resumed after the end of the process. */
export function memoryState(): StateStore {
  let saved: BatchState | null = null;
  return {
    load: async () => saved,
    save: async (state) => {
      saved = state;
    },
  };
}

/**
 * Says what became of a batch that was being sent when a run broke off.
 *
 * @param number of the batch in the input, as `BatchOutcomeUnknownError` names it
 * @param outcome the id of the batch that was created, or that none was: then the next run sends it
 * @throws {InvalidArgumentError} if no batch of this number is being sent
 */
export async function resolveBatch(
  store: StateStore,
  number: number,
  outcome: { readonly id: string } | "not created",
): Promise<void> {
  const journal = await Journal.open(store, null);
  try {
    const entry = journal.entry(number);
    if (entry && outcome !== "not created" && entry.id === outcome.id) return; // it was saved after all
    if (entry?.status !== "sending")
      throw new InvalidArgumentError("number", `No batch ${number} is being sent.`);
    if (outcome === "not created") await journal.remove(number);
    else await journal.created(entry, outcome.id);
  } finally {
    await journal.close();
  }
}

/** A store may hold what someone else wrote, or half of what we wrote. */
function checkState(state: unknown): BatchState | null {
  if (state === null || state === undefined) return null;
  const { version, operation, batches } = state as Partial<Record<keyof BatchState, unknown>>;
  const known = version === 1 && typeof operation === "string" && Array.isArray(batches);
  if (known && batches.every(isEntry)) return state as BatchState;
  throw new BatchStateError("The state is none that this version of the package wrote.");
}

function isEntry(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { number, digest, status, id } = value as Partial<Record<keyof BatchEntry, unknown>>;
  if (typeof number !== "number" || typeof digest !== "string") return false;
  return status === "sending" || ((status === "created" || status === "finished") && typeof id === "string");
}
