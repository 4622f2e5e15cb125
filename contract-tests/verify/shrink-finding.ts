import type { Exchange, VerifyCase } from "./case.js";
import type { Finding } from "./findings.js";
import { smallerCases } from "./smaller-cases.js";
import type { VerifiedContract } from "./verified-contract.js";

export interface Shrunk {
  readonly fault: string;
  readonly exchange: Exchange;
  /** How many requests it took. */
  readonly steps: number;
}

/** Looks for a smaller case that shows the same fault, with the same status, and goes on from there; so many requests at most. */
export async function shrinkFinding(
  contract: VerifiedContract,
  { exchange: first, fault }: Finding,
  mostSteps: number,
  send: (one: VerifyCase) => Promise<Exchange | null>,
  judge: (exchange: Exchange) => string | null | undefined,
): Promise<Shrunk> {
  let best: Shrunk = { fault, exchange: first, steps: 0 };
  for (let found = true; found; ) {
    found = false;
    for (const smaller of smallerCases(contract, best.exchange.case)) {
      if (best.steps >= mostSteps) return best;
      best = { ...best, steps: best.steps + 1 };
      const exchange = await send(smaller);
      if (!exchange) return best;
      const verdict = judge(exchange);
      if (typeof verdict !== "string" || exchange.response.status !== first.response.status) continue;
      best = { ...best, fault: verdict, exchange };
      found = true;
      break;
    }
  }
  return best;
}

/** The first finding of each check and operation, then the second of each, and so on. */
export function mostDifferentFirst(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, number>();
  return findings
    .map((finding) => {
      const key = `${finding.check.name} ${finding.exchange.case.operation.id}`;
      const rank = seen.get(key) ?? 0;
      seen.set(key, rank + 1);
      return { finding, rank };
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ finding }) => finding);
}
