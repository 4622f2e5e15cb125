import { readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { ComparedFile } from "../changes/reports/html/side-by-side.js";
import type { Reported, Sides } from "../changes/reports/reported.js";
import { generatorFolder } from "../generator-folder.js";
import type { Judgement } from "../judge-change.js";
import type { CompileOutcome } from "../judge-compile.js";
import type { SpecReading } from "../load/load-spec.js";
import { plainText } from "../render/plain-text.js";
import { writeFileWhole } from "../write/write-file.js";
import { CommandError } from "./command-error.js";
import { writeNotCompiled, writeTerminalReport, writeUnread } from "./diff-report.js";

const formats = ["json", "markdown", "html", "junit", "sarif", "github"] as const;
type Format = (typeof formats)[number];

/** A report that was asked for; without a file it is printed. */
export interface Output {
  readonly format: Format;
  readonly file: string | null;
}

/**
 * What `--json`, `--markdown` and every `--report format[=file]` ask for.
 *
 * @throws {CommandError} for an unknown format, or for two that would be printed one after the other
 */
export function plannedOutputs(options: {
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly report?: readonly string[];
}): readonly Output[] {
  const wanted = [
    ...(options.json ? ["json"] : []),
    ...(options.markdown ? ["markdown"] : []),
    ...(options.report ?? []),
  ];
  const outputs = wanted.map((text): Output => {
    const equals = text.indexOf("=");
    const name = equals < 0 ? text : text.slice(0, equals);
    const format = formats.find((one) => one === name);
    const file = equals < 0 ? null : text.slice(equals + 1);
    if (!format)
      throw new CommandError(
        `--report ${JSON.stringify(text)} is not known.`,
        `Write one of ${formats.join(", ")}, and =file behind it to write a file.`,
      );
    if (file === "")
      throw new CommandError(
        `--report ${JSON.stringify(text)} names no file.`,
        `Write --report ${format}=path, or --report ${format} to print it.`,
      );
    return { format, file };
  });
  const printed = outputs.filter(({ file }) => file === null);
  if (printed.length > 1)
    throw new CommandError(
      `Only one report can be printed, not ${printed.map(({ format }) => format).join(" and ")}.`,
      "Write the others to files: --report format=file.",
    );
  return outputs;
}

interface Side {
  /** As on the command line. */
  readonly name: string;
  readonly spec: SpecReading;
  readonly git: { readonly folder: string } | null;
}

interface Judged {
  readonly base: Side;
  readonly revision: Side;
  readonly failOn: string;
  readonly quiet: boolean;
  /** What became of `--compile`; `null` if it was not asked for. */
  readonly compiled: CompileOutcome | null;
  readonly elapsedMs: number;
}

/** Writes and prints the reports; without one that is printed, the terminal's. */
export async function writeOutputs(
  outputs: readonly Output[],
  judgement: Judgement,
  judged: Judged,
): Promise<void> {
  const printed = outputs.find(({ file }) => file === null);
  if (printed?.format !== "json") {
    writeUnread(judgement);
    if (judged.compiled?.status === "impossible") writeNotCompiled(judged.compiled);
  }
  for (const { format, file } of outputs) {
    const text = await render(format, judgement, judged);
    if (file === null) process.stdout.write(text);
    else writeOrRefuse(file, text);
  }
  if (!printed) writeTerminalReport(judgement, judged.quiet, judged.elapsedMs);
}

function writeOrRefuse(file: string, text: string): void {
  try {
    writeFileWhole(file, text);
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new CommandError(
      `The report can't be written to ${JSON.stringify(file)} (${code}).`,
      "Name a file in a folder that can be written.",
    );
  }
}

async function render(format: Format, reported: Reported, judged: Judged): Promise<string> {
  const { failOn, elapsedMs } = judged;
  const sides: Sides = {
    base: judged.base.name,
    revision: judged.revision.name,
    baseFolder: reviewFolder(judged.base),
    revisionFolder: reviewFolder(judged.revision),
  };
  switch (format) {
    case "json":
      return (await import("../changes/reports/json.js")).toJson(reported, sides, {
        elapsedMs,
        compiled: judged.compiled,
      });
    case "markdown":
      return plainText((await import("../changes/reports/markdown.js")).toMarkdown(reported, sides));
    case "github":
      return (await import("../changes/reports/github.js")).toGitHub(reported, sides);
    case "junit":
      return (await import("../changes/reports/junit.js")).toJUnit(reported, sides, { failOn, elapsedMs });
    case "sarif": {
      const { toSarif } = await import("../changes/reports/sarif.js");
      const { rulesById } = await import("../changes/rules/index.js");
      const { compileRule } = await import("../changes/compile/compile-rule.js");
      return toSarif(reported, sides, {
        ruleOf: (id) => (id === compileRule.id ? compileRule : rulesById.get(id)),
        version: ownVersion(),
      });
    }
    case "html": {
      const { toHtml } = await import("../changes/reports/html/page.js");
      return toHtml(reported, sides, comparedFiles(judged.base.spec, judged.revision.spec));
    }
  }
}

/** Folder of a spec as a review names it: from the workspace of the workflow, or from here. */
function reviewFolder({ spec, git }: Side): string {
  if (git) return git.folder;
  const from = process.env["GITHUB_WORKSPACE"] || process.cwd();
  return relative(from, dirname(spec.rootPath)).split(sep).join("/");
}

/** The files of both specs: the roots with each other, the rest by their names. */
function comparedFiles(base: SpecReading, revision: SpecReading): readonly ComparedFile[] {
  const named = ({ rootPath, files }: SpecReading) =>
    new Map(
      [...files].map(([path, { text }]) => {
        const file = relative(dirname(rootPath), path);
        return [path === rootPath ? "" : file, { file, text }];
      }),
    );
  const [before, after] = [named(base), named(revision)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .map((key) => ({ base: before.get(key) ?? null, revision: after.get(key) ?? null }));
}

function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(join(generatorFolder, "..", "package.json"), "utf8")) as {
    version: string;
  };
  return version;
}
