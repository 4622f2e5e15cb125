import { findPaths } from "./project.js";
import { colorsFor, describeProblems, Progress, plural } from "./terminal.js";

/** `specwright lint`; returns the exit code. Problems are what it is asked for, so they go to stdout. */
export async function lintCommand(
  specArgument: string | undefined,
  options: { json?: boolean; quiet?: boolean; overlay?: readonly string[] },
): Promise<number> {
  const { spec } = findPaths(specArgument, undefined);
  const start = performance.now();
  const progress = new Progress(options.quiet === true || options.json === true);
  progress.step("Linting");
  const { lintSpec } = await import("../lint/lint-spec.js");
  const { problems, files, operations, schemas, rules } = await lintSpec(spec, options.overlay).finally(() =>
    progress.done(),
  );
  const ok = problems.every(({ severity }) => severity !== "error");
  const color = colorsFor(process.stdout);
  if (options.json) process.stdout.write(`${JSON.stringify({ ok, problems })}\n`);
  else if (problems.length > 0) process.stdout.write(`${describeProblems(problems, color)}\n`);
  else if (!options.quiet) {
    const counts = [plural(files, "file"), plural(operations, "operation"), plural(schemas, "schema")].join(
      ", ",
    );
    const time = color.dim(`${Math.round(performance.now() - start)} ms`);
    process.stdout.write(`${color.green("✓")} No problems: ${counts}, ${plural(rules, "rule")} ${time}\n`);
  }
  return ok ? 0 : 1;
}
