import { SourceText } from "./source-text.js";

const width = 104;

/** A doc comment of paragraphs and tags, wrapped; empty ones are left out. Spec text in it can't end it. */
export function docComment(paragraphs: readonly string[], indent = ""): SourceText {
  const lines = paragraphs
    .map((paragraph) => SourceText.comment(paragraph).toString().trim())
    .filter((paragraph) => paragraph !== "")
    .flatMap((paragraph, index) => {
      const wrapped = reflow(paragraph.split("\n")).flatMap((line) => wrap(line.trimEnd()));
      return index > 0 && !paragraph.startsWith("@") ? ["", ...wrapped] : wrapped;
    });
  const firstTag = lines.findIndex((line) => line.startsWith("@"));
  if (firstTag > 0) lines.splice(firstTag, 0, "");
  const [only = ""] = lines;
  if (lines.length <= 1) return SourceText.ours(`/** ${only} */`);
  return SourceText.ours(
    ["/**", ...lines.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`].join("\n"),
  );
}

/** Joins the lines of a paragraph, which its author broke for another width; lists, tables and code keep their lines. */
function reflow(lines: readonly string[]): string[] {
  const joined: string[] = [];
  let inCode = false;
  for (const line of lines) {
    const fence = /^\s*```/.test(line);
    const own = inCode || fence || /^\s*$|^\s*([-*+>|#]|\d+[.)])\s?|^ {2,}|^@/.test(line);
    const previous = joined.at(-1);
    if (!own && previous !== undefined && previous.trim() !== "" && !/^\s*```/.test(previous))
      joined[joined.length - 1] = `${previous} ${line.trim()}`;
    else joined.push(line);
    if (fence) inCode = !inCode;
  }
  return joined;
}

/** Breaks a line at blanks; what starts a list or a code line keeps its own form. */
function wrap(line: string): string[] {
  if (line.length <= width) return [line];
  const indent = /^\s*(?:[-*] )?/.exec(line)?.[0].length ?? 0;
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    if (current !== "" && current.length + 1 + word.length > width) {
      lines.push(current);
      current = " ".repeat(indent) + word;
    } else {
      current = current === "" ? word : `${current} ${word}`;
    }
  }
  return [...lines, current];
}

/** The first sentence of a text, on one line. */
export function firstSentence(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return /^.*?[.!?](?=\s|$)/.exec(line)?.[0] ?? line;
}
