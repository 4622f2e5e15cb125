import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findRoot } from "./load/find-root.js";
import {
  digest,
  digestInputs,
  type Manifest,
  recallInputs,
  rememberInputs,
  type Source,
} from "./write/manifest.js";

/**
 * Whether a folder already holds what this spec and this generator make, told from digests alone: TypeScript is not
 * loaded, and for texts that were seen before on this machine no parser either.
 */
export async function isUpToDate(spec: string, outDir: string, manifest: Manifest): Promise<boolean> {
  const root = await findRoot(spec);
  const folder = dirname(root);
  const paths = manifest.sources.map((path) => join(folder, path));
  if (paths[0] !== root) return false;
  try {
    const texts = await Promise.all(
      paths.map(async (path): Promise<Source<string>> => ({ path, content: await readFile(path, "utf8") })),
    );
    if (((await recallInputs(texts)) ?? (await readInputs(texts))) !== manifest.inputs) return false;
    const checks = Object.entries(manifest.files).map(
      async ([path, expected]) => digest(await readFile(join(outDir, path), "utf8")) === expected,
    );
    return (await Promise.all(checks)).every(Boolean);
  } catch {
    return false; // a file is gone, or broken: the long way will say which
  }
}

async function readInputs(texts: readonly Source<string>[]): Promise<string> {
  const { parseSpecText } = await import("./load/spec-file.js");
  const plain = (text: string): string => text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
  const inputs = await digestInputs(
    texts.map(({ path, content }) => ({ path, content: parseSpecText(path, plain(content)).value })),
  );
  await rememberInputs(texts, inputs);
  return inputs;
}
