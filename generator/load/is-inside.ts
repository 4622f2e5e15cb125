import { realpath } from "node:fs/promises";
import { sep } from "node:path";

/** Whether a file is below a folder, both by its path and by where a symbolic link takes it. */
export async function isInside(folder: string, path: string): Promise<boolean> {
  const start = folder.endsWith(sep) ? folder : folder + sep;
  return path.startsWith(start) && (await realpath(path).catch(() => path)).startsWith(start);
}
