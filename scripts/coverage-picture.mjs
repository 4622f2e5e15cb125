// Takes the picture of the coverage page for docs/contract-coverage.md, in Chromium: what the contract tests recorded last,
// without some of it, so that missing cases are seen. It needs a Chromium; CHROMIUM_PATH says where.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const project = fileURLToPath(new URL("..", import.meta.url));
const picture = join(project, "docs", "contract-coverage.png");
const recordings = join(project, "node_modules", ".cache", "contract-coverage");

const folder = mkdtempSync(join(tmpdir(), "specwright-picture-"));
try {
  const fewer = join(folder, "recordings");
  mkdirSync(fewer);
  for (const name of readdirSync(recordings)) {
    const lines = readFileSync(join(recordings, name), "utf8").split("\n");
    writeFileSync(
      join(fewer, name),
      lines.filter((line) => line !== "" && !isLeftOut(JSON.parse(line))).join("\n"),
    );
  }
  const page = join(folder, "page.html");
  const least = [
    "operations=100",
    "statuses=100",
    "mediaTypes=100",
    "parameters=100",
    "keywords=95",
    "limits=100",
  ];
  const args = ["coverage", fewer, "--quiet", "--html", page, ...least.flatMap((one) => ["--least", one])];
  spawnSync(process.execPath, [join("generator", "bin.mjs"), ...args], { cwd: project, stdio: "ignore" });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-lcd-text"],
  });
  try {
    const tab = await browser.newPage({ viewport: { width: 1180, height: 1200 }, colorScheme: "light" });
    await tab.goto(pathToFileURL(page).href);
    await tab.screenshot({ path: picture });
  } finally {
    await browser.close();
  }
  console.log(picture);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The refusal of a file that is too large, as though nobody had thought of it. */
function isLeftOut({ method, target, status }) {
  return method === "POST" && target === "/v2/generate/upload" && status === 413;
}
