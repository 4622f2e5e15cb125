import { createHash } from "node:crypto";
import type { Answer } from "./refusal.js";

/** What is known of one key: the request it was first sent with and, once there is one, its answer. */
interface Entry {
  readonly digest: string;
  answer: Answer | null;
}

export type IdempotencyVerdict =
  | { readonly kind: "first"; readonly finish: (answer: Answer | null) => void }
  | { readonly kind: "replay"; readonly answer: Answer }
  | { readonly kind: "conflict" }
  | { readonly kind: "inProgress" };

/**
 * Remembers what requests with an idempotency key were answered, so that the same request is carried out once. Only
 * successes are remembered: a refused request may be mended, or tried again. The oldest are forgotten first.
 */
export class Idempotency {
  readonly #maxEntries: number;
  readonly #entries = new Map<string, Entry>();

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  /** @param scope whose key it is, and for which operation */
  begin(scope: string, idempotencyKey: string, body: Buffer): IdempotencyVerdict {
    const name = `${scope}\n${idempotencyKey}`;
    const digest = createHash("sha256").update(body).digest("base64");
    const entry = this.#entries.get(name);
    if (entry && entry.digest !== digest) return { kind: "conflict" };
    if (entry)
      return entry.answer === null ? { kind: "inProgress" } : { kind: "replay", answer: entry.answer };
    const begun: Entry = { digest, answer: null };
    this.#entries.set(name, begun);
    return {
      kind: "first",
      finish: (answer) => {
        if (answer && Math.floor(answer.status / 100) === 2) begun.answer = answer;
        else this.#entries.delete(name);
        for (const [oldest, { answer: given }] of this.#entries) {
          if (this.#entries.size <= this.#maxEntries) break;
          if (given !== null) this.#entries.delete(oldest);
        }
      },
    };
  }

  get size(): number {
    return this.#entries.size;
  }

  clear(): void {
    this.#entries.clear();
  }
}
