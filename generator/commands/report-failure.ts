import { type Problem, SpecError } from "../load/problem.js";
import { colorsFor, describeProblems, shown } from "./terminal.js";

/**
 * Tells why a command failed, on stderr for a person and on stdout as JSON for a machine. What is nobody's mistake
 * but ours keeps its stack.
 */
export function reportFailure(error: unknown, json: boolean): void {
  const color = colorsFor(process.stderr);
  if (error instanceof SpecError) {
    if (json) writeJson({ ok: false, problems: error.problems });
    else process.stderr.write(`${describeProblems(error.problems, color)}\n`);
    return;
  }
  const remedy =
    error instanceof Error && "remedy" in error && typeof error.remedy === "string" ? error.remedy : null;
  const message = error instanceof Error ? error.message : String(error);
  if (json) {
    writeJson({ ok: false, problems: [asProblem(error, message, remedy)] });
    return;
  }
  process.stderr.write(`${color.red("error")} ${shown(message)}\n`);
  if (remedy !== null) process.stderr.write(`${color.cyan("fix")}   ${shown(remedy)}\n`);
  else if (error instanceof Error && error.stack && process.env["DEBUG"])
    process.stderr.write(`${color.dim(shown(error.stack))}\n`);
}

/** Whoever reads `problems` finds every failure there, also one that no spec is to blame for. */
function asProblem(error: unknown, message: string, remedy: string | null): Problem {
  const rule = error instanceof Error && error.name === "OutputError" ? "output" : "failure";
  const nowhere = { file: null, line: null, column: null, pointer: null };
  const help = remedy ?? "This is a fault of ours; run it with DEBUG=1 to see where.";
  return { rule, severity: "error", ...nowhere, message, remedy: help };
}

function writeJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
