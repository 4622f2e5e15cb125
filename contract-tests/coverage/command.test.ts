import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { printShopKey, startPrintShop } from "../fixtures/print-shop/server.js";
import type { CoverageReport } from "./report.js";
import { everyStatus, type Given, parcelExchange, parcels } from "./testing/parcel-exchange.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "coverage-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly output: string;
}

function run(...args: string[]): Promise<Ended> {
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, PRINT_SHOP_KEY: printShopKey };
  return new Promise((done) => {
    execFile(process.execPath, args, { env }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

async function recorded(name: string, given: readonly Given[]): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  await writeFile(
    join(path, "a.jsonl"),
    given.map((one) => `${JSON.stringify(parcelExchange(one))}\n`).join(""),
  );
  return path;
}

const coverage = (recordings: string, ...args: string[]): Promise<Ended> =>
  run("generator/bin.mjs", "coverage", recordings, "--spec", parcels, ...args);

describe("specwright coverage", () => {
  test("falls when a case is taken away: exit code 1, and the case by name", async () => {
    const whole = await coverage(await recorded("whole", everyStatus), "--least", "statuses=100");
    expect(whole.output).toMatch(/✓ statuses +100 % +6 of 6 +least 100 %/);
    expect(whole.code).toBe(0);
    const without = everyStatus.filter(({ status }) => status !== 404);
    const fallen = await coverage(
      await recorded("fallen", without),
      "--least",
      "statuses=100",
      "--show",
      "99",
    );
    expect(fallen.output).toMatch(/✗ statuses +83\.3 % +5 of 6 +least 100 %/);
    expect(fallen.output).toContain(
      "missing GET /parcels/{id} → 404 application/json: ask for what is not there.",
    );
    expect(fallen.output).toContain("error The coverage of statuses is 83.3 %, and must be 100 % at least.");
    expect(fallen.code).toBe(1);
  });

  test("writes JSON and a page; nothing of the spec reaches the terminal or the page as it is", async () => {
    const [json, html] = [join(folder, "out", "a.json"), join(folder, "out", "a.html")];
    const { code, output } = await coverage(
      await recorded("files", everyStatus),
      "--json",
      json,
      "--html",
      html,
    );
    expect([code, output]).toEqual([0, expect.stringContaining("6 exchanges")]);
    const report = JSON.parse(await readFile(json, "utf8")) as CoverageReport;
    expect(report.summary.map(({ dimension }) => dimension)).toEqual([
      ...["operations", "statuses", "mediaTypes", "parameters", "keywords", "limits"],
    ]);
    expect(report.cells.find(({ id }) => id === "status parcels.create 401 answered")).toMatchObject({
      covered: true,
      tests: ["t"],
      count: 1,
    });
    expect(await readFile(html, "utf8")).not.toContain("<script");
  });

  test.each<[args: string[], code: number, says: string]>([
    [["nowhere"], 1, "There is no folder nowhere."],
    [[], 2, "recordings"],
    [[".", "--least", "statuses"], 2, "It must be one of operations"],
    [[".", "--least", "keywords=101"], 2, "at most 100"],
    [[".", "--show", "many"], 2, "whole number"],
  ])("%j: exit code %i", async (args, code, says) => {
    expect(await run("generator/bin.mjs", "coverage", ...args)).toEqual({
      code,
      output: expect.stringContaining(says),
    });
  });
});

test("specwright verify --coverage tells what a run exercised, without the key", async () => {
  const path = join(folder, "verify.json");
  const spec = "contract-tests/fixtures/print-shop/openapi.yaml";
  const shop = await startPrintShop([]);
  try {
    const limits = ["--max-cases", "120", "--seed", "3", "--check", "negative_data_rejection"];
    const target = ["--target", shop.url, "--spec", spec];
    expect(await run("generator/bin.mjs", "verify", ...target, ...limits, "--coverage", path)).toMatchObject({
      code: 0,
    });
  } finally {
    await shop.stop();
  }
  const text = await readFile(path, "utf8");
  expect(text).not.toContain(printShopKey);
  const { summary } = JSON.parse(text) as CoverageReport;
  expect(summary.find(({ dimension }) => dimension === "operations")?.covered).toBeGreaterThan(1);
  expect(summary.find(({ dimension }) => dimension === "keywords")?.covered).toBeGreaterThan(20);
});

describe("scripts/contract-coverage.mjs", () => {
  const script = "scripts/contract-coverage.mjs";
  test.each<[args: string[], code: number, says: string]>([
    [["--help"], 0, "--recordings <dir>"],
    [["--nonsense"], 2, "Unknown option '--nonsense'"],
  ])("%j: exit code %i", async (args, code, says) => {
    expect(await run(script, ...args)).toEqual({ code, output: expect.stringContaining(says) });
  });

  test("judges what was recorded by our own aims", async () => {
    await mkdir(join(folder, "nothing"));
    const { code, output } = await run(script, "--check", "--recordings", join(folder, "nothing"));
    expect(code).toBe(1);
    for (const [what, least] of Object.entries({ operations: 100, statuses: 100, keywords: 95, limits: 100 }))
      expect(output).toContain(`The coverage of ${what} is 0 %, and must be ${least} % at least.`);
  });
});
