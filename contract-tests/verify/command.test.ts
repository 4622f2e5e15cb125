import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Planted, type PrintShop, printShopKey, startPrintShop } from "../fixtures/print-shop/server.js";
import type { VerifyReport } from "./report.js";

const spec = "contract-tests/fixtures/print-shop/openapi.yaml";
const checks = ["negative_data_rejection", "ignored_auth", "response_schema_conformance"];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "verify-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(args: readonly string[]): ChildProcess & { output: () => string } {
  const child = spawn(process.execPath, ["generator/bin.mjs", "verify", "--spec", spec, ...args], {
    env: { ...process.env, PRINT_SHOP_KEY: printShopKey, NO_COLOR: "1", FORCE_COLOR: undefined },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (more: string) => {
      text += more;
    });
  return Object.assign(child, { output: () => text });
}

async function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = start(args);
  const [code] = await once(child, "close");
  return { code: code as number | null, output: child.output() };
}

async function onShop<Result>(
  planted: readonly Planted[],
  use: (shop: PrintShop) => Promise<Result>,
): Promise<Result> {
  const shop = await startPrintShop(planted);
  try {
    return await use(shop);
  } finally {
    await shop.stop();
  }
}

const only = checks.flatMap((name) => ["--check", name]);

describe("specwright verify", { timeout: 120_000 }, () => {
  test("a server that breaks its contract: exit code 1, and reports in every format, without the key", async () => {
    const names = ["out.json", "out.xml", "out.har", "out.md"].map((name) => join(folder, "reports", name));
    const { code, output } = await onShop(["takes any number of copies", "takes any key"], (shop) =>
      run([
        "--target",
        shop.url,
        ...only,
        "--seed",
        "7",
        "--max-cases",
        "150",
        ...names.flatMap((name) => ["--report", name]),
      ]),
    );
    expect(output).toContain("body/copies breaks");
    expect(output).toMatch(/curl +curl -i -X POST/);
    expect(output).toContain("new PrintShop().prints.create(");
    expect(output).toContain("seed 7");
    expect(code).toBe(1);
    const texts = await Promise.all(names.map((name) => readFile(name, "utf8")));
    for (const text of [output, ...texts]) expect(text).not.toContain(printShopKey);
    const [json = "", xml = "", har = "", md = ""] = texts;
    const report = JSON.parse(json) as VerifyReport;
    expect(report.findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining(["negative_data_rejection", "ignored_auth"]),
    );
    expect(xml).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites /);
    expect(xml.match(/<failure /g)?.length).toBe(report.findings.length);
    expect(tagsOf(xml)).toEqual([]);
    const { log } = JSON.parse(har) as { log: { version: string; entries: object[] } };
    expect([log.version, log.entries.length]).toEqual(["1.2", report.exchanges.length]);
    expect(md).toContain("`negative_data_rejection`");
    expect(await readdir(join(folder, "reports"))).toHaveLength(4);
  });

  test("a server that keeps it: exit code 0", async () => {
    const { code, output } = await onShop([], (shop) =>
      run(["--target", shop.url, ...only, "--max-cases", "100", "--quiet"]),
    );
    expect(output).toMatch(/^✓ Print shop: nothing found \(\d+ requests/);
    expect(code).toBe(0);
  });

  test("the same seed sends the same requests", async () => {
    const targets = async () =>
      onShop([], async (shop) => {
        await run([
          "--target",
          shop.url,
          ...only,
          "--seed",
          "3",
          "--max-cases",
          "60",
          "--workers",
          "1",
          "--quiet",
        ]);
        return shop.requests.map(({ method, path }) => `${method} ${path}`);
      });
    expect(await targets()).toEqual(await targets());
  });

  test("--only reads, and any server that is not this machine: nothing is created", async () => {
    await onShop([], async (shop) => {
      await run(["--target", shop.url, "--only", "reads", "--max-cases", "60", "--quiet"]);
      const elsewhere = shop.url.replace("127.0.0.1", "0.0.0.0"); // not known to be this machine
      const { output } = await run(["--target", elsewhere, "--max-cases", "60"]);
      expect(output).toContain("left out: it may create something, and cost");
      expect(new Set(shop.requests.map(({ method }) => method))).toEqual(new Set(["GET"]));
    });
  });

  test("a signal ends it with a whole report, and exit code 130", async () => {
    const report = join(folder, "stopped", "out.json");
    await onShop([], async (shop) => {
      const child = start([
        "--target",
        shop.url,
        ...only,
        "--max-cases",
        "100000",
        "--max-time",
        "100",
        "--report",
        report,
      ]);
      const closed = once(child, "close");
      while (shop.requests.length < 30) await new Promise((done) => setTimeout(done, 5));
      child.kill("SIGINT");
      const [code] = await closed;
      expect(code).toBe(130);
      const { stopped, cases } = JSON.parse(await readFile(report, "utf8")) as VerifyReport;
      expect(stopped).toBe("interrupted");
      expect(cases).toBeGreaterThanOrEqual(30);
      expect(await readdir(join(folder, "stopped"))).toEqual(["out.json"]);
    });
  });
});

/** Tags of an XML text that are opened and not closed, or the other way round. */
function tagsOf(xml: string): string[] {
  const open: string[] = [];
  for (const [, closing, name, own] of xml.matchAll(/<(\/?)([a-z]+)(?:\s[a-z]+="[^"<]*")*(\/?)>/g)) {
    if (own === "/") continue;
    if (closing === "") open.push(name ?? "");
    else if (open.pop() !== name) return [`</${name}>`];
  }
  return open;
}
