import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { buildContract } from "./contract/build-contract.js";
import { loadSpec } from "./load/load-spec.js";
import { filesIn, scratchFolders } from "./testing/scratch-folder.js";
import { seeded, shuffled } from "./testing/shuffled.js";
import { project, runNode, specwright, specwrightProcess } from "./testing/specwright.js";

const scratch = scratchFolders();
const specs = { ours: "spec", shop: "generator/fixtures/shop", twins: "generator/fixtures/twins" };

/** The spec's files with the keys of every map in another order. */
function shuffledSpec(spec: string, seed: number): Record<string, string> {
  const random = seeded(seed);
  const files = Object.entries(filesIn(join(project, spec))).filter(([path]) => path.endsWith(".yaml"));
  return Object.fromEntries(
    files.map(([path, text]) => [path, JSON.stringify(shuffled(parse(text), random), null, 1)]),
  );
}

describe("the order of keys means nothing", () => {
  test.each(Object.entries(specs))("%s", async (_, spec) => {
    const loaded = await loadSpec(join(project, spec));
    const want = JSON.stringify([loaded.document, buildContract(loaded)]);
    for (let seed = 1; seed <= 4; seed++) {
      const folder = scratch(shuffledSpec(spec, seed));
      const found = await loadSpec(folder);
      expect(JSON.stringify([found.document, buildContract(found)]), `seed ${seed}`).toBe(want);
    }
  });
});

describe("the same bytes", () => {
  const plain = scratchOnce(async (folder) => {
    await expectGenerated(specwright(["generate", "spec", folder]));
    return filesIn(folder);
  });

  test.concurrent("run twice, into a folder of another name", async () => {
    const folder = join(scratch(), "other");
    await expectGenerated(specwright(["generate", "spec", folder]));
    expect(filesIn(folder)).toEqual(await plain());
    const again = await specwright(["generate", "spec", folder, "--force", "--json"]);
    expect(JSON.parse(again.stdout)).toMatchObject({ upToDate: true, fromDigest: false, changed: [] });
  });

  test.concurrent("in a Turkish locale in Tokyo, spec and working folder elsewhere", async () => {
    const folder = scratch();
    const spec = scratch();
    cpSync(join(project, "spec"), spec, { recursive: true });
    const env = { LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8", LANGUAGE: "tr", TZ: "Asia/Tokyo" };
    // Only a proof if the locale took effect.
    const collation = await runNode(["-p", "['ı', 'i', 'h'].sort((a, b) => a.localeCompare(b)).join('')"], {
      env,
    });
    expect(collation.stdout.trim()).toBe("hıi");
    await expectGenerated(specwrightProcess(["generate", spec, folder], { cwd: folder, env }));
    expect(filesIn(folder)).toEqual(await plain());
  });

  test.concurrent("every map of the spec shuffled, the manifest with it", async () => {
    const folder = scratch();
    await expectGenerated(specwright(["generate", scratch(shuffledSpec("spec", 1)), folder]));
    expect(filesIn(folder)).toEqual(await plain());
  });

  test.concurrent("a checkout of spec and generator with Windows' line endings", async () => {
    const clone = scratch();
    for (const folder of ["spec", "generator"]) copyWithCrLf(join(project, folder), join(clone, folder));
    cpSync(join(project, "package.json"), join(clone, "package.json"));
    mkdirSync(join(clone, "node_modules"));
    for (const name of readdirSync(join(project, "node_modules"))) {
      if (name !== ".cache")
        symlinkSync(join(project, "node_modules", name), join(clone, "node_modules", name));
    }
    const bin = join(clone, "generator", "bin.mjs");
    await expectGenerated(runNode([bin, "generate"], { cwd: clone }));
    expect(readFileSync(join(clone, "generator", "generate.ts"), "utf8")).toMatch(/\r\n/);
    expect(filesIn(join(clone, "generated"))).toEqual(await plain());
  });
});

async function expectGenerated(run: ReturnType<typeof specwright>): Promise<void> {
  const { code, stderr } = await run;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
}

function scratchOnce<T>(make: (folder: string) => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make(scratch());
    return made;
  };
}

function copyWithCrLf(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (statSync(join(from, name)).isDirectory()) copyWithCrLf(join(from, name), join(to, name));
    else writeFileSync(join(to, name), readFileSync(join(from, name), "utf8").replace(/\r?\n/g, "\r\n"));
  }
}
