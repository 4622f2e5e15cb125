import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
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
 * Generates the package of another spec, or of one under overlays. Its sources are translated file by file: whether
 * their types are right is for the generator's own tests to say.
 *
 * @returns loads an entry of the package: `index`, or a further one such as `webhooks`; `null` if there is none
 */
export async function buildPackage(
  specPath: string,
  folder: string,
  overlays: readonly string[] = [],
): Promise<(entry: string) => Promise<ClientModule | null>> {
  const outDir = join(folder, "client");
  const flags = overlays.flatMap((path) => ["--overlay", path]);
  await run(process.execPath, ["generator/bin.mjs", "generate", specPath, outDir, ...flags]);
  await symlink(resolve("node_modules"), join(folder, "node_modules"), "junction");
  await build({
    entryPoints: [join(outDir, "src/**/*.ts"), join(outDir, "src/**/*.js")],
    outdir: join(outDir, "dist"),
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  return async (entry) => {
    const path = join(outDir, "dist", `${entry}.js`);
    return existsSync(path) ? import(pathToFileURL(path).href) : null;
  };
}

/** The client of such a package. */
export async function buildClient(...given: Parameters<typeof buildPackage>): Promise<ClientModule> {
  const client = await (await buildPackage(...given))("index");
  if (client === null) throw new Error("The package has no client.");
  return client;
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
