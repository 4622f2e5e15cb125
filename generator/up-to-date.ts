import { readFile, realpath } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { findRoot } from "./load/find-root.js";
import {
  digest,
  digestInputs,
  type Manifest,
  recallInputs,
  relativeToRoot,
  rememberInputs,
  type Source,
  type Sources,
} from "./write/manifest.js";

/**
 * Whether a folder already holds what this spec, under these overlays, and this generator make, told from digests alone: TypeScript is not
 * loaded, and for texts that were seen before on this machine no parser either.
 */
export async function isUpToDate(
  spec: string,
  outDir: string,
  manifest: Manifest,
  given: readonly string[] = [],
): Promise<boolean> {
  const root = await findRoot(spec);
  const folder = dirname(root);
  const paths = manifest.sources.map((path) => join(folder, path));
  if (paths[0] !== root) return false;
  try {
    const overlays = await Promise.all(given.map((path) => realpath(resolve(path))));
    const named = overlays.map((path) => relativeToRoot(root, path));
    if (JSON.stringify(named) !== JSON.stringify(manifest.overlays)) return false;
    const files = await Promise.all(
      paths.map(async (path): Promise<Source<string>> => ({ path, content: await readFile(path, "utf8") })),
    );
    const texts = { files, overlays };
    if (((await recallInputs(texts)) ?? (await readInputs(texts))) !== manifest.inputs) return false;
    const checks = Object.entries(manifest.files).map(
      async ([path, expected]) => digest(await readFile(join(outDir, path), "utf8")) === expected,
    );
    return (await Promise.all(checks)).every(Boolean);
  } catch {
    return false; // a file is gone, or broken: the long way will say which
  }
}

async function readInputs(texts: Sources<string>): Promise<string> {
  const { parseSpecText } = await import("./load/spec-file.js");
  const plain = (text: string): string => text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
  const { files, overlays } = texts;
  const inputs = await digestInputs({
    files: files.map(({ path, content }) => ({ path, content: parseSpecText(path, plain(content)).value })),
    overlays,
  });
  await rememberInputs(texts, inputs);
  return inputs;
}
