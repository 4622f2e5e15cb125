import type { Check } from "../checks/check.js";
import type { Exchange } from "./case.js";

/** Something that a check found wrong, however often it was seen. */
export interface Finding {
  readonly check: Check;
  readonly fault: string;
  /** The first exchange that showed it, or the smallest since. */
  readonly exchange: Exchange;
  readonly occurrences: number;
}

/** What was found, the same fault once. */
export class Findings {
  readonly #found = new Map<string, Finding>();
  readonly #judged = new Map<string, number>();
  readonly #failed = new Map<string, number>();

  /** Counts a verdict, and keeps it if it is a fault. */
  add(check: Check, verdict: string | null, exchange: Exchange): void {
    const scope = `${check.name} ${exchange.case.operation.id}`;
    this.#judged.set(scope, (this.#judged.get(scope) ?? 0) + 1);
    if (verdict === null) return;
    this.#failed.set(scope, (this.#failed.get(scope) ?? 0) + 1);
    const key = `${scope} ${kindOf(verdict, exchange)}`;
    const known = this.#found.get(key);
    this.#found.set(
      key,
      known
        ? { ...known, occurrences: known.occurrences + 1 }
        : { check, fault: verdict, exchange, occurrences: 1 },
    );
  }

  /** Puts a smaller exchange, which shows the same, in place of the first. */
  replace(finding: Finding, fault: string, exchange: Exchange): void {
    for (const [key, known] of this.#found)
      if (known === finding) this.#found.set(key, { ...known, fault, exchange });
  }

  all(): Finding[] {
    return [...this.#found.values()];
  }

  judged(check: string, operationId: string): number {
    return this.#judged.get(`${check} ${operationId}`) ?? 0;
  }

  failed(check: string, operationId: string): number {
    return this.#failed.get(`${check} ${operationId}`) ?? 0;
  }
}

/** What makes two faults the same: not the values that were sent, but what was wrong with them and what came back. */
function kindOf(fault: string, { case: one, response }: Exchange): string {
  const { wrong } = one;
  if (wrong)
    return `${wrong.where}${wrong.pointer.replace(/\/\d+/g, "/*")} ${wrong.keyword} ${response.status}`;
  const words = fault
    .replace(/"[^"]*"/g, '"…"')
    .replace(/\/\d+/g, "/*")
    .replace(/: .*$/s, "");
  return `${response.status} ${words.slice(0, 200)}`;
}
