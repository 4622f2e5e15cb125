import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the generator's sources, whose templates and runtime are read as files, also when its code runs from a bundle. */
export const generatorFolder =
  process.env["SPECWRIGHT_GENERATOR"] ?? find(dirname(fileURLToPath(import.meta.url)));

function find(folder: string): string {
  const candidate = join(folder, "generator");
  if (existsSync(join(candidate, "render", "templates"))) return candidate;
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error("The generator's own files are not where they should be; reinstall Specwright.");
  return find(parent);
}
