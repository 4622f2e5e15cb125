import { ClientFamily } from "./client-family.js";
import { ContractFamily } from "./contract-family.js";
import type { Family } from "./mutant.js";
import type { MutantFamily } from "./mutant-family.js";
import { SandboxFamily, sandboxTests } from "./sandbox-family.js";
import { ServerJudge } from "./server-judge.js";

/** Makes the mutants of some families, and what judges them. Throws where the suite objects to what has no fault. */
export async function makeFamilies(
  specPath: string,
  wanted: readonly Family[],
): Promise<ReadonlyMap<Family, MutantFamily>> {
  const made = new Map<Family, MutantFamily>();
  const needsServer = wanted.some((family) => family !== "client");
  const judge = needsServer ? await ServerJudge.of(specPath) : null;
  if (judge && wanted.includes("contract"))
    made.set("contract", (await ContractFamily.of(specPath, judge)) as MutantFamily);
  if (judge && wanted.includes("sandbox"))
    made.set("sandbox", (await SandboxFamily.of(specPath, judge, sandboxTests)) as MutantFamily);
  if (wanted.includes("client")) made.set("client", (await ClientFamily.of(specPath)) as MutantFamily);
  return made;
}
