import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findRoot } from "./load/find-root.js";
import { digest, digestInputs, type Manifest } from "./write/manifest.js";

/**
 * Whether a folder already holds what this spec and this generator make, told from digests alone: neither
 * TypeScript nor any parser is loaded.
 */
export async function isUpToDate(spec: string, outDir: string, manifest: Manifest): Promise<boolean> {
  const root = await findRoot(spec);
  const folder = dirname(root);
  const paths = manifest.sources.map((path) => join(folder, path));
  if (paths[0] !== root) return false;
  try {
    const sources = await Promise.all(
      paths.map(async (path) => ({ path, text: await readFile(path, "utf8") })),
    );
    if ((await digestInputs(sources)) !== manifest.inputs) return false;
    const checks = Object.entries(manifest.files).map(
      async ([path, expected]) => digest(await readFile(join(outDir, path), "utf8")) === expected,
    );
    return (await Promise.all(checks)).every(Boolean);
  } catch {
    return false; // a file is gone: the long way will say which
  }
}
