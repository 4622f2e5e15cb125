import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allChecks } from "../checks/all-checks.js";
import { notAServerError } from "../checks/not-a-server-error.js";
import { loadContract } from "../support/contract.js";
import { ClientFamily } from "./client-family.js";
import { ContractFamily } from "./contract-family.js";
import { type Mutant, nameOf } from "./mutant.js";
import type { MutantFamily } from "./mutant-family.js";
import { sampled } from "./outcome.js";
import { SandboxFamily } from "./sandbox-family.js";
import { ServerJudge } from "./server-judge.js";

/** A small contract, so that a few mutants of each family cost no more than a second or two; `npm run mutants` takes ours. */
const smallSpec = "contract-tests/fixtures/things/openapi.yaml";

let strict: ServerJudge;
let lax: ServerJudge;
beforeAll(async () => {
  strict = await ServerJudge.of(smallSpec, allChecks);
  lax = await ServerJudge.of(smallSpec, [notAServerError]);
});

async function judgedBy<Each extends Mutant>(
  family: MutantFamily<Each>,
  chosen: readonly Each[],
): Promise<string[]> {
  const told: string[] = [];
  for (const one of chosen) {
    const { outcome } = await family.judge(one);
    if (outcome !== "same") told.push(`${outcome}: ${nameOf(one)}`);
  }
  return told;
}

function few<Each extends Mutant>({ mutants }: MutantFamily<Each>, kinds: readonly string[]): Each[] {
  return sampled(
    mutants.filter(({ kind }) => kinds.includes(kind)),
    () => 1,
    1,
  );
}

describe("faults of the contract as served", () => {
  const kinds = ["limit + 1", "enum value lost", "required dropped", "status changed", "security lost"];

  test("are caught", async () => {
    const family = await ContractFamily.of(smallSpec, strict);
    const told = await judgedBy(family, few(family, kinds));
    expect(told.filter((one) => !one.startsWith("caught"))).toEqual([]);
    expect(told.length).toBeGreaterThanOrEqual(4);
  });

  test("survive when the checks are off", async () => {
    const family = await ContractFamily.of(smallSpec, lax);
    const told = await judgedBy(family, few(family, kinds));
    expect(told.filter((one) => !one.startsWith("survived"))).toEqual([]);
  });
});

describe("faults of the sandbox", () => {
  test("are caught", async () => {
    const family = await SandboxFamily.of(smallSpec, strict);
    // Whoever comes without a key, and with a wrong one.
    const chosen = family.mutants.filter(
      ({ kind, at, change }) =>
        kind === "check fails always" &&
        at === "keys.ts › keyOf" &&
        ["!place", "key && !key.revoked"].includes(change),
    );
    const told = await judgedBy(family, chosen);
    expect(told.map((one) => one.split(":")[0])).toEqual(["caught", "caught"]);
  });

  test("that no contract speaks of are caught by the sandbox's own tests", async () => {
    const family = await SandboxFamily.of(smallSpec, lax, ["job-times.test.ts"]);
    const late = family.mutants.filter(
      ({ at, kind }) => at === "jobs.ts › #arm" && kind === "limit off by one",
    );
    const by = await Promise.all(late.map(async (one) => (await family.judge(one)).by));
    expect(by).toEqual([expect.stringContaining("sandbox/job-times.test.ts, ")]);
  });
});

describe("faults of the client", () => {
  let family: ClientFamily;
  afterAll(() => family.close());

  test("are caught", async () => {
    const { operations } = await loadContract("spec/openapi.yaml");
    const last = operations.at(-1)?.id;
    family = await ClientFamily.of("spec/openapi.yaml", ({ title }) => title[0] === last);
    const told = await judgedBy(family, few(family, ["wrong error class", "word changed"]));
    expect(told.filter((one) => one.startsWith("caught")).length).toBeGreaterThan(0);
  });
});
