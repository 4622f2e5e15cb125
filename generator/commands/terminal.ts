import pc from "picocolors";
import type { Problem } from "../load/problem.js";
import { plainText } from "../render/plain-text.js";

export type Colors = ReturnType<typeof pc.createColors>;

/** Colours for a stream: only on a terminal, and never with NO_COLOR; FORCE_COLOR decides alone, with 0 for none. */
export function colorsFor(stream: NodeJS.WriteStream): Colors {
  const forced = process.env["FORCE_COLOR"];
  const wanted = forced
    ? forced !== "0" && forced !== "false"
    : stream.isTTY === true && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
  return pc.createColors(wanted);
}

/** Text of a spec or a path, with nothing left in it that a terminal would obey. */
export function shown(text: string): string {
  return plainText(text).replaceAll("\t", " ");
}

/** The same on one line, so that no name in a spec can pass for a line of ours. */
export function onOneLine(text: string): string {
  return shown(text).replaceAll("\n", "\\n");
}

/** One line on the terminal that says what is being done, rewritten at each step; nothing where no one watches. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #active: boolean;

  constructor(quiet: boolean, stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
    this.#active = !quiet && stream.isTTY === true && !process.env["CI"];
  }

  readonly step = (what: string): void => {
    if (this.#active) this.#stream.write(`\r\u001b[2K${what} …`);
  };

  done(): void {
    if (this.#active) this.#stream.write("\r\u001b[2K");
  }
}

/** Problems as a reader wants them: where, what, and what to do; then how many. */
export function describeProblems(problems: readonly Problem[], color: Colors): string {
  const lines = problems.flatMap((problem) => {
    const { file, line, column, pointer, rule, severity } = problem;
    const where = [file && onOneLine(file), line, column].filter((part) => part !== null).join(":");
    const place = [where && color.bold(where), pointer && color.dim(onOneLine(pointer))]
      .filter(Boolean)
      .join("  ");
    const label = severity === "error" ? color.red("error") : color.yellow("warning");
    return [
      place,
      `  ${label} ${onOneLine(problem.message)} ${color.dim(`(${rule})`)}`,
      `  ${color.cyan("fix")}   ${onOneLine(problem.remedy)}`,
      "",
    ].filter((text, index) => text !== "" || index === 3);
  });
  return [...lines, count(problems)].join("\n");
}

function count(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  return [plural(errors, "error"), ...(warnings > 0 ? [plural(warnings, "warning")] : [])].join(", ");
}

export function plural(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
