import { execFile } from "node:child_process";
import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const project = fileURLToPath(new URL("..", import.meta.url));
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "specwright-drift-test-"));
  const document = { openapi: "3.1.0", info: { title: "Parcels", version: "1.0.0" }, paths: {} };
  await writeFile(join(folder, "openapi.json"), JSON.stringify(document));
  await run("generator/bin.mjs", "generate", join(folder, "openapi.json"), join(folder, "out"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("drift is named, file by file; none is none", async () => {
  const check = () => run("scripts/drift-check.mjs", join(folder, "openapi.json"), join(folder, "out"));
  expect(await check()).toMatchObject({ code: 0, stdout: expect.stringContaining("No drift") });
  await appendFile(join(folder, "out", "src", "index.ts"), "export const mine = 1;\n");
  await writeFile(join(folder, "out", "src", "mine.ts"), "");
  await rm(join(folder, "out", "README.md"));
  const { code, stderr } = await check();
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /missing +README\.md\n +differs +src\/index\.ts, first in line \d+\n +not made +src\/mine\.ts\n/,
  );
});

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: project }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}
