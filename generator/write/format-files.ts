import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const require = createRequire(import.meta.url);

/** How generated files are laid out; the same as this repository's own, so that its linter passes them. */
const configuration = {
  root: true,
  files: { maxSize: 256 * 1024 * 1024 },
  formatter: { indentStyle: "space", indentWidth: 2, lineWidth: 110, lineEnding: "lf" },
  javascript: { formatter: { quoteStyle: "double", trailingCommas: "all" } },
  linter: { enabled: false },
};

/**
 * Formats files by Biome, in a scratch folder.
 *
 * @throws {Error} if Biome can't parse one of them
 */
export async function formatFiles(files: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), "specwright-format-"));
  try {
    await writeFile(join(folder, "biome.json"), JSON.stringify(configuration));
    const paths = [...files.keys()].filter((path) => /\.(ts|json|md)$/.test(path));
    for (const path of paths) {
      await mkdir(join(folder, "files", dirname(path)), { recursive: true });
      await writeFile(join(folder, "files", path), files.get(path) ?? "");
    }
    const [command, ...first] = biomeCommand();
    const args = [...first, "check", "--write", `--config-path=${folder}`, join(folder, "files")];
    await promisify(execFile)(command, args, { cwd: folder }).catch(
      (error: { stdout?: string; stderr?: string; message: string }) => {
        throw new Error(
          `The formatter refused a generated file.\n${error.stderr || error.stdout || error.message}`,
        );
      },
    );
    const formatted = new Map(files);
    for (const path of paths) formatted.set(path, await readFile(join(folder, "files", path), "utf8"));
    return formatted;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Biome's binary for this platform. Its own start script finds it too, but takes ten times as long as the work. */
function biomeCommand(): [string, ...string[]] {
  const { platform, arch } = process;
  const file = platform === "win32" ? "biome.exe" : "biome";
  for (const libc of platform === "linux" ? ["", "-musl"] : [""]) {
    try {
      return [require.resolve(`@biomejs/cli-${platform}-${arch}${libc}/${file}`)];
    } catch {
      // not this one
    }
  }
  return [process.execPath, require.resolve("@biomejs/biome/bin/biome")];
}
