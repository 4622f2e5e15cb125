import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");

/**
 * In bytes. The aim is 7,000: a tenth of the same program on the vendor's own SDK (69,121 in `npm run bench`). Lower this
 * whenever the bundle has become smaller; what makes it larger has to be worth it.
 */
const maxGzipBytes = 16_300;

const program = `import { SyncClient } from "sync-api-client";
const sync = new SyncClient();
const response = await sync.generations.create({
  input: [
    { type: "video", url: "https://your-cdn.com/video.mp4" },
    { type: "audio", url: "https://your-cdn.com/audio.wav" },
  ],
  model: "lipsync-2",
});
console.log(\`Job ID: \${response.id}\`);
const job = await sync.generations.get(response.id);
console.log(job.status);
`;

/** What a bundler makes of a program for a browser, and the package's modules of which something is in it. */
async function bundle(
  contents: string,
  external: string[] = [],
): Promise<{ gzipBytes: number; modules: string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    external,
    write: false,
    metafile: true,
  });
  const [output] = Object.values(metafile.outputs);
  const modules = Object.entries(output?.inputs ?? {}).flatMap(([path, { bytesInOutput }]) => {
    const [, module] = /(?:^|\/)generated\/dist\/(.*)$/.exec(path) ?? [];
    return module !== undefined && bytesInOutput > 0 ? [module] : [];
  });
  const [file] = outputFiles;
  return { gzipBytes: gzipSync(file?.contents ?? "", { level: 9 }).length, modules };
}

/** A subpath's entry is named for it; its own part of the runtime is a folder there, unlike the core's modules. */
const isSubpaths =
  (subpaths: readonly string[]) =>
  (module: string): boolean =>
    /^runtime\/[^/]+\//.test(module) ||
    subpaths.some((name) => module === `${name}.js` || module.startsWith(`${name}/`));

describe("the program with create and get, bundled", () => {
  const { exports, peerDependencies = {} } = JSON.parse(
    readFileSync(resolve(root, "generated", "package.json"), "utf8"),
  ) as Readonly<{ exports: object; peerDependencies?: object }>;
  const subpaths = Object.keys(exports).flatMap((name) => /^\.\/([^.]+)$/.exec(name)?.[1] ?? []);
  let bundled: Awaited<ReturnType<typeof bundle>>;

  beforeAll(async () => {
    bundled = await bundle(program);
  });

  it(`has at most ${maxGzipBytes} bytes, compressed`, () => {
    expect(bundled.gzipBytes).toBeLessThanOrEqual(maxGzipBytes);
  });

  it("holds nothing of the package's subpaths", () => {
    expect(bundled.modules).toContain("runtime/client.js");
    expect(bundled.modules.filter(isSubpaths(subpaths))).toEqual([]);
  });

  it.each(subpaths)("would hold some if it imported %s", async (name) => {
    const contents = `${program}\nimport * as more from "sync-api-client/${name}"; console.log(more);`;
    const { modules } = await bundle(contents, ["node:*", ...Object.keys(peerDependencies)]);
    expect(modules.filter(isSubpaths(subpaths))).not.toEqual([]);
  });
});
