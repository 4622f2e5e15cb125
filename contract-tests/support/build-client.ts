import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, symlink } from "node:fs/promises";
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

/** Generates a client of another spec, or of one under overlays, builds it and loads it, with the commands that anybody would use. */
export async function buildClient(
  specPath: string,
  folder: string,
  overlays: readonly string[] = [],
): Promise<ClientModule> {
  const outDir = await generateClient(specPath, folder, overlays);
  await run("npx", ["--no-install", "tsc", "--project", outDir]);
  return import(pathToFileURL(join(outDir, "dist/index.js")).href);
}

/**
 * The same without a check of its types, which takes most of the time.
 *
 * @returns loads an entry of the package: `index`, or a further one such as `webhooks`
 */
export async function buildClientFast(
  specPath: string,
  folder: string,
): Promise<(entry: string) => Promise<ClientModule | null>> {
  const outDir = await generateClient(specPath, folder, []);
  const files = await readdir(join(outDir, "src"), { recursive: true });
  const entryPoints = files.filter((name) => /\.[jt]s$/.test(name)).map((name) => join(outDir, "src", name));
  await build({ entryPoints, outdir: join(outDir, "dist"), format: "esm", target: "es2022" });
  return async (entry) => {
    const path = join(outDir, "dist", `${entry}.js`);
    return existsSync(path) ? import(pathToFileURL(path).href) : null;
  };
}

async function generateClient(
  specPath: string,
  folder: string,
  overlays: readonly string[],
): Promise<string> {
  const outDir = join(folder, "client");
  await run("npx", [
    "--no-install",
    "specwright",
    "generate",
    specPath,
    outDir,
    ...overlays.flatMap((path) => ["--overlay", path]),
  ]);
  await symlink(resolve("node_modules"), join(folder, "node_modules"), "junction");
  return outDir;
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
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
