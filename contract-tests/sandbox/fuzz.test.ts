import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadContract } from "../support/contract.js";
import { judgeName } from "../support/prism.js";
import { fuzz } from "./testing/fuzz.js";

/** A few hundred in each run of the tests; `npm run fuzz:sandbox` sends 20,000 of other kinds each time. */
const count = Number(process.env["SANDBOX_FUZZ"] ?? 0);
const runs =
  count > 0
    ? [{ judge: "ajv", count, seed: Date.now() % 2 ** 31 }]
    : [
        { judge: "ajv", count: 500, seed: 11 },
        { judge: judgeName, count: 150, seed: 12 },
      ];

test("a server that keeps another contract is found out", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sandbox-"));
  try {
    const { document } = await loadContract("spec/openapi.yaml");
    const text = JSON.stringify(document).replaceAll('"createdAt"', '"madeAt"');
    const spec = join(folder, "openapi.json");
    await writeFile(spec, text);
    const { complaints } = await fuzz({ judge: "ajv", count: 100, seed: 3, spec });
    expect(complaints.filter((one) => one.includes("createdAt"))).not.toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each(runs)(
  "$count requests of all kinds, judge $judge, seed $seed",
  { timeout: 1_800_000 },
  async (given) => {
    const { statuses, complaints } = await fuzz(given);
    expect(complaints.slice(0, 10)).toEqual([]);
    if (count > 0)
      console.log(
        [...statuses]
          .sort(([a], [b]) => a - b)
          .map(([status, times]) => `${status}: ${times}`)
          .join(", "),
      );
    // It has been to many places, not only to one refusal.
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 201, 400, 401, 404, 405]));
  },
);
