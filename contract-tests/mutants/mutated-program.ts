import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { Family } from "./mutant.js";
import type { Operator } from "./operators.js";
import { plant, type SourceMutant } from "./plant.js";
import type { testsIn } from "./stand-in-vitest.js";

/** Sources and the operators that find faults in them. */
export interface Planting {
  readonly family: Family;
  /** What all of them are below, and lists leave out. */
  readonly folder: string;
  readonly sources: readonly { readonly file: string; readonly operators: readonly Operator[] }[];
  /** The module that is loaded, below the folder. */
  readonly entry: string;
  /** Files of tests, below the folder, that come with it and call what is faulty. */
  readonly tests?: readonly string[];
  /** Numbers begin here, so that those of two programs in one process do not meet. */
  readonly firstNumber: number;
}

/** What a program has besides its own where tests come with it. A file can be evaluated once for each time it is loaded. */
export interface WithTests {
  readonly testsIn: typeof testsIn;
  readonly testFiles: Readonly<Record<string, () => Promise<unknown>>>;
}

/** A program with faults in it, all of them asleep until one is loaded awake. */
export class MutatedProgram {
  readonly mutants: readonly SourceMutant[];
  readonly #path: string;
  #loads = 0;

  private constructor(mutants: readonly SourceMutant[], path: string) {
    this.mutants = mutants;
    this.#path = path;
  }

  /** Plants and bundles; once for each state of the sources, which all processes share. */
  static async of({
    family,
    folder,
    sources,
    entry,
    tests = [],
    firstNumber,
  }: Planting): Promise<MutatedProgram> {
    const mutants: SourceMutant[] = [];
    const code = new Map<string, string>();
    for (const { file, operators } of sources) {
      const path = resolve(folder, file);
      const planted = plant(
        family,
        file,
        await readFile(path, "utf8"),
        operators,
        firstNumber + mutants.length,
      );
      mutants.push(...planted.mutants);
      code.set(path, planted.code);
    }
    const { outputFiles } = await build({
      stdin: { contents: entryWith(entry, tests), resolveDir: resolve(folder), loader: "ts" },
      bundle: true,
      write: false,
      format: "esm",
      platform: "node",
      target: "node20",
      packages: "external",
      logLevel: "silent",
      plugins: [
        {
          name: "mutants",
          setup: ({ onLoad, onResolve }) => {
            onResolve({ filter: /^vitest$/ }, ({ importer }) =>
              importer === standIn ? { path: "vitest", external: true } : { path: standIn },
            );
            onLoad({ filter: /\.[jt]s$/ }, ({ path }) => {
              const contents = code.get(path);
              return contents === undefined ? null : { contents, loader: path.endsWith(".ts") ? "ts" : "js" };
            });
          },
        },
      ],
    });
    const text = outputFiles[0]?.text ?? "";
    const path = join(resolve("node_modules/.cache/specwright-mutants"), `${family}-${hashOf(text)}.mjs`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.${process.pid}`, text);
    await rename(`${path}.${process.pid}`, path);
    return new MutatedProgram(mutants, path);
  }

  /** A fresh copy of the program, with one fault awake, or none; it stays awake until the next is loaded. */
  async load<Module>(mutant: SourceMutant | null): Promise<Module> {
    state.mutant = mutant?.number ?? null;
    return (await import(/* @vite-ignore */ `${pathToFileURL(this.#path).href}?${this.#loads++}`)) as Module;
  }

  /** What is come by while something is done with a program without a fault. */
  async reachedBy(work: () => Promise<void>): Promise<Set<number>> {
    const reached = new Set<number>();
    state.reached = reached;
    try {
      await work();
    } finally {
      delete state.reached;
    }
    return reached;
  }
}

const standIn = resolve("contract-tests/mutants/stand-in-vitest.ts");

function entryWith(entry: string, tests: readonly string[]): string {
  const all = `export * from ${JSON.stringify(`./${entry}`)};`;
  if (tests.length === 0) return all;
  const files = tests.map((file) => `${JSON.stringify(file)}: () => import(${JSON.stringify(`./${file}`)})`);
  return [
    all,
    `export { testsIn } from ${JSON.stringify(standIn)};`,
    `export const testFiles = { ${files.join(", ")} };`,
  ].join("\n");
}

/** What the sleeping faults look at. */
const state = globalThis as { mutant?: number | null; reached?: Set<number> };

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
