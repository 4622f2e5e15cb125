import { escapeInvisible, plainText } from "./plain-text.js";

/**
 * Text that may stand in a generated file. Templates print nothing else: a plain string of the spec that reaches
 * one is refused by the template engine's own escaping hook.
 */
export class SourceText {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** Words of the generator's own; never of the spec. */
  static ours(text: string): SourceText {
    return new SourceText(text);
  }

  /** A value of the spec as a literal of JavaScript, and of JSON. */
  static literal(value: unknown): SourceText {
    return new SourceText(escapeInvisible(JSON.stringify(value)));
  }

  /** The same over several lines, as a person would write it. */
  static literalLines(value: unknown): SourceText {
    const lines = escapeInvisible(JSON.stringify(value, null, 2));
    return new SourceText(lines.replace(/^(\s*)"([A-Za-z_$][\w$]*)":/gm, "$1$2:"));
  }

  /** Text of the spec as the inside of a doc comment. */
  static comment(text: string): SourceText {
    return new SourceText(plainText(text).replaceAll("*/", "*\\/"));
  }

  /** Text of the spec in Markdown: one line, with no mark-up and no HTML of its own. */
  static markdown(text: string): SourceText {
    const line = plainText(text).replace(/\s+/g, " ").trim();
    return new SourceText(
      line.replace(/[\\`*_{}[\]<>|~#&!$]/g, (mark) =>
        mark === "&" ? "&amp;" : mark === "<" ? "&lt;" : `\\${mark}`,
      ),
    );
  }

  /** Text of the spec in Markdown that keeps the paragraphs, lists and code marks its author wrote, but no HTML and no links. */
  static prose(text: string): SourceText {
    return new SourceText(
      plainText(text)
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replace(/!?\[([^\]]*)\]\(([^)]*)\)/g, "$1 ($2)")
        .trim(),
    );
  }

  /** Inside backticks, in Markdown. */
  static code(text: string): SourceText {
    const line = plainText(text).replace(/\s+/g, " ");
    const fence = "`".repeat(1 + Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length)));
    const space = line.startsWith("`") || line.endsWith("`") ? " " : "";
    return new SourceText(`${fence}${space}${line}${space}${fence}`.replaceAll("|", "\\|"));
  }

  toString(): string {
    return this.#text;
  }
}
