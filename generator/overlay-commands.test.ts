import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { loadSpec } from "./load/load-spec.js";
import { filesIn, scratchFolders } from "./testing/scratch-folder.js";
import { seeded, shuffled } from "./testing/shuffled.js";
import { operation, smallSpec } from "./testing/small-spec.js";
import { bin, project, specwright } from "./testing/specwright.js";

const scratch = scratchFolders();

const title = (name: string): string =>
  JSON.stringify({
    overlay: "1.0.0",
    info: { title: "Change", version: "1" },
    actions: [{ target: "$.info", update: { title: name } }],
  });

const files = {
  "openapi.json": JSON.stringify(
    smallSpec({ paths: { "/parcels": { get: operation("parcels.list", { summary: "List" }) } } }),
  ),
  "a.json": title("Letters"),
  "b.json": title("Postcards"),
};

const manifestIn = (folder: string): { sources: string[]; overlays: string[] } =>
  JSON.parse(readFileSync(join(folder, "out", ".specwright.json"), "utf8"));
const readmeIn = (folder: string): string => readFileSync(join(folder, "out", "README.md"), "utf8");

describe("specwright generate --overlay", () => {
  test.concurrent("the overlays are sources: each of them, their order and their text decide what is up to date", async () => {
    const cwd = scratch(files);
    const generate = async (...args: string[]) => {
      const { code, stdout, stderr } = await specwright(
        ["generate", "openapi.json", "out", "--json", ...args],
        { cwd },
      );
      expect(stderr).toBe("");
      const { upToDate, fromDigest } = JSON.parse(stdout) as Record<string, unknown>;
      return { code, upToDate, fromDigest };
    };
    const current = { code: 0, upToDate: true, fromDigest: true };
    const changed = { code: 1, upToDate: false, fromDigest: false };
    const both = ["--overlay", "a.json", "--overlay", "b.json"];

    expect(await generate(...both)).toMatchObject({ code: 0, upToDate: false });
    expect(readmeIn(cwd)).toContain("Postcards");
    expect(manifestIn(cwd)).toMatchObject({
      sources: ["openapi.json", "a.json", "b.json"],
      overlays: ["a.json", "b.json"],
    });
    expect(await generate(...both, "--check")).toEqual(current);
    expect(await generate("--check")).toEqual(changed);
    expect(await generate("--overlay", "b.json", "--overlay", "a.json", "--check")).toEqual(changed);
    writeFileSync(join(cwd, "b.json"), JSON.stringify(JSON.parse(title("Postcards")), null, 3));
    expect(await generate(...both, "--check")).toEqual(current); // laid out anew, saying the same
    writeFileSync(join(cwd, "b.json"), title("Telegrams"));
    expect(await generate(...both, "--check")).toEqual(changed);
    expect(await generate()).toMatchObject({ code: 0, upToDate: false });
    expect(manifestIn(cwd)).toMatchObject({ sources: ["openapi.json"], overlays: [] });
    expect(await generate("--check")).toEqual(current);
  });

  test.concurrent("a broken overlay leaves the old output as it was, and is told at its line", async () => {
    const cwd = scratch(files);
    await specwright(["generate", "openapi.json", "out"], { cwd });
    const before = filesIn(join(cwd, "out"));
    const text = title("Letters").replace("$.info", "$.gone").replace('"actions"', '\n"actions"');
    writeFileSync(join(cwd, "a.json"), text);
    const { code, stdout, stderr } = await specwright(
      ["generate", "openapi.json", "out", "--overlay", "a.json"],
      { cwd },
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /^a\.json:2:\d+ {2}#\/actions\/0\/target\n {2}error The target "\$\.gone" matches nothing\. .*\n {2}fix {3}\S/,
    );
    expect(filesIn(join(cwd, "out"))).toEqual(before);
  });

  test.concurrent("--watch follows an overlay too", async () => {
    const cwd = scratch(files);
    const args = [bin, "generate", "openapi.json", "out", "--overlay", "a.json", "--watch"];
    const child = spawn(process.execPath, args, { cwd });
    let stderr = "";
    child.stderr.on("data", (text) => (stderr += text));
    const ended = new Promise((resolve) => child.on("close", resolve));
    const until = (condition: () => void): Promise<void> =>
      vi.waitFor(condition, { timeout: 20_000, interval: 50 });
    try {
      await until(() => expect(stderr).toContain("Watching the spec"));
      expect(readmeIn(cwd)).toContain("Letters");
      writeFileSync(join(cwd, "a.json"), title("Telegrams"));
      await until(() => expect(readmeIn(cwd)).toContain("Telegrams"));
    } finally {
      child.kill("SIGTERM");
    }
    expect(await ended).toBe(0);
  });

  test("the same document, whatever the order of keys in the spec and in the revision's overlay", async () => {
    const random = seeded(7);
    const texts = Object.entries(filesIn(join(project, "spec"))).filter(([path]) => path.endsWith(".yaml"));
    const folder = scratch(
      Object.fromEntries(texts.map(([path, text]) => [path, JSON.stringify(shuffled(parse(text), random))])),
    );
    const [plain, other] = await Promise.all(
      [join(project, "spec"), folder].map((spec) => loadSpec(spec, [join(spec, "overlays", "2026-08.yaml")])),
    );
    expect(JSON.stringify(other?.document)).toBe(JSON.stringify(plain?.document));
  });
});

describe("specwright lint --overlay", () => {
  test.concurrent("finds nothing in the revision", async () => {
    const { code, stdout, stderr } = await specwright(["lint", "--overlay", "spec/overlays/2026-08.yaml"]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^✓ No problems: \d+ files, 7 operations/);
    expect(code).toBe(0);
  });

  test.concurrent("finds what the overlay makes wrong, at the overlay's line, and what the spec does, at the spec's", async () => {
    const spec = smallSpec({
      paths: { "/parcels/{id}": { get: operation("parcels.get", { summary: "Get" }) } },
      security: [],
      servers: [{ url: "https://parcels.test" }],
    });
    const actions = [
      { target: "$.paths.*.get", update: { tags: ["gone"] } },
      { target: "$.paths", update: { "/z": { get: operation("parcels.get", { summary: "Get" }) } } },
    ];
    const cwd = scratch({
      "openapi.json": JSON.stringify(spec, null, 1),
      "o.json": JSON.stringify({ overlay: "1.0.0", info: { title: "O", version: "1" }, actions }, null, 1),
    });
    const { code, stdout } = await specwright(["lint", "openapi.json", "--overlay", "o.json", "--json"], {
      cwd,
    });
    const { problems } = JSON.parse(stdout) as {
      problems: { file: string; line: number; pointer: string; rule: string }[];
    };
    const found = problems.map(({ file, pointer, rule }) => `${file}${pointer} ${rule}`);
    expect(found).toContain("openapi.json#/paths/~1parcels~1{id}/get path-parameters");
    expect(found).toContain("o.json#/actions/0/update/tags/0 tag-declared");
    expect(found).toContain("o.json#/actions/1/update/~1z/get/operationId operation-id-duplicate");
    for (const { line } of problems) expect(line).toBeGreaterThan(0);
    expect(code).toBe(1);
  });
});
