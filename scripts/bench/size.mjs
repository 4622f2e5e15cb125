// Bytes of the program with create and get, bundled for a browser: minified, and compressed as a server would.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { clients, clientsFolder, program } from "./clients.mjs";
import { ratio, table } from "./measure.mjs";

export async function measure({ spec, scratch }) {
  mkdirSync(join(scratch, "size"));
  const folder = clientsFolder(spec, join(scratch, "size"));
  const sizes = new Map();
  for (const client of clients) sizes.set(client, await bundleSize(client, folder));
  const sdk = sizes.get("@sync.so/sdk");
  table(
    "A program with create and get, bundled by esbuild",
    ["Client", "Minified, bytes", "gzip, bytes", "gzip, ratio to the SDK"],
    [...sizes].map(([client, { minified, gzip }]) => [client, minified, gzip, ratio(gzip, sdk.gzip)]),
  );
}

async function bundleSize(client, folder) {
  const { outputFiles } = await build({
    stdin: { contents: program(client), resolveDir: folder, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "error",
  });
  const [{ contents }] = outputFiles;
  return { minified: contents.length, gzip: gzipSync(contents, { level: 9 }).length };
}
