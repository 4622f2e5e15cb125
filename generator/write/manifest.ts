import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
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
  /** Those of them that are overlays, in the order in which they were applied. */
  readonly overlays: readonly string[];
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
    const { inputs, sources, overlays = [], files } = value; // before there were overlays, none were named
    if (typeof inputs !== "string" || !Array.isArray(sources) || !Array.isArray(overlays)) return null;
    if (typeof files !== "object" || files === null) return null;
    // Its paths are deleted and overwritten: none may lead out of the folder.
    if (
      ![...Object.keys(files), ...sources, ...overlays].every(
        (path) => typeof path === "string" && isInner(path),
      )
    )
      return null;
    return { inputs, sources, overlays, files };
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

/** A file of the spec: its absolute path and what it says, be it its text or its value. */
export interface Source<Content> {
  readonly path: string;
  readonly content: Content;
}

/** The files of a spec, the root file first, and the absolute paths of those that are overlays, in their order. */
export interface Sources<Content> {
  readonly files: readonly Source<Content>[];
  readonly overlays: readonly string[];
}

/** A path of the manifest: relative to the root file's folder, alike on every system. */
export function relativeToRoot(rootPath: string, path: string): string {
  return relative(dirname(rootPath), path).split(sep).join("/");
}

/**
 * Digest of all that decides the output: the generator's own sources, the versions of what renders, and what the
 * spec's files say. How they say it (the order of a map's keys, layout, comments) doesn't count: the output would be
 * the same.
 */
export async function digestInputs({ files, overlays }: Sources<unknown>): Promise<string> {
  const ordered = files.map(({ path, content }) => ({ path, content: JSON.stringify(content, inOrder) }));
  return digestSources({ files: ordered, overlays });
}

/** Puts the keys of a map in order as JSON is written. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function digestSources({ files, overlays }: Sources<string>): Promise<string> {
  const hash = createHash("sha256").update(await digestGenerator());
  const root = files[0]?.path ?? ".";
  for (const { path, content } of files) hash.update(`\n${relativeToRoot(root, path)}\n${digest(content)}`);
  for (const path of overlays) hash.update(`\noverlay ${relativeToRoot(root, path)}`);
  return hash.digest("hex");
}

const remembered = join(dirname(generatorFolder), "node_modules", ".cache", "specwright-inputs");

/** Remembers what the inputs' digest is for these very texts, so that the next run need not read what they say. */
export async function rememberInputs(texts: Sources<string>, inputs: string): Promise<void> {
  try {
    await mkdir(remembered, { recursive: true });
    const path = join(remembered, await digestTexts(texts));
    const whole = `${path}.${process.pid}.tmp`; // another run may be reading it at this moment
    await writeFile(whole, inputs);
    await rename(whole, path);
  } catch {
    // it only saves time
  }
}

/** The inputs' digest for these texts, if a run on this machine has found it out; else `null`. */
export async function recallInputs(texts: Sources<string>): Promise<string | null> {
  return readFile(join(remembered, await digestTexts(texts)), "utf8").catch(() => null);
}

function digestTexts({ files, overlays }: Sources<string>): Promise<string> {
  const plain = files.map(({ path, content }) => ({
    path,
    content: content.replace(/^\ufeff/, "").replaceAll("\r\n", "\n"),
  }));
  return digestSources({ files: plain, overlays });
}

/** Folders whose code, and that of their folders, decides what is written; commands and reports don't. */
const decisive = ["contract", "load", "render", "runtime", "write"];
const renderers = [
  "@apidevtools/swagger-parser",
  "@biomejs/biome",
  "handlebars",
  "jsonpath-rfc9535",
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
    const names = await readdir(join(generatorFolder, folder), { recursive: true });
    const own = names
      .map((name) => name.split(sep).join("/"))
      .filter((name) => /\.(ts|hbs)$/.test(name) && !name.endsWith(".test.ts"))
      .sort();
    return Promise.all(
      own.map(
        async (name) =>
          `${folder}/${name} ${digest((await readFile(join(generatorFolder, folder, name), "utf8")).replaceAll("\r\n", "\n"))}`,
      ),
    );
  });
  return digest([...(await Promise.all(versions)), ...(await Promise.all(sources)).flat()].join("\n"));
}
