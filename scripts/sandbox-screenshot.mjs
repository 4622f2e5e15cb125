// Takes the picture of the sandbox's page for docs/sandbox.md: node scripts/sandbox-screenshot.mjs
// It needs a Chromium; CHROMIUM_PATH says where, if not at /usr/bin/chromium.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const root = resolve(import.meta.dirname, "..");
const picture = join(root, "docs", "sandbox.png");
const bin = join(root, "generator", "bin.mjs");
const sandbox = spawn(
  process.execPath,
  [bin, "sandbox", "--json", "--quiet", "--seed", "1", "--enforce-retry-after"],
  { stdio: ["ignore", "pipe", "inherit"] },
);
const profile = mkdtempSync(join(tmpdir(), "specwright-screenshot-"));
try {
  const [line] = await once(createInterface(sandbox.stdout), "line");
  const { url } = JSON.parse(line);
  await someTraffic(url);
  await photograph(`${url}/__sandbox/`);
  console.log(`${picture}: ${Math.round(statSync(picture).size / 1024)} kB`);
} finally {
  sandbox.kill();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
}

/** Requests of three keys, good and bad ones, and jobs in every state. */
async function someTraffic(url) {
  const create = (key, model, why = "talk-12s", body = {}) =>
    fetch(`${url}/v2/generate`, {
      method: "POST",
      headers: { "x-api-key": key, "content-type": "application/json" },
      body: JSON.stringify({
        model,
        input: [
          {
            type: "video",
            url: `https://${why.includes("talk") ? "cdn.example.com" : "sandbox.invalid"}/${why}.mp4`,
          },
          { type: "audio", url: "https://cdn.example.com/voice.wav" },
        ],
        ...body,
      }),
    });
  const advance = (by) =>
    fetch(`${url}/__sandbox/clock`, { method: "POST", body: JSON.stringify({ advance: by }) });
  for (let index = 0; index < 62; index++) await create("sk-hobbyist", "lipsync-9");
  await create("sk-creator", "lipsync-2");
  await create("sk-creator", "lipsync-2-pro", "inaccessible");
  await create("sk-scale", "lipsync-2", "rejected");
  await advance("31s");
  for (let index = 0; index < 2; index++) await create("sk-creator", "lipsync-2");
  await advance("6s");
  for (let index = 0; index < 4; index++) await create("sk-scale", "lipsync-2");
  for (let index = 0; index < 2; index++) await create("sk-creator", "lipsync-2");
  await create("sk-creator", "lipsync-2", "talk-12s", {
    options: { sync_mode: "loop", temperature: 7 },
    note: "?",
  });
  await fetch(`${url}/v2/generate`, { headers: { "x-api-key": "sk-nobody" } });
  await fetch(`${url}/v2/generate?status=COMPLETED`, { headers: { "x-api-key": "sk-creator" } });
}

async function photograph(address) {
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    headless: true,
    viewport: { width: 1100, height: 720 },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-lcd-text", // grey letters: a third less to store
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  const page = await browser.newPage();
  await page.goto(address);
  await page.getByText("Connected", { exact: true }).waitFor();
  await page.locator("#requests summary").first().waitFor();
  await page.locator("#requests tr", { hasText: "400 refused" }).first().locator("summary").click();
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.screenshot({ path: picture });
  await browser.close();
}
