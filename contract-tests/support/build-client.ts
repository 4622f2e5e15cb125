import { spawn } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { ClientModule } from "./call.js";

/** A folder of its own, gone when the tests are. */
export async function scratchFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "contract-tests-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/**
 * Generates a client of another spec, or of one under overlays, and loads it. Its sources are translated file by file:
 * whether their types are right is for the generator's own tests to say.
 */
export async function buildClient(
  specPath: string,
  folder: string,
  overlays: readonly string[] = [],
): Promise<ClientModule> {
  const outDir = join(folder, "client");
  const flags = overlays.flatMap((path) => ["--overlay", path]);
  await run(process.execPath, ["generator/bin.mjs", "generate", specPath, outDir, ...flags]);
  await symlink(resolve("node_modules"), join(folder, "node_modules"), "junction");
  await build({
    entryPoints: [join(outDir, "src/**/*.ts")],
    outdir: join(outDir, "dist"),
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  return import(pathToFileURL(join(outDir, "dist/index.js")).href);
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((done, fail) => {
    child.once("error", fail);
    child.once("close", done);
  });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}.\n${output}`);
}
