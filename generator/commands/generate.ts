import { relative } from "node:path";
import { isUpToDate } from "../up-to-date.js";
import { manifestName, readManifest } from "../write/manifest.js";
import type { Change } from "../write/write-files.js";
import { findPaths } from "./project.js";
import { type Colors, colorsFor, Progress, plural, shown } from "./terminal.js";

export interface GenerateOptions {
  readonly check?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly watch?: boolean;
  readonly force?: boolean;
  readonly overlay?: readonly string[];
}

interface Outcome {
  readonly upToDate: boolean;
  readonly changes: readonly Change[];
  readonly unchanged: number;
  readonly operations: number | null;
  readonly schemas: number | null;
  readonly fromDigest: boolean;
  readonly sources: readonly string[];
}

/** `specwright generate`; returns the exit code. */
export async function generateCommand(
  specArgument: string | undefined,
  outArgument: string | undefined,
  options: GenerateOptions,
): Promise<number> {
  const { spec, outDir } = findPaths(specArgument, outArgument);
  if (options.watch) {
    const { watchSpec } = await import("./watch.js");
    return watchSpec(() => runOnce(spec, outDir, options), spec, outDir);
  }
  return (await runOnce(spec, outDir, options)).exitCode;
}

async function runOnce(
  spec: string,
  outDir: string,
  options: GenerateOptions,
): Promise<{ exitCode: number; sources: readonly string[] }> {
  const start = performance.now();
  const progress = new Progress(options.quiet === true || options.json === true);
  let outcome: Outcome;
  try {
    outcome = await work(spec, outDir, options, progress.step);
  } finally {
    progress.done();
  }
  const elapsedMs = Math.round(performance.now() - start);
  await report(outcome, outDir, options, elapsedMs);
  return { exitCode: options.check && !outcome.upToDate ? 1 : 0, sources: outcome.sources };
}

async function work(
  spec: string,
  outDir: string,
  options: GenerateOptions,
  onStep: (step: string) => void,
): Promise<Outcome> {
  const { recover, applyWrite } = await import("../write/write-files.js");
  const { overlay: overlays = [] } = options;
  if (!options.check) recover(outDir);
  const manifest = await readManifest(outDir);
  if (manifest && !options.force && (await isUpToDate(spec, outDir, manifest, overlays))) {
    return {
      upToDate: true,
      changes: [],
      unchanged: Object.keys(manifest.files).length + 1, // and the manifest itself
      operations: null,
      schemas: null,
      fromDigest: true,
      sources: [],
    };
  }
  const { startTypeScriptWork } = await import("../render/typescript-worker.js");
  const starting = startTypeScriptWork(); // loads TypeScript while this thread loads the rest
  try {
    const { generate } = await import("../generate.js");
    const { plan, ...rest } = await generate({
      spec,
      overlays,
      outDir,
      manifest,
      work: await starting,
      onStep,
    });
    if (!options.check) {
      onStep("Writing");
      applyWrite(plan);
    }
    const { changes, unchanged } = plan;
    return { upToDate: changes.length === 0, changes, unchanged, fromDigest: false, ...rest };
  } finally {
    await (await starting).stop();
  }
}

async function report(
  outcome: Outcome,
  outDir: string,
  options: GenerateOptions,
  elapsedMs: number,
): Promise<void> {
  const { changes, unchanged, operations, schemas, fromDigest, upToDate } = outcome;
  const of = (kind: Change["kind"]): string[] =>
    changes.filter((change) => change.kind === kind).map(({ path }) => path);
  const paths = { added: of("added"), changed: of("changed"), removed: of("removed") };
  if (options.json) {
    const wrote = !options.check;
    process.stdout.write(
      `${JSON.stringify({ ok: wrote || upToDate, wrote, upToDate, fromDigest, ...paths, unchanged, operations, schemas, elapsedMs })}\n`,
    );
    return;
  }
  const color = colorsFor(process.stdout);
  const where = shown(relative(process.cwd(), outDir) || ".");
  if (options.check && !upToDate) {
    await showDifferences(changes, where);
    return;
  }
  if (options.quiet) return;
  const time = color.dim(`${elapsedMs} ms`);
  if (upToDate) {
    const how = fromDigest ? "told from its digest" : "compared file by file";
    process.stdout.write(
      `${color.green("✓")} ${where} is up to date (${plural(unchanged, "file")}, ${how}) ${time}\n`,
    );
    return;
  }
  const counts = [
    `${paths.added.length + paths.changed.length} written`,
    `${unchanged} unchanged`,
    `${paths.removed.length} removed`,
  ].join(", ");
  process.stdout.write(
    `${color.green("✓")} ${where}: ${plural(operations ?? 0, "operation")}, ${plural(schemas ?? 0, "schema")} → ${counts} ${time}\n${list(paths, color)}`,
  );
}

function list({ added, changed, removed }: Record<Change["kind"], string[]>, color: Colors): string {
  const lines = [
    ...added.map((path) => `  ${color.green("+")} ${path}`),
    ...changed.map((path) => `  ${color.yellow("~")} ${path}`),
    ...removed.map((path) => `  ${color.red("-")} ${path}`),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

const maxDiffLines = 200;

async function showDifferences(changes: readonly Change[], where: string): Promise<void> {
  const { createTwoFilesPatch } = await import("diff");
  const color = colorsFor(process.stderr);
  const out: string[] = [];
  for (const { path, before, after, kind } of changes) {
    if (path === manifestName) continue; // it changes with every other file, and says nothing to a reader
    const patch = createTwoFilesPatch(
      `${where}/${path}`,
      `${where}/${path}`,
      before ?? "",
      after ?? "",
      kind === "added" ? "missing" : "as it is",
      kind === "removed" ? "to be removed" : "as it should be",
      { context: 2 },
    );
    const lines = patch.split("\n").slice(1);
    out.push(...lines.slice(0, maxDiffLines).map((line) => paint(shown(line), color)));
    if (lines.length > maxDiffLines) out.push(color.dim(`… ${lines.length - maxDiffLines} more lines`));
  }
  const files = plural(changes.length, "file");
  out.push(
    `${color.red("✗")} ${where} is not what the spec makes of it: ${files} differ${changes.length === 1 ? "s" : ""}.`,
    ...(changes.length === 1 && changes[0]?.path === manifestName
      ? ["  Only its manifest: it was made by another state of the generator, with the same result."]
      : []),
    "  Run `specwright generate` and commit the result.",
  );
  process.stderr.write(`${out.join("\n")}\n`);
}

function paint(line: string, color: Colors): string {
  if (line.startsWith("+++") || line.startsWith("---")) return color.bold(line);
  if (line.startsWith("+")) return color.green(line);
  if (line.startsWith("-")) return color.red(line);
  return line.startsWith("@@") ? color.cyan(line) : line;
}
