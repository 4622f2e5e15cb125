import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Browser, chromiumPath, startBrowser } from "../../support/browser.js";
import { type Sandbox, startSandbox } from "../start-sandbox.js";

const input = [
  { type: "video", url: "https://cdn.example.com/v.mp4" },
  { type: "audio", url: "https://cdn.example.com/a.wav" },
];
const good = { model: "lipsync-2", input };
const hostile = `<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>"'>&lt;b&gt;\u202e\u2028</td></table>`;

// On a machine without a browser these are left out, and said so; CI always has one.
describe.skipIf(chromiumPath === null && !process.env["CI"])("the live page", () => {
  let browser: Browser;
  let sandbox: Sandbox;
  let page: Page;
  let problems: string[];
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    sandbox = await startSandbox({ clock: "frozen", seed: 1, judge: "ajv", enforceRetryAfter: true });
    page = await browser.context.newPage();
    problems = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(`${sandbox.url}/__sandbox/`);
    await page.getByText("Connected", { exact: true }).waitFor();
  });
  afterEach(async () => {
    await page.close();
    await sandbox.close();
  });

  const send = (path: string, body: unknown, key = "sk-creator"): Promise<Response> =>
    fetch(`${sandbox.url}${path}`, {
      method: "POST",
      headers: { "x-api-key": key, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const row = (text: string) => page.locator("#requests tr", { hasText: text });

  test("shows requests with their verdicts, the newest first", async () => {
    await send("/v2/generate", good);
    await send("/v2/generate", { ...good, model: "nope" });
    await fetch(`${sandbox.url}/v2/generate`);
    await row("401 refused: keyMissing").waitFor();
    expect(await page.locator("#requests tr td:nth-child(3)").allTextContents()).toEqual([
      "401 refused: keyMissing",
      "400 refused: shape",
      "201 accepted",
    ]);
    await page.getByLabel("Only refused").check();
    expect(await page.locator("#requests tr:visible").count()).toBe(2);
    expect(problems).toEqual([]);
  });

  test("shows what was wrong, and the body, when a request is opened by keyboard", async () => {
    await send("/v2/generate", { ...good, model: "nope" });
    const summary = row("400 refused").locator("summary");
    await summary.focus();
    await page.keyboard.press("Enter");
    await row("400 refused").getByText("/model").first().waitFor();
    expect(await row("400 refused").locator("pre").textContent()).toContain('"model": "nope"');
  });

  test("moves jobs through their states", async () => {
    await send("/v2/generate", good);
    const current = page.locator("#jobs [aria-current=step]");
    const seen: (string | null)[] = [];
    for (const [advance, status] of [
      ["0s", "PENDING"],
      ["5s", "PROCESSING"],
      ["25s", "COMPLETED"],
    ] as const) {
      await sandbox.clock.advance(advance);
      await current.getByText(status).waitFor();
      seen.push(await current.textContent());
    }
    expect(seen).toEqual(["PENDING", "PROCESSING", "COMPLETED"]);
    expect(await page.locator("#jobs tr").count()).toBe(1);
  });

  test("shows rates and jobs at a time as gauges, key by key", async () => {
    for (let index = 0; index < 3; index++) await send("/v2/generate", good);
    await send("/v2/generate", good, "sk-growth");
    const gauge = (label: string) => page.getByRole("meter", { name: label });
    const jobs = gauge("jobs at a time of key 3 (…tor)");
    await page.getByText("3 of 3, full").waitFor();
    await page.getByText("1 of 6", { exact: true }).waitFor();
    expect(await jobs.evaluate((meter: HTMLMeterElement) => [meter.value, meter.max])).toEqual([3, 3]);
    expect(
      await gauge("create: 60 in 60 s of key 3 (…tor)").evaluate((meter: HTMLMeterElement) => meter.value),
    ).toBe(3);
    await sandbox.clock.advance("61s");
    await page.getByText("0 of 3", { exact: true }).waitFor();
  });

  test("shows findings", async () => {
    for (let index = 0; index < 62; index++) await send("/v2/generate", {});
    await page.locator("#findings li", { hasText: "early-retry" }).first().waitFor();
    expect(await page.locator("#no-findings").isHidden()).toBe(true);
  });

  test("takes no text for markup, whoever wrote it", async () => {
    await send("/v2/generate", { ...good, model: hostile, [hostile]: { [hostile]: hostile } });
    await send(
      `/${encodeURIComponent(hostile)}/<img src=x onerror=window.hurt=1>`.replaceAll(" ", "%20"),
      {},
    );
    await row("404").waitFor();
    await row("400").locator("summary").click();
    await row("400").locator("pre").waitFor();
    expect(await row("400").locator("pre").textContent()).toContain(JSON.stringify(hostile).slice(1, 60));
    expect(await page.locator("main img, main script, main b, td table").count()).toBe(0);
    expect(await page.evaluate(() => (window as { hurt?: number }).hurt)).toBeUndefined();
    // Even a mistake of ours would not be run: the browser refuses markup made of text.
    const refusal = await page.evaluate(() => {
      try {
        document.body.innerHTML = "<p>text</p>";
        return "";
      } catch (error) {
        return (error as Error).name;
      }
    });
    expect(refusal).toBe("TypeError");
  });

  test("never shows a key whole, wherever it was written", async () => {
    await send("/v2/generate?key=sk-enterprise", { ...good, model: "sk-enterprise" }, "sk-enterprise");
    await row("400").locator("summary").click();
    await row("400").locator("pre").waitFor();
    await page.getByRole("meter", { name: "create" }).waitFor();
    expect(await page.content()).not.toContain("sk-enterprise");
    const whole = await page.evaluate(async () => {
      const reader = (await fetch("/__sandbox/events")).body?.getReader();
      return new TextDecoder().decode((await reader?.read())?.value);
    });
    expect(whole).toContain("event: state");
    expect(whole).not.toContain("sk-enterprise");
  });

  test("holds a bounded number of rows", async () => {
    const flood = Array.from({ length: 10 }, async () => {
      for (let index = 0; index < 40; index++) await send("/v2/generate", good, "sk-enterprise");
    });
    await Promise.all(flood);
    await page.getByText("400 so far").waitFor();
    expect(await page.locator("#requests tr").count()).toBe(200);
    expect(await page.locator("#jobs tr").count()).toBeLessThanOrEqual(100);
  });

  test("stands still while it is paused, and has everything afterwards", async () => {
    await page.getByRole("button", { name: "Pause" }).click();
    await send("/v2/generate", good);
    await page.getByText("1 so far, 1 not shown").waitFor();
    expect(await page.locator("#requests tr").count()).toBe(0);
    await page.getByRole("button", { name: "Pause" }).click();
    await row("201 accepted").waitFor();
  });

  test("moves the time and resets by its buttons", async () => {
    await send("/v2/generate", good);
    await row("201 accepted").waitFor();
    const beforeMs = sandbox.clock.now();
    await page.getByRole("button", { name: "Advance 61 s" }).click();
    await page.locator("#jobs").getByText("COMPLETED").waitFor();
    expect(sandbox.clock.now() - beforeMs).toBe(61_000);
    await page.getByRole("button", { name: "Reset" }).click();
    await page.getByText("0 so far").waitFor();
    expect(await page.locator("#requests tr, #jobs tr").count()).toBe(0);
  });

  test("comes back by itself when the sandbox was away", async () => {
    await send("/v2/generate", good);
    await row("201 accepted").waitFor();
    const port = Number(new URL(sandbox.url).port);
    await sandbox.close();
    await page.getByText("Connection lost").waitFor();
    sandbox = await startSandbox({ port, clock: "frozen", judge: "ajv" });
    await page.getByText("Connected", { exact: true }).waitFor();
    await page.getByText("0 so far").waitFor();
    await send("/v2/generate", {});
    await row("400 refused").waitFor();
    expect(await page.locator("#requests tr").count()).toBe(1);
  });

  test("tells a screen reader what is what", async () => {
    await send("/v2/generate", good);
    await row("201 accepted").waitFor();
    const tree = await page.locator("body").ariaSnapshot();
    for (const line of [
      'heading "Sync API · Sandbox" [level=1]',
      "status: Connected",
      'region "Limits"',
      'region "Jobs"',
      'table "Jobs, the newest first"',
      'columnheader "Verdict"',
      'cell "201 accepted"',
      'button "Pause"',
      'meter "jobs at a time of key 3 (…tor)"',
    ])
      expect(tree).toContain(line);
  });

  test("is readable in light and in dark", async () => {
    await send("/v2/generate", {});
    await row("400 refused").waitFor();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const selector of ["body", ".bad", ".good", ".faint", "th"])
        expect(await contrast(page, selector), `${selector}, ${colorScheme}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("is served under its path with and without the slash, and may ask nobody else", async () => {
    for (const path of ["/__sandbox", "/__sandbox/"]) {
      const answer = await fetch(`${sandbox.url}${path}`);
      expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(await answer.text()).not.toMatch(/(src|href)="(https?:)?\/\//);
    }
    const head = await fetch(`${sandbox.url}/__sandbox/events`, { method: "HEAD" });
    expect([head.status, head.headers.get("content-type")]).toEqual([
      200,
      "text/event-stream; charset=utf-8",
    ]);
  });
});

/** Contrast of an element's text with what is behind it, as WCAG 2 counts it. */
function contrast(page: Page, selector: string): Promise<number> {
  return page
    .locator(selector)
    .first()
    .evaluate((element) => {
      const channels = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
      const luminance = (color: string): number => {
        const [r = 0, g = 0, b = 0] = channels(color).map((value) => {
          const part = value / 255;
          return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      let behind: Element | null = element;
      while (behind && channels(getComputedStyle(behind).backgroundColor)[3] === 0)
        behind = behind.parentElement;
      const [a, b] = [
        luminance(getComputedStyle(element).color),
        luminance(getComputedStyle(behind ?? document.body).backgroundColor),
      ];
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    });
}
