import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Browser, chromiumPath, startBrowser } from "../support/browser.js";
import { coveragePage } from "./coverage-page.js";
import { cover } from "./testing/cover-parcels.js";
import { everyStatus } from "./testing/parcel-exchange.js";

// On a machine without a browser these are left out; CI always has one.
describe.skipIf(chromiumPath === null && !process.env["CI"])("the page", () => {
  let folder: string;
  let browser: Browser;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "coverage-page-"));
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("shows which case is missing, asks nobody, and runs nothing of the spec", async () => {
    const report = await cover(everyStatus.filter(({ status }) => status !== 429));
    const path = join(folder, "page.html");
    await writeFile(path, coveragePage(report, { statuses: 100 }));
    const page = await browser.context.newPage();
    const asked: string[] = [];
    const problems: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => problems.push(message.text()));
    await page.goto(pathToFileURL(path).href);

    const missing = page.locator("ol.missing li", { hasText: "POST /parcels → 429 application/json" });
    expect(await missing.first().isVisible()).toBe(true);
    expect(await missing.first().innerText()).toContain("send one request more than x-rate-limits allow");
    const matrix = page.locator("table.matrix tr", { hasText: "parcels.create" });
    expect(await matrix.locator("td.no").count()).toBe(1);
    expect(await matrix.locator("td.ok").count()).toBe(3);
    const row = page.locator("table.summary tr", { hasText: "Statuses" });
    expect(await row.getAttribute("class")).toBe("no");
    expect(await row.innerText()).toContain("5 of 6");

    await page.locator("summary", { hasText: "parcels.get" }).click();
    expect(await page.locator("table.cells td", { hasText: "path id" }).first().isVisible()).toBe(true);
    expect(await page.title()).toContain("<script>");
    expect(await page.locator("script").count()).toBe(0);
    expect(asked).toEqual([pathToFileURL(path).href]);
    expect(problems).toEqual([]);
  });
});
