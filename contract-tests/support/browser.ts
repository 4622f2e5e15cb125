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

/** @throws Error if this machine has no Chromium where one usually is */
export async function startBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), "specwright-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
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
  return {
    context,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function chromiumPath(): string {
  const { CHROMIUM_PATH } = process.env;
  const places = [
    ...(CHROMIUM_PATH ? [CHROMIUM_PATH] : []),
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ];
  const found = places.find((path) => existsSync(path));
  if (found === undefined)
    throw new Error(
      `There is no Chromium at ${places.join(", ")}. Install one (apt-get install chromium), or say where it is in CHROMIUM_PATH.`,
    );
  return found;
}
