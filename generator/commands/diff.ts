import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Severity, severities } from "../changes/change.js";
import type { Judgement } from "../judge-change.js";
import type { CompileOutcome } from "../judge-compile.js";
import { findRoot } from "../load/find-root.js";
import { type GitSpec, readGitSpec } from "../load/git-tree.js";
import { readSpec, type SpecReading } from "../load/load-spec.js";
import { CommandError } from "./command-error.js";
import { readDecisions } from "./diff-decisions.js";
import { type Output, plannedOutputs, writeOutputs } from "./diff-outputs.js";
import { Progress } from "./terminal.js";

export interface DiffOptions {
  readonly json?: boolean;
  readonly markdown?: boolean;
  /** `format` or `format=file`, as often as wanted. */
  readonly report?: readonly string[];
  readonly compile?: boolean;
  readonly evidence?: boolean;
  /** Overlays over either side, in their order. */
  readonly overlayBase?: readonly string[];
  readonly overlayRevision?: readonly string[];
  readonly failOn: string;
  readonly quiet?: boolean;
  readonly config?: string;
  readonly approvals?: string;
  readonly changelog?: string | true;
  readonly today?: string;
}

/** `specwright diff`; returns the exit code: 0, or 1 for changes at or above `--fail-on`. Whatever it throws means 2: not judged. */
export async function diffCommand(base: string, revision: string, options: DiffOptions): Promise<number> {
  const { failOn } = options;
  if (![...severities, "none"].includes(failOn as Severity))
    throw new CommandError(
      `--fail-on ${JSON.stringify(failOn)} is not known.`,
      "Write error, warning, note or none.",
    );
  const today = options.today ?? new Date().toISOString().slice(0, 10);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(today))
    throw new CommandError(`--today ${JSON.stringify(today)} is no day.`, "Write it as 2031-12-31.");
  const outputs: readonly Output[] = plannedOutputs(options);
  const start = performance.now();
  const progress = new Progress(options.quiet === true || outputs.some(({ file }) => file === null));
  const sides: Side[] = [];
  try {
    progress.step("Reading the base");
    sides.push(await readSide(base, options.overlayBase));
    progress.step("Reading the revision");
    sides.push(await readSide(revision, options.overlayRevision, sides[0]?.spec));
    const [from, to] = sides as [Side, Side];
    progress.step("Comparing");
    const { judgeChange } = await import("../judge-change.js");
    const decisions = await readDecisions(options);
    const compiled = options.compile ? await compile(from.spec, to.spec, progress) : null;
    const findings = compiled?.status === "compiled" ? compiled.findings : null;
    const judged = judgeChange(from.spec, to.spec, { today, ...decisions, compile: findings });
    const judgement = options.evidence ? await evidence(judged, from.spec, to.spec, progress) : judged;
    progress.done();
    await writeOutputs(outputs, judgement, {
      base: { name: base, ...from },
      revision: { name: revision, ...to },
      failOn,
      quiet: options.quiet === true,
      compiled,
      elapsedMs: Math.round(performance.now() - start),
    });
    if (options.changelog !== undefined) await changelog(options.changelog, judgement);
    const rank = (severity: string): number => severities.indexOf(severity as Severity);
    const fails = judgement.changes.some(
      ({ severity, approval }) => approval === null && failOn !== "none" && rank(severity) >= rank(failOn),
    );
    return fails ? 1 : 0;
  } finally {
    progress.done();
    await Promise.all(sides.map(({ git }) => git?.remove()));
  }
}

/** Asks the compiler; not if nothing changed, for then it has nothing to say. */
async function compile(
  base: SpecReading,
  revision: SpecReading,
  progress: Progress,
): Promise<CompileOutcome> {
  if (isDeepStrictEqual(base.document, revision.document))
    return { status: "compiled", statements: 0, findings: [] };
  progress.step("Compiling against both clients");
  const { startTypeScriptWork } = await import("../render/typescript-worker.js");
  const work = await startTypeScriptWork();
  try {
    const { judgeCompile } = await import("../judge-compile.js");
    return await judgeCompile(base, revision, work);
  } finally {
    await work.stop();
  }
}

/** What tests servers is loaded only when it is asked for. */
async function evidence(
  judgement: Judgement,
  base: SpecReading,
  revision: SpecReading,
  { step }: Progress,
): Promise<Judgement> {
  const { withEvidence } = await import("./diff-evidence.js");
  return withEvidence(judgement, base, revision, step);
}

interface Side {
  readonly spec: SpecReading;
  readonly git: GitSpec | null;
}

const maxCheckedBytes = 2 * 1024 * 1024;

/** A side as named on the command line: a file, a folder, or `git:REF[:path]`; a commit's overlays are that commit's. */
async function readSide(
  name: string,
  overlays: readonly string[] = [],
  like: SpecReading | null = null,
): Promise<Side> {
  const reading = { maxCheckedBytes, like };
  if (!name.startsWith("git:")) return { spec: await readSpec(name, overlays, reading), git: null };
  const git = await readGitSpec(name.slice("git:".length), projectSpec());
  try {
    const root = dirname(await findRoot(git.path));
    const then = overlays.map((path) => join(root, relative(projectSpec(), path)));
    return { spec: await readSpec(git.path, then, reading), git };
  } catch (error) {
    await git.remove();
    throw error;
  }
}

async function changelog(given: string | true, judgement: Judgement): Promise<void> {
  const { writeChangelog } = await import("./write-changelog.js");
  const path = given === true ? join(dirname(projectSpec()), "generated", "CHANGELOG.md") : resolve(given);
  // A description is no change to who reads a changelog.
  if (judgement.changes.length > 0) await writeChangelog(path, judgement);
}

/** The `spec/` of the project that the working folder is in. */
function projectSpec(): string {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "spec"))) return join(folder, "spec");
    if (folder === dirname(folder)) return resolve("spec");
  }
}
