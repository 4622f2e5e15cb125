import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { CommandError } from "./command-error.js";

/** Spec and output folder of a command: as given, or else `spec/` and `generated/` of the project that the working folder is in. */
export function findPaths(
  spec: string | undefined,
  outDir: string | undefined,
): { spec: string; outDir: string } {
  if (spec !== undefined) return { spec: resolve(spec), outDir: resolve(outDir ?? "generated") };
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "spec", "openapi.yaml"))) {
      return { spec: join(folder, "spec", "openapi.yaml"), outDir: resolve(folder, outDir ?? "generated") };
    }
    if (folder === dirname(folder)) break;
  }
  throw new CommandError(
    "There is no spec/openapi.yaml in this folder or above it.",
    "Name the spec: specwright generate path/to/openapi.yaml",
  );
}
