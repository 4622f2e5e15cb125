import { makeFamilies } from "./families.js";
import { type Family, type Mutant, nameOf } from "./mutant.js";
import type { Verdict } from "./mutant-family.js";

/** What a worker is told and what it tells: first which mutants there are, then what became of each it was given. */
export interface WorkerTask {
  readonly family: Family;
  readonly name: string;
}

export type WorkerMessage =
  | { readonly kind: "ready"; readonly mutants: readonly Mutant[]; readonly unreached: readonly Mutant[] }
  | { readonly kind: "judged"; readonly verdict: Verdict; readonly durationMs: number }
  | { readonly kind: "alive" }
  | { readonly kind: "failed"; readonly why: string };

/** How often a worker says that it is not caught in a loop. */
const aliveEveryMs = 5_000;

const tell = (message: WorkerMessage): void => void process.send?.(message);
const plain = ({ family, kind, at, change }: Mutant): Mutant => ({ family, kind, at, change });

process.on("disconnect", () => process.exit());
process.on("unhandledRejection", () => undefined); // what a faulty program leaves behind
process.on("uncaughtException", () => undefined);

setInterval(() => tell({ kind: "alive" }), aliveEveryMs).unref();

const [specPath = "", wanted = ""] = process.argv.slice(2);
try {
  const families = await makeFamilies(specPath, wanted.split(",") as Family[]);
  const all = [...families.values()];
  const byName = new Map(
    all.flatMap((family) =>
      [...family.mutants, ...family.unreached].map((one) => [nameOf(one), { family, one }] as const),
    ),
  );
  process.on("message", async ({ name }: WorkerTask) => {
    const found = byName.get(name);
    const startedMs = performance.now();
    const verdict = found
      ? await found.family
          .judge(found.one)
          .catch((error: unknown) => ({ outcome: "caught" as const, by: String(error) }))
      : { outcome: "survived" as const, by: null };
    tell({ kind: "judged", verdict, durationMs: performance.now() - startedMs });
  });
  tell({
    kind: "ready",
    mutants: all.flatMap(({ mutants }) => mutants.map(plain)),
    unreached: all.flatMap(({ unreached }) => unreached.map(plain)),
  });
} catch (error) {
  tell({ kind: "failed", why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
