// Takes the picture of `specwright diff`'s page for docs/diff.md, in Chromium: our spec against a copy with a few edits.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const project = fileURLToPath(new URL("..", import.meta.url));
const picture = join(project, "docs", "diff-page.png");
const edits = [
  ["schemas/Model.yaml", "  - lipsync-1.9.0-beta\n", ""],
  ["schemas/Model.yaml", "  - react-1\n", "  - react-1\n  - sync-3\n"],
  ["schemas/GenerationOptions.yaml", "maximum: 1\n", "maximum: 0.5\n"],
  [
    "schemas/CreateGenerationRequest.yaml",
    "required: [model, input]",
    "required: [model, input, webhookUrl]",
  ],
];

const folder = mkdtempSync(join(tmpdir(), "specwright-picture-"));
try {
  cpSync(join(project, "spec"), join(folder, "spec"), { recursive: true });
  for (const [file, before, after] of edits) {
    const path = join(folder, "spec", file);
    const text = readFileSync(path, "utf8");
    if (!text.includes(before)) throw new Error(`${file} has no ${JSON.stringify(before)}.`);
    writeFileSync(path, text.replace(before, after));
  }
  const page = join(folder, "page.html");
  const bin = join(project, "generator", "bin.mjs");
  cpSync(join(project, "spec"), join(folder, "main"), { recursive: true });
  const args = [bin, "diff", "main", "spec", "--quiet", "--fail-on", "none", "--report", `html=${page}`];
  execFileSync(process.execPath, args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  try {
    const tab = await browser.newPage({ viewport: { width: 1100, height: 1150 }, colorScheme: "light" });
    await tab.goto(pathToFileURL(page).href);
    for (const kind of ["warning", "note"]) await tab.locator(`#show-${kind}`).uncheck(); // so that both parts are seen
    await tab.screenshot({ path: picture });
  } finally {
    await browser.close();
  }
  console.log(picture);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
