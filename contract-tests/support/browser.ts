import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";

/** A browser without a past, that asks nobody but the pages it is given. */
export interface Browser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

const { CHROMIUM_PATH } = process.env;

/** A Chromium or Chrome of this machine; `null` if there is none where one usually is. */
export const chromiumPath: string | null =
  [
    ...(CHROMIUM_PATH ? [CHROMIUM_PATH] : []),
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ].find((path) => existsSync(path)) ?? null;

export async function startBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), "specwright-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath ?? "/usr/bin/chromium",
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  context.setDefaultTimeout(60_000); // the machine may be busy with other tests
  return {
    context,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
