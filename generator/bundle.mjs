// The tool runs straight from its TypeScript sources: they are bundled once for each state they are in, so a clone needs no
// build step and never runs a stale one.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const project = join(dirname(fileURLToPath(import.meta.url)), "..");
const cache = join(project, "node_modules", ".cache", "specwright");

/**
 * The folder with the bundles of some entry points, which depend on no sources but those of some folders, both given below the
 * project. Throws an `Error` whose message says what to do where it can't be made.
 */
export async function bundled({ entryPoints, folders, external = [] }) {
  const hash = createHash("sha256")
    .update(process.version)
    .update(JSON.stringify([entryPoints, folders]));
  for (const folder of folders) {
    const sources = readdirSync(join(project, folder), { recursive: true })
      .map(String)
      .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
      .sort();
    for (const path of sources) hash.update(path).update(readFileSync(join(project, folder, path)));
  }
  const folder = join(cache, hash.digest("hex").slice(0, 32));
  const first = `${/([^/]+)\.ts$/.exec(entryPoints[0])[1]}.js`;
  if (existsSync(join(folder, first))) return folder;
  const unfinished = `${folder}.${process.pid}.${performance.now()}`;
  try {
    const { build } = await import("esbuild");
    await build({
      entryPoints: entryPoints.map((path) => join(project, path)),
      entryNames: "[name]",
      outdir: unfinished,
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node20",
      packages: "external",
      external,
      sourcemap: "linked",
      logLevel: "error",
    });
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process may just have been faster.
    if (!existsSync(join(folder, first)))
      throw new Error(
        `specwright can't prepare itself in ${cache}: ${error.message.split("\n")[0]}\nfix   Make that folder writable for one run; after that it is only read.`,
      );
  }
  removeOldBundles(folder);
  return folder;
}

function removeOldBundles(current) {
  const dayMs = 24 * 60 * 60 * 1000;
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (path !== current && Date.now() - statSync(path).mtimeMs > dayMs)
      rmSync(path, { recursive: true, force: true });
  }
}
