import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { generatorFolder } from "../generator-folder.js";

export const manifestName = ".specwright.json";

/** What the generator knows of an output folder: which files are its own, and of what they were made. */
export interface Manifest {
  /** Digest of the generator and of all files of the spec. */
  readonly inputs: string;
  /** Files of the spec, relative to the root file's folder; the root file first. */
  readonly sources: readonly string[];
  /** Path of each file that the generator owns here → digest of its content. */
  readonly files: Readonly<Record<string, string>>;
}

export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The manifest of a folder; `null` if there is none, or one that can't be trusted. */
export async function readManifest(folder: string): Promise<Manifest | null> {
  try {
    const value = JSON.parse(await readFile(join(folder, manifestName), "utf8")) as Partial<Manifest>;
    const { inputs, sources, files } = value;
    if (typeof inputs !== "string" || !Array.isArray(sources) || typeof files !== "object" || files === null)
      return null;
    // Its paths are deleted and overwritten: none may lead out of the folder.
    if (![...Object.keys(files), ...sources].every((path) => typeof path === "string" && isInner(path)))
      return null;
    return { inputs, sources, files };
  } catch {
    return null;
  }
}

/** The path of something inside a folder, whoever wrote it. */
export function isInner(path: string): boolean {
  return path !== "" && !isAbsolute(path) && !path.split(/[\\/]/).includes("..");
}

export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** A file of the spec: its absolute path, and the text that was or would be read. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/**
 * Digest of all that decides the output: the generator's own sources, the versions of what renders, and the spec.
 * Line endings don't count.
 *
 * @param sources the root file first
 */
export async function digestInputs(sources: readonly Source[]): Promise<string> {
  const hash = createHash("sha256").update(await digestGenerator());
  const folder = dirname(sources[0]?.path ?? ".");
  for (const { path, text } of sources) {
    const plain = text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
    hash.update(`\n${relative(folder, path).split(sep).join("/")}\n${digest(plain)}`);
  }
  return hash.digest("hex");
}

/** Folders whose code decides what is written; commands and reports don't. */
const decisive = ["contract", "load", "render", "render/templates", "runtime", "write"];
const renderers = [
  "@apidevtools/swagger-parser",
  "@biomejs/biome",
  "handlebars",
  "openapi-typescript",
  "typescript",
  "yaml",
];

async function digestGenerator(): Promise<string> {
  const require = createRequire(import.meta.url);
  const versions = renderers.map(async (name) => {
    const { version } = JSON.parse(await readFile(require.resolve(`${name}/package.json`), "utf8")) as {
      version: string;
    };
    return `${name}@${version}`;
  });
  const sources = decisive.map(async (folder) => {
    const names = await readdir(join(generatorFolder, folder));
    const own = names.filter((name) => /\.(ts|hbs)$/.test(name) && !name.endsWith(".test.ts")).sort();
    return Promise.all(
      own.map(
        async (name) =>
          `${folder}/${name} ${digest((await readFile(join(generatorFolder, folder, name), "utf8")).replaceAll("\r\n", "\n"))}`,
      ),
    );
  });
  return digest([...(await Promise.all(versions)), ...(await Promise.all(sources)).flat()].join("\n"));
}
