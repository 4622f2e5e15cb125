import type { CompileFinding } from "../change.js";
import { type Code, pointersAt } from "./code.js";
import { withoutLocalNames } from "./package-exports.js";

/** An error of the compiler, as its offset in the program and its words. */
interface CompileError {
  readonly start: number;
  readonly length: number;
  readonly message: string;
}

const maxLength = 400;

/**
 * The errors that the revision's client makes and the base's own does not, each once: the least call of a method is in
 * every other one as well.
 */
export function compileFindings(
  program: Code,
  { base, revision }: { readonly base: readonly CompileError[]; readonly revision: readonly CompileError[] },
): readonly CompileFinding[] {
  const unclear = new Set(base.map(({ start }) => start));
  // Without a method there is no result, and nothing can be said of what is read of it.
  const lost = new Set(
    revision.flatMap(({ start }) => /^const (\w+) =/.exec(lineAt(program.text, start))?.[1] ?? []),
  );
  const found = new Map<string, CompileFinding>();
  const foundAt = new Set<string | undefined>();
  const read = new Set<number>();
  const inOrder = [...revision].sort((a, b) => a.start + a.length - b.start - b.length);
  for (const { start, length, message } of inOrder) {
    if (unclear.has(start)) continue;
    const line = lineAt(program.text, start);
    const isRead = /^(keep<|result\w|one\(|pick\()/.test(line);
    if (isRead) {
      // What is gone in the middle of an expression makes all that stands behind it wrong too.
      const lineStart = program.text.lastIndexOf("\n", start);
      if (read.has(lineStart)) continue;
      read.add(lineStart);
    }
    if (!line.startsWith("const ") && line.match(/\bresult\w+\b/g)?.some((name) => lost.has(name))) continue;
    const pointers = pointersAt(program, isRead ? start + length - 1 : start);
    const error = cut(reason(message));
    const key = JSON.stringify([pointers[0], error]);
    // With a method, a type or a module go names that are made of its own: those stand last, and are told of it once.
    if (found.has(key) || (line.startsWith("import type ") && foundAt.has(pointers[0]))) continue;
    foundAt.add(pointers[0]);
    found.set(key, { pointers, code: cut(withoutLocalNames(line)), error });
  }
  return [...found.values()];
}

/** The innermost reason: TypeScript starts with whole types and ends with what is wrong in them. */
function reason(message: string): string {
  const lines = message.split("\n").map((line) => line.trim());
  return lines.at(-1) ?? message;
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", offset);
  const line = text.slice(start, end < 0 ? text.length : end);
  return line.replace(/^void (.*);$/s, "$1");
}

const cut = (text: string): string => (text.length > maxLength ? `${text.slice(0, maxLength)} …` : text);
